/**
 * Stands in for dist/extension.js while its activation is measured: loads the real one, and writes into the file that WALKRACE_PROBE
 * names how long loading and activating took, how long of that the thread ran, and how long it only waited for a processor.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

interface Counted {
  readonly at: number;
  readonly ran: number;
  readonly waited: number;
}

/** What Linux counts of this thread, in nanoseconds: on a processor, waiting for one. */
function counted(): Counted {
  const [ran = 0, waited = 0] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ').map(Number);
  return { at: performance.now(), ran, waited };
}

const between = (from: Counted, to: Counted): Record<'wall' | 'ran' | 'waited', number> => ({
  wall: to.at - from.at,
  ran: (to.ran - from.ran) / 1e6,
  waited: (to.waited - from.waited) / 1e6,
});

const start = counted();
const extension = createRequire(__filename)('./extension-measured.js') as {
  readonly activate: (context: unknown) => void;
};
const loaded = counted();

export function activate(context: unknown): void {
  const before = counted();
  extension.activate(context);
  const measured = { load: between(start, loaded), activate: between(before, counted()) };
  appendFileSync(process.env['WALKRACE_PROBE'] ?? '/dev/null', `${JSON.stringify(measured)}\n`);
}
