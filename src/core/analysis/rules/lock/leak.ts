/**
 * lock/leak: a way out of a function on which a protection is still held that the others let go, or a second release of it. A writer
 * that waits for the lock then waits for ever: Documentation/locking/lockdep-design.rst calls it "lock held when returning to user space".
 */
import { isOnlyOne, protectionOf } from '../../../kernel/protections.js';
import type { FunctionProgram, Step } from '../../../program/ir.js';
import type { CustodyOf } from '../../custody.js';
import type { Acquisition } from '../../custody-state.js';
import { parseLockName } from '../../held.js';
import { isAssertedAtTheEnd, isHandedOn, isLetGoAbove, isLetGoBelow } from '../../kept.js';
import { leaksOf, secondReleasesOf, type Fate } from '../../leaks.js';
import { calledIn } from '../../one-call.js';
import type { Lapse, LocalRule, LocalWorld } from '../rule.js';
import { exitPlace } from '../exit-place.js';

export const LOCK_LEAK: LocalRule = {
  id: 'lock/leak',
  title: 'a way out of the function on which the protection is still held, or let go twice',
  check: (program, world) => {
    const custody = world.custody();
    if (!custody) return [];
    const found = [...leaks(program, custody, world), ...releasedTwice(program, custody, world)];
    return [
      ...new Map(found.map((each) => [`${each.at.line}:${each.at.column} ${each.message}`, each])).values(),
    ];
  },
};

/** Locks, and the states of a CPU that the function itself sets: not preemption, which other calls keep for their own sake. */
function isAsked(lock: string, step: Step | undefined, world: LocalWorld): boolean {
  const kind = protectionOf(parseLockName(lock).class)?.effect.kind;
  const call = step && calledIn(step);
  if (call !== undefined && world.knowledge.primitive(call)) return false;
  return kind === 'lock' || ((kind === 'rcu' || kind === 'irqs-off') && step?.op !== 'call');
}

function leaks(program: FunctionProgram, custody: CustodyOf, world: LocalWorld): readonly Lapse[] {
  const { ref } = world;
  const kept = (lock: string): boolean => isLetGoAbove(ref, lock, world);
  const fateOf = ({ lock, step }: Acquisition): Fate => ({
    isKept: custody.undone.has(step) || kept(lock),
    members: [],
  });
  return leaksOf(program, custody, fateOf).flatMap(({ taken, exit, kind }): readonly Lapse[] => {
    const start = program.steps[taken.step];
    const place = exitPlace(program, exit, taken.step);
    if (!start?.at || !place || !isAsked(taken.lock, start, world)) return [];
    if (isLetGoBelow(ref, taken.lock, world) || isHandedOn(program, taken.lock)) return [];
    if (isAssertedAtTheEnd(program, taken.lock)) return [];
    const what =
      kind === 'forgotten' ? 'which it lets go on other ways out' : 'and neither it nor a caller lets it go';
    return [
      {
        ...place,
        message: `${program.name}() leaves with ${taken.lock} held, taken in line ${start.at.line}, ${what}`,
        reason: 'no caller can tell this way out from one on which the lock is free',
        lock: taken.lock,
      },
    ];
  });
}

function releasedTwice(program: FunctionProgram, custody: CustodyOf, world: LocalWorld): readonly Lapse[] {
  return secondReleasesOf(custody).flatMap(({ lock, first, second }): readonly Lapse[] => {
    const [before, again] = [program.steps[first], program.steps[second]];
    if (before?.op !== 'unlock' || again?.op !== 'unlock' || !before.at || !again.at) return [];
    const protection = protectionOf(parseLockName(lock).class);
    if (protection?.effect.kind !== 'lock') return [];
    // Which one it is must be known.
    if (!lock.includes('(') && !isOnlyOne(protection)) return [];
    if (isLetGoBelow(world.ref, lock, world)) return [];
    return [
      {
        at: again.at,
        text: again.text,
        message: `${program.name}() lets go of ${lock} a second time: it did so in line ${before.at.line}`,
        reason: 'it is not taken again in between, on a way that can be followed',
      },
    ];
  });
}
