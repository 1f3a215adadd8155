/** The history of one table or lock: the steps that touched it. */
import type { TraceStep } from '../../core/trace/trace.js';

export interface Subject {
  readonly kind: 'table' | 'lock';
  readonly name: string;
}

const baseName = (word: string): string => word.replace(/\[\d+\]$/, '');

/** Indexes of the steps that change the subject, read it, or name it in their text. */
export function historyOf(steps: readonly TraceStep[], subject: Subject): readonly number[] {
  return steps.flatMap((step, index) => {
    const words = [...step.text.split(/\s+/), ...Object.keys(step.d)];
    return words.some((word) => (subject.kind === 'table' ? baseName(word) : word) === subject.name)
      ? [index]
      : [];
  });
}
