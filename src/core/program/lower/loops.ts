/** Loops: those of C, and those that a macro opens. */
import type { Node } from 'web-tree-sitter';
import { renameAt } from '../../syntax/tree.js';
import { lowerCondition } from './conditions.js';
import {
  assume,
  codeChildren,
  emit,
  fieldOf,
  hasEffect,
  placeOf,
  sourceOf,
  type Lowering,
} from './context.js';
import { lowerDeclaration } from './declarations.js';
import { lowerScopedGuard } from './guards.js';
import { jumpsHere, within } from './jumps.js';
import { lowerDamaged, lowerStatement } from './statements.js';
import { tableRounds } from './table-lists.js';
import { lowerValue } from './values.js';

export function lowerWhile(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition) return lowerDamaged(lowering, node);
  const [again, then, end] = [graph.label(), graph.label(), graph.label()];
  graph.place(again);
  lowerCondition(lowering, condition, then, end);
  graph.place(then);
  within(lowering, jumpsHere(lowering, end, again), () => body && lowerStatement(lowering, body));
  graph.jump(again);
  graph.place(end);
}

export function lowerDo(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const condition = fieldOf(node, 'condition');
  const body = fieldOf(node, 'body');
  if (!condition) return lowerDamaged(lowering, node);
  const [again, test, end] = [graph.label(), graph.label(), graph.label()];
  graph.place(again);
  within(lowering, jumpsHere(lowering, end, test), () => body && lowerStatement(lowering, body));
  graph.place(test);
  lowerCondition(lowering, condition, again, end);
  graph.place(end);
}

export function lowerFor(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const initializer = fieldOf(node, 'initializer');
  const condition = fieldOf(node, 'condition');
  const update = fieldOf(node, 'update');
  const body = fieldOf(node, 'body');
  if (initializer?.type === 'declaration') lowerDeclaration(lowering, initializer);
  else if (initializer) lowerValue(lowering, initializer);
  const [again, then, next, end] = [graph.label(), graph.label(), graph.label(), graph.label()];
  graph.place(again);
  if (condition) lowerCondition(lowering, condition, then, end);
  graph.place(then);
  within(lowering, jumpsHere(lowering, end, next), () => body && lowerStatement(lowering, body));
  graph.place(next);
  if (update) lowerValue(lowering, update);
  graph.jump(again);
  graph.place(end);
}

/**
 * A block that a macro opens (`for_each_zone(zone) { }`, `scoped_guard(rcu) { }`), which the tree has as a while or an if.
 * Gives false for a statement that is what it seems.
 */
export function lowerMacroBlock(lowering: Lowering, node: Node): boolean {
  const macro = lowering.source && renameAt(lowering.source, node.startIndex);
  if (macro?.kind !== 'block') return false;
  const list = fieldOf(node, 'condition');
  const args = list ? operandsOf(list) : [];
  const body = fieldOf(node, 'body') ?? fieldOf(node, 'consequence');
  const idiom = lowering.knowledge.idiom(macro.name);
  if (idiom?.kind === 'scoped-guard' || idiom?.kind === 'scoped-try-guard')
    lowerScopedGuard(lowering, args, body, node, idiom.kind === 'scoped-try-guard');
  else lowerMacroLoop(lowering, macro.name, args, body, node);
  return true;
}

/** `(a, b, c)`: the arguments of the macro, in order. */
function operandsOf(list: Node): readonly Node[] {
  if (list.type === 'parenthesized_expression' || list.type === 'comma_expression')
    return codeChildren(list).flatMap((each) =>
      each.type === 'comma_expression' ? operandsOf(each) : [each],
    );
  return [list];
}

/** Any number of rounds; the loop's own variable has another value in each. */
function lowerMacroLoop(
  lowering: Lowering,
  name: string,
  args: readonly Node[],
  body: Node | undefined,
  node: Node,
): void {
  const { graph } = lowering;
  const header = sourceOf(lowering, node).slice(0, (body?.startIndex ?? node.endIndex) - node.startIndex);
  const text = header.replace(/\s+/g, ' ').trim();
  for (const each of args) if (hasEffect(each)) lowerValue(lowering, each);
  const tables = tableRounds(lowering, args, text, node);
  tables?.begin();
  const [again, round, end] = [graph.label(), graph.label(), graph.label()];
  graph.place(again);
  if (tables) tables.next(round, end);
  else {
    const assumption = assume(lowering, 'both-branches', `"${text}" goes round any number of times`, node);
    graph.choose([round, end], assumption, text, placeOf(lowering, node));
  }
  graph.place(round);
  for (const each of tables ? [] : loopVariables(lowering, args))
    emit(lowering, each, {
      op: 'let',
      dst: each.text,
      value: { kind: 'unknown', text: `${each.text} of ${name}()` },
    });
  within(lowering, jumpsHere(lowering, end, again), () => body && lowerStatement(lowering, body));
  graph.jump(again);
  graph.place(end);
}

/** What the macro assigns: locals that have no value yet; else the first local. */
function loopVariables(lowering: Lowering, args: readonly Node[]): readonly Node[] {
  const locals = args.filter((each) => each.type === 'identifier' && lowering.types.has(each.text));
  const fresh = locals.filter((each) => !lowering.assigned.has(each.text));
  return fresh.length > 0 ? fresh : locals.slice(0, 1);
}
