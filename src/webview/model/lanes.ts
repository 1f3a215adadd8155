/** Lanes of a trace: who acts, in which column. A thread that never acts gets no column. */
import type { Scene, TraceStep } from '../../core/trace/trace.js';

export interface Lane {
  readonly name: string;
  /** `CPU 0`, or the lane's own name where it is no thread of the scenario (RCU callbacks). */
  readonly cpu: string;
  /** The function that runs there; empty when unknown. */
  readonly title: string;
  readonly role: 'walker' | 'freer' | 'environment';
}

export function lanesOf(scene: Scene, steps: readonly TraceStep[]): readonly Lane[] {
  const acting = new Set(steps.map((step) => step.t));
  const threads = scene.threads
    .filter((thread) => acting.has(thread.name))
    .map(({ name, cpu, title, role }): Lane => ({ name, cpu: `CPU ${cpu}`, title, role }));
  const known = new Set(threads.map((lane) => lane.name));
  const others = [...acting]
    .filter((name) => !known.has(name))
    .map((name): Lane => ({
      name,
      cpu: name === 'rcu' ? 'RCU' : name,
      title: name === 'rcu' ? 'callbacks' : '',
      role: 'environment',
    }));
  return [...threads, ...others];
}

/** Index of each step that begins a run: the lane is not the one of the step before. The first step begins one too. */
export const runStarts = (steps: readonly TraceStep[]): readonly number[] =>
  steps.flatMap((step, index) => (steps[index - 1]?.t === step.t ? [] : [index]));

/** `at` without its folders: `dump.c:302`. */
export const shortPlace = (at: string): string => at.slice(at.lastIndexOf('/') + 1);

/** For each lane, the source line of its last step up to `step`; lanes that have not begun have none. */
export function currentPlaces(
  steps: readonly TraceStep[],
  step: number,
): readonly { readonly lane: string; readonly at: string }[] {
  const places = new Map<string, string>();
  for (const { t, at } of steps.slice(0, step + 1)) if (at !== undefined) places.set(t, at);
  return [...places].map(([lane, at]) => ({ lane, at }));
}
