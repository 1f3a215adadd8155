/** Ways out of a scope: break, continue, goto, return, and what is undone on the way. */
import type { Node } from 'web-tree-sitter';
import type { Label } from '../graph.js';
import {
  assume,
  codeChildren,
  emit,
  fieldOf,
  placeOf,
  temporary,
  textOf,
  type Jumps,
  type Lowering,
} from './context.js';
import { variable } from './expressions.js';
import { lowerStatement } from './statements.js';
import { lowerValue } from './values.js';

/** Runs the cleanups beyond the first `keep`, last first; they stay registered for other ways out. */
export function undo(lowering: Lowering, keep: number): void {
  for (const cleanup of lowering.cleanups.slice(keep).reverse()) cleanup.undo();
}

/** Lowers a loop's or switch's body with its own break and continue. */
export function within(lowering: Lowering, own: Jumps, body: () => void): void {
  const { jumps } = lowering;
  lowering.jumps = own;
  body();
  lowering.jumps = jumps;
}

/** The jumps of a loop that begins here; a switch has no continue of its own. */
export function jumpsHere(lowering: Lowering, breakTo: Label, continueTo?: Label): Jumps {
  const cleanups = lowering.cleanups.length;
  if (continueTo) return { breakTo, continueTo, cleanups };
  return { ...lowering.jumps, breakTo, cleanups, continueCleanups: continueDepth(lowering.jumps) };
}

const continueDepth = (jumps: Jumps): number => jumps.continueCleanups ?? jumps.cleanups;

/** break or continue. Outside a loop, as in half-typed code, it does nothing and that is stated. */
export function leave(lowering: Lowering, node: Node, isBreak: boolean): void {
  const to = isBreak ? lowering.jumps.breakTo : lowering.jumps.continueTo;
  if (!to) {
    assume(lowering, 'not-modelled', `"${textOf(lowering, node)}" is in no loop`, node);
    return;
  }
  undo(lowering, isBreak ? lowering.jumps.cleanups : continueDepth(lowering.jumps));
  lowering.graph.jump(to, placeOf(lowering, node));
}

export function lowerReturn(lowering: Lowering, node: Node): void {
  const [expression] = codeChildren(node);
  returnValue(lowering, expression, node);
}

/** Leaves the function with the value of an expression, if any. */
export function returnValue(lowering: Lowering, expression: Node | undefined, node: Node): void {
  let value = expression && lowerValue(lowering, expression);
  if (value && lowering.cleanups.length > 0) {
    const kept = temporary(lowering);
    emit(lowering, node, { op: 'let', dst: kept, value });
    value = variable(kept);
  }
  undo(lowering, 0);
  emit(lowering, node, { op: 'return', ...(value ? { value } : {}) });
}

function gotoLabel(lowering: Lowering, name: string): Label {
  const known = lowering.gotoLabels.get(name);
  if (known) return known;
  const label = lowering.graph.label();
  lowering.gotoLabels.set(name, label);
  return label;
}

/** A goto leaves the scopes that its label is not in; the kernel's gotos lead outwards, to the function's own scope. */
export function lowerGoto(lowering: Lowering, node: Node): void {
  gotoNamed(lowering, fieldOf(node, 'label')?.text, node);
}

/** Goes to a label of the function that `node` is in. */
export function gotoNamed(lowering: Lowering, name: string | undefined, node: Node): void {
  const depth = name === undefined ? undefined : lowering.labelScopes.get(name);
  if (name === undefined || depth === undefined) {
    const text = `"${textOf(lowering, node)}" leads to no label: the path is taken to end there`;
    assume(lowering, 'not-modelled', text, node);
    return lowering.graph.stop(textOf(lowering, node), placeOf(lowering, node));
  }
  undo(lowering, lowering.cleanups.filter((cleanup) => cleanup.scope <= depth).length);
  lowering.graph.jump(gotoLabel(lowering, name), placeOf(lowering, node));
}

/** For each label of a function's body, how many blocks enclose it, the body itself counted; of two with a name, the first. */
export function labelScopes(body: Node): ReadonlyMap<string, number> {
  const scopes = new Map<string, number>();
  for (const labeled of body.descendantsOfType('labeled_statement')) {
    const name = fieldOf(labeled, 'label')?.text;
    if (name !== undefined && !scopes.has(name)) scopes.set(name, blocksAround(labeled, body));
  }
  return scopes;
}

function blocksAround(node: Node, body: Node): number {
  let depth = 1;
  for (let at = node.parent; at && at.id !== body.id; at = at.parent)
    if (at.type === 'compound_statement') depth += 1;
  return depth;
}

export function lowerLabeled(lowering: Lowering, node: Node): void {
  const name = fieldOf(node, 'label');
  if (name) lowering.graph.place(gotoLabel(lowering, name.text));
  for (const child of codeChildren(node)) if (child.id !== name?.id) lowerStatement(lowering, child);
}
