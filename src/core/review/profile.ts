/** What a function does to those that it calls: what it holds at each call, and with which arguments. Equal profiles, equal chains below. */
import { keyOf, meet, NOTHING } from '../analysis/held.js';
import { locksetsOf } from '../analysis/locksets.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import type { FunctionRef } from '../index/link.js';
import { printExpr } from '../program/print.js';

export interface Profile {
  /** For each name that is called or mentioned: how. */
  readonly calls: ReadonlyMap<string, string>;
  /** What it leaves taken or let go, as text. */
  readonly effect: string;
}

export const NO_PROFILE: Profile = { calls: new Map(), effect: '' };

export function profileOf(ref: FunctionRef, world: WalkWorld): Profile {
  const calls = new Map<string, string[]>();
  const add = (name: string, how: string): void => {
    calls.set(name, [...(calls.get(name) ?? []), how]);
  };
  for (const { callee, arguments: passed, guards = [] } of ref.facts.calls) {
    add(callee, `called ${guards.join()}`);
    for (const { name } of passed) add(name, `passed to ${callee}`);
  }
  for (const { name, field } of ref.facts.references) add(name, `stored ${field ?? ''}`);
  const program = world.programs.of(ref);
  const locksets =
    program && world.effects.touchesLocks(ref)
      ? locksetsOf(program, NOTHING, new Map(), world.effects.within(ref))
      : undefined;
  program?.steps.forEach((step, index) => {
    if (step.op !== 'call' || step.callee.kind !== 'symbol') return;
    const [first = NOTHING, ...others] = (locksets?.before[index] ?? []).map(({ held }) => held);
    add(step.callee.name, `${keyOf(others.reduce(meet, first))} (${step.args.map(printExpr).join()})`);
  });
  return {
    calls: new Map([...calls].map(([name, hows]) => [name, hows.sort().join('; ')])),
    effect: world.effects.describe(ref),
  };
}

/** Names that the two do not call in the same way. */
export function differences(before: Profile, after: Profile): readonly string[] {
  const names = new Set([...before.calls.keys(), ...after.calls.keys()]);
  return [...names].filter((name) => before.calls.get(name) !== after.calls.get(name));
}
