/**
 * What a walk does wrong by itself, with no step of the freer, is no race. The kernel's code runs every day: where the model lets it
 * descend through nothing on its own, two branches were taken together that never are. A race of that kind may be there or not.
 */
import type { Exploration } from '../explorer/exploration.js';
import { violationClass } from '../machine/scenario.js';

/** The walker is the first thread of every scenario that is replayed. */
const WALKER = 0;

/** The exploration without the races that need no freer; `unknown` where nothing else was found. */
export function withoutAlone(exploration: Exploration): Exploration {
  const { violations } = exploration;
  const left = violations.filter(
    ({ kind, schedule }) =>
      violationClass(kind) !== 'race' || schedule.some(({ thread }) => thread !== WALKER),
  );
  if (left.length === violations.length) return exploration;
  const isRace = left.some(({ kind }) => violationClass(kind) !== 'info');
  return isRace
    ? { ...exploration, violations: left }
    : { ...exploration, violations: left, verdict: 'unknown', stopped: 'alone' };
}
