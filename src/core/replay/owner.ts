/**
 * The assumption that the caller owns the range that is walked, as one owns one's own vmalloc area: no freer works on it, before or
 * while it is walked. What is left in the scenario is the walk.
 */
import type { Assumption } from '../program/ir.js';
import type { Scenario } from '../machine/scenario.js';

const OWNED: Assumption = {
  kind: 'owner',
  text: 'the caller owns the range that is walked: no freer works on it before the walk is over',
};

/** The scenario in which the walker owns what it walks. */
export function withOwner(scenario: Scenario): Scenario {
  return {
    ...scenario,
    threads: scenario.threads.filter(({ role }) => role === 'walker'),
    assumptions: [OWNED, ...scenario.assumptions],
  };
}
