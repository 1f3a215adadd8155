/** switch, with fall-through, ranges of GNU C and cases inside blocks. */
import type { Node } from 'web-tree-sitter';
import type { Label } from '../graph.js';
import type { Expr } from '../ir.js';
import {
  codeChildren,
  emit,
  fieldOf,
  hasEffect,
  placeOf,
  sourceOf,
  temporary,
  textOf,
  type Lowering,
} from './context.js';
import { binary, variable } from './expressions.js';
import { jumpsHere, within } from './jumps.js';
import { lowerDamaged, lowerStatement } from './statements.js';
import { lowerValue } from './values.js';

interface Case {
  readonly node: Node;
  readonly label: Label;
}

export function lowerSwitch(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition || !body) return lowerDamaged(lowering, node);
  const value = temporary(lowering);
  emit(lowering, condition, { op: 'let', dst: value, value: lowerValue(lowering, condition) });
  const cases = casesOf(body).map((each): Case => ({ node: each, label: graph.label() }));
  const end = graph.label();
  for (const each of cases) {
    const constant = fieldOf(each.node, 'value');
    if (!constant) continue;
    const next = graph.label();
    const test = caseTest(lowering, each.node, constant, variable(value));
    graph.branch(test, each.label, next, textOf(lowering, constant), placeOf(lowering, constant));
    graph.place(next);
  }
  graph.jump(cases.find(({ node: each }) => !fieldOf(each, 'value'))?.label ?? end);
  const { cases: outer } = lowering;
  lowering.cases = new Map(cases.map(({ node: each, label }) => [each.id, label]));
  within(lowering, jumpsHere(lowering, end), () => lowerStatement(lowering, body));
  lowering.cases = outer;
  graph.place(end);
}

/** The cases of this switch, not those of a switch inside it. */
function casesOf(body: Node): readonly Node[] {
  return codeChildren(body).flatMap((child) => {
    if (child.type === 'switch_statement') return [];
    return child.type === 'case_statement' ? [child, ...casesOf(child)] : casesOf(child);
  });
}

/** `case A:`, or `case A ... B:`, whose second half the parser does not see. */
function caseTest(lowering: Lowering, node: Node, constant: Node, value: Expr): Expr {
  const range = rangeEnd(lowering, node, constant);
  if (hasEffect(constant)) return { kind: 'unknown', text: textOf(lowering, constant) };
  const first = lowerValue(lowering, constant);
  if (range === undefined) return binary('==', value, first);
  const last = /^\d+$/.test(range) ? { kind: 'int' as const, value: Number(range) } : undefined;
  if (!last || first.kind !== 'int') return { kind: 'unknown', text: `case ${constant.text} ... ${range}` };
  return binary('&', binary('>=', value, first), binary('<=', value, last));
}

function rangeEnd(lowering: Lowering, node: Node, constant: Node): string | undefined {
  const rest = sourceOf(lowering, node).slice(constant.endIndex - node.startIndex);
  return /^\s*\.\.\.([^:]*):/.exec(rest)?.[1]?.trim();
}

/** `case A: statements`: reached by the switch, or by falling through from the case before. */
export function lowerCase(lowering: Lowering, node: Node): void {
  const label = lowering.cases.get(node.id);
  if (label) lowering.graph.place(label);
  const value = fieldOf(node, 'value');
  for (const child of codeChildren(node)) {
    if (child.id === value?.id || (child.type === 'ERROR' && child.text.startsWith('...'))) continue;
    lowerStatement(lowering, child);
  }
}
