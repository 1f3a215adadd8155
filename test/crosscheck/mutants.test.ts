/**
 * (c) Each rule of the machine matters: with one of them wrong, kinds or number of states differ from what Spin answered on
 * some race of corpus.ts. Spin's answers are recorded in spin-answers.json, and spin.test.ts compares them with Spin.
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/core/explorer/explore.js';
import type { Rules } from '../../src/core/machine/rules.js';
import { KERNEL_RULES } from '../../src/core/machine/rules.js';
import { violationClass } from '../../src/core/machine/scenario.js';
import { SPECIAL } from './corpus.js';
import { MUTANTS } from './mutants.js';
import answers from './spin-answers.json';

const recorded: Readonly<Record<string, { readonly kinds: readonly string[]; readonly states: number }>> =
  answers;

/** Races on which a machine with these rules and Spin disagree. */
function differing(rules: Rules): readonly string[] {
  return SPECIAL.flatMap(({ name, scenario }) => {
    const { violations, states } = explore(scenario, { maxStates: 100_000, maxMs: 20_000 }, { rules });
    const kinds = violations.map(({ kind }) => kind).filter((kind) => violationClass(kind) !== 'info');
    const spin = recorded[name];
    return spin?.states === states + 1 && spin.kinds.join() === kinds.join() ? [] : [name];
  });
}

describe('the rules of the machine', () => {
  it('agree with Spin on every recorded race', () => {
    expect(differing(KERNEL_RULES)).toEqual([]);
  });

  it.each(MUTANTS)('a mutant is noticed: $name', ({ rules }) => {
    expect(differing(rules)).not.toEqual([]);
  });
});
