/**
 * Folding: consecutive steps of one lane that nobody needs to see one by one. A step that matters never folds: a marked one, a
 * violation, one that waits, takes or releases something, or that cuts a table off.
 */
import type { TraceStep } from '../../core/trace/trace.js';
import { operationGroup, summary } from './operation.js';
import type { Picture } from './picture.js';

/** Steps `start` to `end`, both included. */
export interface Group {
  readonly start: number;
  readonly end: number;
}

export type Row =
  | { readonly kind: 'step'; readonly start: number; readonly end: number }
  | { readonly kind: 'fold'; readonly start: number; readonly end: number; readonly summary: string };

/** A group of fewer steps than this stays as it is. */
const SMALLEST_GROUP = 3;

function matters(step: TraceStep, picture: Picture | undefined): boolean {
  const group = operationGroup(step.text);
  return (
    step.mark !== undefined ||
    step.violation !== undefined ||
    step.blocked === true ||
    group === 'lock' ||
    group === 'unlock' ||
    group === 'section' ||
    (picture?.tables.some((table) => table.wordBefore !== null) ?? false)
  );
}

/** Groups that can be folded. `pictures[n + 1]` is the state after step n. */
export function groupsOf(steps: readonly TraceStep[], pictures: readonly Picture[]): readonly Group[] {
  const groups: Group[] = [];
  let start = 0;
  const close = (end: number): void => {
    if (end - start + 1 >= SMALLEST_GROUP) groups.push({ start, end });
  };
  steps.forEach((step, index) => {
    const important = matters(step, pictures[index + 1]);
    if (!important && steps[start]?.t === step.t) return;
    close(index - 1);
    start = important ? index + 1 : index;
  });
  close(steps.length - 1);
  return groups;
}

/** Does a step fit the filter? Every word of the filter must occur in its text, place, code, function or lane. */
export function matchesFilter(step: TraceStep, filter: string): boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [step.t, step.text, step.at, step.code, step.function, step.mark, step.violation, ...step.held]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** What the timeline shows: with a filter, the steps that fit it; without, each folded group as one row. */
export function rowsOf(
  steps: readonly TraceStep[],
  groups: readonly Group[],
  folded: ReadonlySet<number>,
  filter: string,
): readonly Row[] {
  const indexes = steps.map((_, index) => index);
  if (filter.trim() !== '') {
    return indexes
      .filter((index) => steps.slice(index, index + 1).some((step) => matchesFilter(step, filter)))
      .map((index) => ({ kind: 'step', start: index, end: index }));
  }
  return indexes.flatMap((index): readonly Row[] => {
    const group = groups.find((each) => each.start <= index && index <= each.end && folded.has(each.start));
    if (group === undefined) return [{ kind: 'step', start: index, end: index }];
    if (group.start !== index) return [];
    const texts = steps.slice(group.start, group.end + 1).map((step) => step.text);
    return [{ kind: 'fold', ...group, summary: summary(texts) }];
  });
}

/** The row that shows a step, or -1 when it is filtered away. */
export const rowOfStep = (rows: readonly Row[], step: number): number =>
  rows.findIndex((row) => row.start <= step && step <= row.end);
