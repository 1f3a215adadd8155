/** The assumptions of a linked program: those that still matter, each once. */
import type { Assumption, Step } from '../ir.js';

/** Keeps the assumptions of choices that are left, and those that no step names; renumbers. */
export function usedAssumptions(
  all: readonly Assumption[],
  steps: readonly Step[],
): { readonly steps: readonly Step[]; readonly assumptions: readonly Assumption[] } {
  const chosen = new Set(steps.flatMap((step) => (step.op === 'choose' ? [step.assumption] : [])));
  const kept: Assumption[] = [];
  const positions = new Map<string, number>();
  const renumbered = new Map<number, number>();
  const add = (assumption: Assumption): number => {
    const key = keyOf(assumption);
    const known = positions.get(key);
    if (known !== undefined) return known;
    positions.set(key, kept.length);
    return kept.push(assumption) - 1;
  };
  mergeUnknownCalls(all).forEach((assumption, index) => {
    if (assumption === undefined) return;
    if (assumption.kind !== 'both-branches' || chosen.has(index)) renumbered.set(index, add(assumption));
  });
  for (const step of steps) if (isUndecided(step)) add(bothWays(step));
  return {
    steps: steps.map((step) =>
      step.op === 'choose' ? { ...step, assumption: renumbered.get(step.assumption) ?? 0 } : step,
    ),
    assumptions: kept,
  };
}

/** What is said of a call, behind its name, that is left out because the walk would become too large. */
export const TOO_DEEP = 'is not followed:';

/** What is said of a call whose body is not at hand, behind its name. */
export const NO_BODY = 'takes or drops no lock and touches no table: its body is not at hand';
const NO_BODIES = 'take or drop no lock and touch no table: their bodies are not at hand';

/** One line for all calls whose bodies are not at hand, at the first of them; the others are undefined. */
function mergeUnknownCalls(all: readonly Assumption[]): readonly (Assumption | undefined)[] {
  const isOne = ({ kind, text }: Assumption): boolean => kind === 'unknown-call' && text.endsWith(NO_BODY);
  const names = [...new Set(all.filter(isOne).map(({ text }) => text.slice(0, -NO_BODY.length).trim()))];
  if (names.length < 2) return all;
  const first = all.findIndex(isOne);
  const text = `${names.join(', ')} ${NO_BODIES}`;
  return all.map((each, index) => (isOne(each) ? (index === first ? { ...each, text } : undefined) : each));
}

const isUndecided = (step: Step): boolean => step.op === 'branch' && step.condition.kind === 'unknown';

const bothWays = (step: Step): Assumption => ({
  kind: 'both-branches',
  text: `both ways of "${step.text}"`,
  ...(step.at ? { at: step.at } : {}),
});

const keyOf = ({ kind, text, at }: Assumption): string =>
  `${kind} ${text} ${kind === 'both-branches' && at ? `${at.file}:${at.line}` : ''}`;
