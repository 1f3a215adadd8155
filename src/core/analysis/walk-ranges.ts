/** In which part of the address space a walk is, where both of its ends are constants that tell. */
import { RANGES_BETWEEN } from '../kernel/ranges.js';
import type { Range } from '../kernel/types.js';
import { operandsOf } from '../program/expr.js';
import type { Expr, FunctionProgram } from '../program/ir.js';
import type { Chain, ChainWorld } from './chains.js';
import { sourcesAlong } from './origins.js';
import type { Walk } from './walks.js';

/** The ranges of a walk on one chain; undefined where it is not seen that the walk stays in them. */
export function rangesOf(walk: Walk, chain: Chain, world: ChainWorld): readonly Range[] | undefined {
  const { address, end, program } = walk;
  if (!address || walk.form === 'frames') return undefined;
  const namesOf = (exprs: readonly Expr[]): readonly string[] =>
    exprs.flatMap((each) => sourcesAlong(each, walk, chain, world)).flatMap(wordsOf);
  const starts = namesOf([address]);
  const found = RANGES_BETWEEN.filter(({ from }) => from.some((name) => starts.includes(name)));
  if (found.length === 0) return undefined;
  const ends = namesOf(end ? [end] : comparedIn(program));
  return found.find(({ to }) => to.some((name) => ends.includes(name)))?.ranges;
}

/** What the branches of a function compare: the end of a loop is among it. */
function comparedIn({ steps }: FunctionProgram): readonly Expr[] {
  return steps.flatMap((step) =>
    step.op === 'branch'
      ? operandsOf(step).flatMap((each) => (each.kind === 'binary' ? [each.left, each.right] : []))
      : [],
  );
}

function wordsOf(expr: Expr): readonly string[] {
  const text = expr.kind === 'unknown' ? expr.text : 'name' in expr ? expr.name : '';
  return text.match(/\w+/g) ?? [];
}
