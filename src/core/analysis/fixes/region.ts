/**
 * Which statements of a function's body stand between taking and letting go of a lock: the walk, and around it as much as it
 * takes that no goto jumps in or out, and that the locks of the function itself nest.
 */
import type { Node } from 'web-tree-sitter';

export interface Region {
  /** Statements at the level of the function's body, the first and the last one. */
  readonly first: number;
  readonly last: number;
}

/** What the region is made from; statements are counted from 0 at the level of the body. */
export interface Body {
  readonly statements: readonly Node[];
  /** So many declarations stand at the head. */
  readonly declarations: number;
  /** Whether the lock may be taken before a statement, as for what is held there. */
  readonly mayStart: (statement: number) => boolean;
  /** Whether the same is held before a statement as before another. */
  readonly holdsSame: (statement: number, as: number) => boolean;
}

/** The smallest region that has all of `needed`; undefined when there is none. */
export function regionOf(body: Body, needed: readonly number[]): Region | undefined {
  if (needed.length === 0) return undefined;
  let region: Region = { first: Math.min(...needed), last: Math.max(...needed) };
  for (;;) {
    const next = grown(body, region);
    if (!next || (next.first === region.first && next.last === region.last)) return next;
    region = next;
  }
}

/** One step on; the region itself when it is good; undefined when it can't be. */
function grown(body: Body, region: Region): Region | undefined {
  const { first, last } = region;
  const isIn = (statement: number): boolean => first <= statement && statement <= last;
  if (first < body.declarations) return undefined;
  if (!body.mayStart(first)) return { first: first - 1, last };
  const crossing = gotosOf(body.statements).find(({ from, to }) => isIn(from) !== isIn(to));
  if (crossing) {
    const { from, to } = crossing;
    if (to < 0) return undefined;
    return { first: Math.min(first, from, to), last: Math.max(last, from, to) };
  }
  const after = last + 1;
  if (after < body.statements.length && !body.holdsSame(after, first)) return { first, last: after };
  return region;
}

interface Goto {
  readonly from: number;
  /** Below 0: no label of that name was seen. */
  readonly to: number;
}

function gotosOf(statements: readonly Node[]): readonly Goto[] {
  const labelOf = (node: Node): string | undefined => node.childForFieldName('label')?.text;
  const labels = new Map<string | undefined, number>();
  statements.forEach((statement, index) => {
    for (const node of nodesOf(statement, 'labeled_statement')) labels.set(labelOf(node), index);
  });
  return statements.flatMap((statement, from) =>
    nodesOf(statement, 'goto_statement').map((node) => ({ from, to: labels.get(labelOf(node)) ?? -1 })),
  );
}

/** The nodes of a type in a statement, itself among them. */
export function nodesOf(statement: Node, type: string): readonly Node[] {
  return statement.descendantsOfType(type);
}
