; Objects with an initialiser list: operation tables and other structures, at file scope and in functions.
(declaration
  type: (_) @type
  declarator: (init_declarator
    declarator: (_) @declarator
    value: (initializer_list) @value)) @declaration

; The same behind an assignment: *ops = (struct mm_walk_ops) { .. }
(compound_literal_expression
  type: (type_descriptor) @type
  value: (initializer_list) @value) @literal
