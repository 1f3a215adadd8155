; Function definitions, wherever they stand (also within an #if arm).
(function_definition
  declarator: (_) @declarator
  body: (compound_statement) @body) @function
