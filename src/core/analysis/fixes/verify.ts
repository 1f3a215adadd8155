/** A fix is right when it has been made and looked at: no way out keeps the lock, the finding is gone, no other came, no race is left. */
import { violationClass } from '../../machine/scenario.js';
import { NEVER_CANCELLED } from '../../ports.js';
import { explorationOfRaces } from '../../replay/behind-bug.js';
import { replayWalk } from '../../replay/replay.js';
import type { FunctionRef } from '../../index/link.js';
import { NOTHING, keyOf } from '../held.js';
import { orderOf } from '../judge.js';
import { locksetsOf } from '../locksets.js';
import type { Suspicion } from '../suspicion.js';
import { walksOf } from '../walks.js';
import type { FixEdit, FixWorld } from './fix.js';
import type { Guard } from './guard.js';
import { allChains, type Place } from './places.js';

/** What was seen with the edits made, in words; undefined: the fix is not right, or it could not be seen that it is. */
export function verify(
  edits: readonly FixEdit[],
  places: readonly Place[],
  guard: Guard,
  suspicion: Suspicion,
  world: FixWorld,
): string | undefined {
  const { finding } = suspicion;
  const files = [...new Set([finding.file, ...edits.map(({ path }) => path)])];
  const idsIn = (): readonly string[] => files.flatMap((file) => world.diagnose(file)).map(({ id }) => id);
  const before = new Set(idsIn());
  const exitsBefore = places.map(({ ref }) => exitsOf(ref, world));
  return world.with(edits, () => {
    const refs = places.map(({ ref }) => refound(ref, world));
    const isRight = refs.every(
      (ref, index) => ref && exitsOf(ref, world) === exitsBefore[index] && !takesTwice(ref, guard, world),
    );
    if (!isRight) return undefined;
    if (idsIn().some((id) => id === finding.id || !before.has(id))) return undefined;
    const states = statesWithoutRace(suspicion, world);
    return states === undefined
      ? undefined
      : `made and checked: every way out of ${places.map(({ ref }) => `${ref.facts.name}()`).join(' and ')} lets go of the lock, the finding is gone and no other came, ` +
          `and replay against ${suspicion.rule.freer} finds no race in ${states} states`;
  });
}

/** The function as the text has it now. */
function refound({ file, facts }: FunctionRef, world: FixWorld): FunctionRef | undefined {
  const found = world.index.functionsIn(file).filter((each) => each.facts.name === facts.name);
  return found.length === 1 ? found[0] : undefined;
}

/** What a function leaves held or let go, on all its ways out together. */
function exitsOf(ref: FunctionRef, world: FixWorld): string | undefined {
  const program = world.programs.of(ref);
  if (!program) return undefined;
  const { exits } = locksetsOf(program, NOTHING, new Map(), world.effects.within(ref));
  return [...new Set(exits.map(({ held }) => keyOf(held)))].sort().join(' | ');
}

/** Whether a step takes the lock on a way that has it, or lets go of it on one that has not. */
function takesTwice(ref: FunctionRef, { name, protection }: Guard, world: FixWorld): boolean {
  const program = world.programs.of(ref);
  if (!program) return true;
  const { before } = locksetsOf(program, NOTHING, new Map(), world.effects.within(ref));
  return program.steps.some((step, index) => {
    if ((step.op !== 'lock' && step.op !== 'unlock') || step.lock.class !== protection.id) return false;
    return (before[index] ?? []).some(({ held }) => {
      const count = held.get(name)?.count ?? 0;
      return step.op === 'lock' ? count > 0 : count < 1 && step.lock.instance === undefined;
    });
  });
}

/** How many states a replay of the mended walk has, on the ways that its callers come; undefined when a race is left, or no verdict. */
function statesWithoutRace(suspicion: Suspicion, world: FixWorld): number | undefined {
  const { chain, walk } = suspicion;
  const ref = refound(walk.ref, world);
  const program = ref && world.programs.of(ref);
  const again =
    program &&
    walksOf(ref, program, world.programs.namesIn(ref.file).knowledge).find(({ text }) => text === walk.text);
  const chains = again && allChains(again, world);
  const same = chains?.find(
    ({ hops }) =>
      hops.map((hop) => hop.ref.facts.name).join() === chain.hops.map((hop) => hop.ref.facts.name).join(),
  );
  if (!same || !again) return undefined;
  const order = orderOf({ ...suspicion, walk: again, chain: same });
  const outcome = replayWalk(world.replay, order, NEVER_CANCELLED);
  if (outcome.kind === 'not-replayable') return undefined;
  const exploration = explorationOfRaces(
    outcome.scenario,
    outcome.exploration,
    order.bounds,
    NEVER_CANCELLED,
  );
  const isBad = outcome.exploration.violations.length > 0 || exploration.verdict === 'unknown';
  const isRace = exploration.violations.some(({ kind }) => violationClass(kind) === 'race');
  return isBad || isRace ? undefined : exploration.states;
}
