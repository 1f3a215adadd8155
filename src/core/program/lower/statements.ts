/** Statements: control flow. */
import type { Node } from 'web-tree-sitter';
import { lowerCondition } from './conditions.js';
import { assume, codeChildren, fieldOf, textOf, type Lowering } from './context.js';
import { lowerDeclaration } from './declarations.js';
import { leave, lowerGoto, lowerLabeled, lowerReturn, undo } from './jumps.js';
import { lowerDo, lowerFor, lowerMacroBlock, lowerWhile } from './loops.js';
import { lowerPreprocessor } from './preprocessor.js';
import { lowerCase, lowerSwitch } from './switch.js';
import { lowerValue } from './values.js';

export function lowerStatement(lowering: Lowering, node: Node): void {
  switch (node.type) {
    case 'compound_statement':
      return lowerBlock(lowering, node);
    case 'expression_statement':
      for (const expression of codeChildren(node)) lowerValue(lowering, expression);
      return;
    case 'declaration':
      return lowerDeclaration(lowering, node);
    case 'if_statement':
      if (!lowerMacroBlock(lowering, node)) lowerIf(lowering, node);
      return;
    case 'while_statement':
      if (!lowerMacroBlock(lowering, node)) lowerWhile(lowering, node);
      return;
    case 'do_statement':
      return lowerDo(lowering, node);
    case 'for_statement':
      return lowerFor(lowering, node);
    case 'switch_statement':
      return lowerSwitch(lowering, node);
    case 'case_statement':
      return lowerCase(lowering, node);
    case 'return_statement':
      return lowerReturn(lowering, node);
    case 'break_statement':
    case 'continue_statement':
      return leave(lowering, node, node.type === 'break_statement');
    case 'goto_statement':
      return lowerGoto(lowering, node);
    case 'labeled_statement':
      return lowerLabeled(lowering, node);
    case 'preproc_if':
    case 'preproc_ifdef':
    case 'preproc_elif':
    case 'preproc_elifdef':
      return lowerPreprocessor(lowering, node);
    case 'attributed_statement':
    case 'else_clause':
    case 'preproc_else':
    case 'linkage_specification':
    case 'declaration_list':
      return codeChildren(node).forEach((each) => lowerStatement(lowering, each));
    case 'preproc_call':
    case 'preproc_def':
    case 'preproc_function_def':
    case 'preproc_include':
    case 'type_definition':
    case 'struct_specifier':
    case 'enum_specifier':
    case 'union_specifier':
    case 'gnu_asm_expression':
    case 'comment':
    case ';':
      return;
    default:
      if (!node.type.endsWith('_expression') && node.type !== 'identifier')
        return lowerDamaged(lowering, node);
      lowerValue(lowering, node);
  }
}

/** What the parser could not read: its parts that are calls are kept, and the gap is stated. */
export function lowerDamaged(lowering: Lowering, node: Node): void {
  assume(lowering, 'not-modelled', `"${textOf(lowering, node)}" could not be parsed`, node);
  lowerCallsIn(lowering, node);
}

/** The outermost calls; a call lowers the ones in its own arguments. */
function lowerCallsIn(lowering: Lowering, node: Node): void {
  if (node.type === 'call_expression') lowerValue(lowering, node);
  else for (const child of codeChildren(node)) lowerCallsIn(lowering, child);
}

function lowerBlock(lowering: Lowering, node: Node): void {
  const { cleanups } = lowering;
  lowering.scope += 1;
  for (const child of codeChildren(node)) lowerStatement(lowering, child);
  undo(lowering, cleanups.length);
  lowering.cleanups = cleanups;
  lowering.scope -= 1;
}

function lowerIf(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const consequence = fieldOf(node, 'consequence');
  const alternative = fieldOf(node, 'alternative');
  if (!condition) return lowerDamaged(lowering, node);
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  lowerCondition(lowering, condition, then, otherwise);
  graph.place(then);
  if (consequence) lowerStatement(lowering, consequence);
  graph.jump(end);
  graph.place(otherwise);
  if (alternative) lowerStatement(lowering, alternative);
  graph.place(end);
}
