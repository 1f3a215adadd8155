/** A race in two columns, as kernel people write it in a mail: the steps that matter, and nothing else. */
import type { ReplayReport } from '../report/report.js';
import type { TraceStep } from '../trace/trace.js';

/** Columns of a mail, and what stands before the text. */
const WIDTH = 72;
const COLUMN = WIDTH / 2;

/** Lines without an end; empty where there is no trace. */
export function interleavingOf({ scene, trace }: ReplayReport): readonly string[] {
  if (scene === null) return [];
  const steps = steady(trace);
  const cpuOf = (lane: string): number => scene.threads.find(({ name }) => name === lane)?.cpu ?? 0;
  const lanes = [...new Set(steps.map(({ t }) => t))].sort((a, b) => cpuOf(a) - cpuOf(b));
  if (lanes.length === 0 || lanes.length > 2) return [];
  const titles = lanes.map((lane) => scene.threads.find(({ name }) => name === lane));
  const head = titles.map((thread, at) => `CPU ${thread?.cpu ?? at}`.padEnd(COLUMN)).join('');
  const names = titles.map((thread, at) => callOf(thread?.title ?? lanes[at] ?? '').padEnd(COLUMN)).join('');
  const rows = steps.flatMap((step) => {
    const indent = ' '.repeat(COLUMN * lanes.indexOf(step.t) + 2);
    const row = `${indent}${shortened(step.code ?? step.text, COLUMN - 4)}`;
    return step.violation === undefined ? [row] : [row, `${indent}^ ${step.violation}`];
  });
  return [head, names, ...rows].map((line) => line.trimEnd());
}

const callOf = (title: string): string => (/^\w+$/.test(title) ? `${title}()` : title);

/** The three steps that are the race, the freer's lock, and what it clears of the table that it frees. */
function steady(trace: readonly TraceStep[]): readonly TraceStep[] {
  const freed = trace.findIndex(({ mark }) => mark === 'freed');
  const freer = trace[freed]?.t;
  const clears = trace.findLastIndex(
    (step, at) => at < freed && step.t === freer && step.text.startsWith('store '),
  );
  const kept = trace.filter(
    (step, at) =>
      step.mark !== undefined ||
      step.violation !== undefined ||
      at === clears ||
      (step.t === freer && /^lock /.test(step.text)),
  );
  return kept.filter((step, at) => {
    const before = kept[at - 1];
    return before?.t !== step.t || (before.code ?? before.text) !== (step.code ?? step.text);
  });
}

function shortened(text: string, width: number): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= width ? plain : `${plain.slice(0, width - 3)}...`;
}
