/** The three steps of a race that matter: the load that took the pointer, the step that freed the page, the use. */
import type { Narrated } from './narrate.js';

export interface NarratedStep extends Narrated {
  readonly lane: number;
  /** Name of the page whose state this step changed, with its new state. */
  readonly pageChange?: { readonly page: string; readonly state: string };
}

export interface Marks {
  readonly took?: number;
  readonly freed?: number;
  readonly used: number;
}

/** Marks of a race whose violation is its last step; undefined when the last step touches no entry. */
export function marksOf(steps: readonly NarratedStep[], pageNames: readonly string[]): Marks | undefined {
  const used = steps.length - 1;
  const last = steps[used];
  if (last === undefined) return undefined;
  if (last.through !== undefined) return throughMarks(steps, used, last.lane, last.through);
  if (last.target === undefined) return undefined;
  const page = pageNames[last.target.page] ?? '';
  const freed = findLast(
    steps,
    used,
    (step) =>
      step.pageChange?.page === page &&
      step.pageChange.state !== 'live' &&
      step.pageChange.state !== 'reused',
  );
  const leads = (step: NarratedStep): boolean => step.lane === last.lane && step.result === page;
  const took = findLast(steps, freed < 0 ? used : freed, leads);
  return marks(took >= 0 ? took : findLast(steps, used, leads), freed, used);
}

/** The pointer leads nowhere: the entry was changed between the look at it and the load that descended. */
function throughMarks(steps: readonly NarratedStep[], used: number, lane: number, value: string): Marks {
  const second = findLast(
    steps,
    used,
    (step) => step.lane === lane && step.result === value && step.target !== undefined,
  );
  const target = steps[second]?.target;
  if (target === undefined) return { used };
  const isSame = (step: NarratedStep): boolean =>
    step.target?.page === target.page && step.target.index === target.index;
  const changed = findLast(
    steps,
    second,
    (step) => step.lane !== lane && isSame(step) && step.step?.op !== 'load',
  );
  const took = findLast(
    steps,
    changed < 0 ? second : changed,
    (step) => step.lane === lane && isSame(step) && step.result !== undefined,
  );
  return marks(took >= 0 ? took : second, changed, used);
}

function marks(took: number, freed: number, used: number): Marks {
  return { used, ...(took < 0 ? {} : { took }), ...(freed < 0 ? {} : { freed }) };
}

function findLast(
  steps: readonly NarratedStep[],
  before: number,
  test: (step: NarratedStep) => boolean,
): number {
  for (let index = before - 1; index >= 0; index--) {
    const step = steps[index];
    if (step !== undefined && test(step)) return index;
  }
  return -1;
}
