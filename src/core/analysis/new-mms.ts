/** Mms that no process has, for the code that walks them made them: by a call, or in a variable that such a call has set. */
import { OWNER_CALLS } from '../kernel/owners.js';
import type { Expr } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { calledIn } from './one-call.js';
import { withoutSigns } from './signs.js';
import { sourcesOf } from './value-sources.js';

const NEW_MMS: ReadonlySet<string> = new Set(
  OWNER_CALLS.flatMap(({ api, pins, as }) => (as === 'new' && pins.includes('user') ? [api] : [])),
);

/** What a call has just made: `mm_alloc()`. */
export function isNewMm(expr: Expr): boolean {
  const call = expr.kind === 'unknown' ? calledIn(expr) : undefined;
  return call !== undefined && NEW_MMS.has(call);
}

/**
 * The variable outside of all functions that a value is, where it is set to an mm that was just made, and to nothing else by those who
 * make one: arch/x86/mm/init.c:poking_init. No process has it, so that nobody unmaps what is in it.
 */
export function keptNewMm(expr: Expr, { hops }: Chain, { index, programs }: ChainWorld): string | undefined {
  if (expr.kind !== 'var' && expr.kind !== 'symbol') return undefined;
  const name = /^::(\w+)$/.exec(withoutSigns(expr.name))?.[1];
  const at = hops[0]?.ref.file;
  if (name === undefined || at === undefined) return undefined;
  const makers = [...NEW_MMS].flatMap((call) =>
    index
      .mentionsOf(call, at, false)
      .mentions.flatMap(({ mention }) => (mention.kind === 'call' ? (programs.of(mention.from) ?? []) : [])),
  );
  const set = makers
    .map((program) => sourcesOf({ kind: 'var', name: `::${name}` }, program))
    .filter((sources) => sources.some(isNewMm));
  return set.length > 0 && set.every((sources) => sources.every(isNewMm)) ? name : undefined;
}
