/**
 * What lies behind a bug. A lane that sleeps in atomic context ends its run there, so the search does not see what the walk would
 * meet later; but the kernel goes on after might_sleep() has complained, and the walk may race all the same.
 */
import { explore } from '../explorer/explore.js';
import { DEFAULT_BOUNDS, type Exploration, type ExplorationBounds } from '../explorer/exploration.js';
import { KERNEL_RULES, type Rules } from '../machine/rules.js';
import { violationClass, type Scenario } from '../machine/scenario.js';
import type { Cancellation } from '../ports.js';
import { withoutAlone } from './alone.js';

/** The kernel's rules, with sleeping allowed everywhere. */
const SLEEPING_ALLOWED: Rules = { ...KERNEL_RULES, isAtomic: () => false };

/**
 * The exploration to judge races by: the one given, or, where that one found no race and was cut short by sleeping in atomic
 * context, one of the same scenario that goes on behind it.
 */
export function explorationOfRaces(
  scenario: Scenario,
  exploration: Exploration,
  bounds: Partial<ExplorationBounds> | undefined,
  cancellation: Cancellation,
): Exploration {
  const { violations } = exploration;
  const hasRace = violations.some(({ kind }) => violationClass(kind) === 'race');
  if (hasRace || violations.every(({ kind }) => kind !== 'sleep-in-atomic')) return exploration;
  const behind = explore(
    scenario,
    { ...DEFAULT_BOUNDS, ...bounds },
    { cancellation, rules: SLEEPING_ALLOWED },
  );
  return withoutAlone(behind);
}
