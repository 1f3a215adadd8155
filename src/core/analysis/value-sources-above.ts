/** What a value is computed from along a chain: in its function, and in those that hand it down. */
import type { Expr } from '../program/ir.js';
import type { Way } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { sourcesOf } from './value-sources.js';
import { evaluate, type Values } from './values.js';
import type { Walk } from './walks.js';

/** What a value of the walking function is computed from, there and in the functions above it. */
export function sourcesAlong(expr: Expr, walk: Walk, chain: Way, world: ChainWorld): readonly Expr[] {
  return sourcesOf(expr, walk.program).flatMap((each) =>
    each.kind === 'var' ? sourcesAbove(each, chain.hops.length - 1, chain, world) : [each],
  );
}

/** What a variable of the function at a hop is computed from in the functions above it. */
export function sourcesAbove(
  source: Extract<Expr, { kind: 'var' }>,
  at: number,
  chain: Way,
  world: ChainWorld,
): readonly Expr[] {
  const passed = passedAs(source, chain.hops[at]?.values ?? chain.values, chain.hops[at - 1]?.ref.facts.name);
  if (passed.kind !== 'var' || passed.name === source.name) return [passed];
  const [, owner, name] = /^([^:]+):(.+)$/.exec(passed.name) ?? [];
  const above = chain.hops.findLastIndex(({ ref }, index) => index < at && ref.facts.name === owner);
  const hop = chain.hops[above];
  const program = hop && world.programs.of(hop.ref);
  if (!program || name === undefined) return [passed];
  return sourcesOf({ kind: 'var', name }, program).flatMap((each) =>
    each.kind === 'var' ? sourcesAbove(each, above, chain, world) : [each],
  );
}

/** A variable as the caller passes it; of a struct that it passes the address of, the member there. */
export function passedAs(
  source: Extract<Expr, { kind: 'var' }>,
  values: Values,
  caller: string | undefined,
): Expr {
  const [, base, member] = /^(\w+)->(.+)$/.exec(source.name) ?? [];
  const object = base === undefined ? undefined : values.get(base);
  if (object?.kind === 'address')
    return { kind: 'var', name: `${caller ?? ''}:${object.of}.${member ?? ''}` };
  if (object?.kind === 'var') return { kind: 'var', name: `${object.name}->${member ?? ''}` };
  return evaluate(source, values);
}
