/** In which part of the address space a walk is, where both of its ends are constants that tell. */
import { OWNER_CALLS } from '../kernel/owners.js';
import { RANGE_CONSTANTS, RANGES_BETWEEN } from '../kernel/ranges.js';
import { RANGES, type Range } from '../kernel/types.js';
import { operandsOf } from '../program/expr.js';
import type { Expr, FunctionProgram } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { sourcesAlong } from './value-sources-above.js';
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

/** Chains beyond these add no part of the address space that is worth the time. */
const MOST_CHAINS = 8;

/**
 * The parts of the address space that a walk covers on any of its chains, in the order of the table: by the constants that its ends
 * are computed from, and by the objects whose address it is. Empty where the source does not tell.
 */
export function rangesCovered(walk: Walk, chains: readonly Chain[], world: ChainWorld): readonly Range[] {
  if (walk.form === 'frames' || walk.tables === 'pfn') return ['vmemmap'];
  if (walk.tables === 'user') return ['user'];
  const covered = new Set(
    chains
      .slice(0, MOST_CHAINS)
      .flatMap((chain) => rangesOf(walk, chain, world) ?? rangesNamed(walk, chain, world)),
  );
  return RANGES.filter((each) => covered.has(each));
}

/** By the names that the address is computed from: a constant of a range, a call that gives an object of it. */
function rangesNamed(walk: Walk, chain: Chain, world: ChainWorld): readonly Range[] {
  if (!walk.address) return [];
  const names = new Set(sourcesAlong(walk.address, walk, chain, world).flatMap(wordsOf));
  return [
    ...RANGE_CONSTANTS.flatMap(({ name, ranges }) => (names.has(name) ? ranges : [])),
    // The first is where the object itself is; its struct pages are pinned as well.
    ...OWNER_CALLS.flatMap(({ api, pins }) => (names.has(api) ? pins.slice(0, 1) : [])),
  ];
}

/** What the branches of a function compare: the end of a loop is among it. */
function comparedIn({ steps }: FunctionProgram): readonly Expr[] {
  return steps.flatMap((step) =>
    step.op === 'branch'
      ? operandsOf(step).flatMap((each) => (each.kind === 'binary' ? [each.left, each.right] : []))
      : [],
  );
}

export function wordsOf(expr: Expr): readonly string[] {
  const text = expr.kind === 'unknown' ? expr.text : 'name' in expr ? expr.name : '';
  return text.match(/\w+/g) ?? [];
}
