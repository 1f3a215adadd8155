; Calls: a named function, a member that holds one (walk->ops->pmd_entry(..)), or an expression.
(call_expression
  function: (_) @callee
  arguments: (argument_list) @arguments) @call
