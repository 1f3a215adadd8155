/**
 * Of the walkers that a scan of a tree lists: how many can be replayed (linked, and made into a scenario), and what stands in the
 * way of the rest, by reason.
 * Usage: node scripts/run-ts.mjs scripts/replayable.ts TREE [SCAN.json [EVERY]] [--all] [--timed]
 * SCAN.json: what `walkrace scan --no-replay --format json` wrote; without it the tree is scanned here. --all names every walker.
 * --timed runs each of them to the end (with EVERY 5 each fifth), and tells how the processor time is spread (its own, so that a busy machine changes little).
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import type { ScanReport, WalkerReport } from '../src/core/report/report.js';
import { RequestError, type Session } from '../src/core/session.js';
import { sessionOver } from '../test/support/open-session.js';

/** Made, compiled and begun: whether it can be run is known after the first state. */
const BARELY = { maxStates: 1, maxMs: 1_000 };
/** As many states as the product sees in its time at most; so that a busy machine gives the same figures. */
const WHOLE = { maxStates: 200_000, maxMs: 60_000 };
/** What a replay of one walker and one freer should take at most. */
const GOAL_MS = 100;

const [root, saved, every = '1'] = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const namesAll = process.argv.includes('--all');
const isTimed = process.argv.includes('--timed');
if (root === undefined) throw new Error('usage: replayable.ts TREE [SCAN.json [EVERY]] [--all] [--timed]');

const session = await sessionOver(root, join('.cache', 'replayable'));
const { walkers } =
  saved === undefined
    ? session.scan([], { replay: false }, { cancellation: NEVER_CANCELLED, progress: () => undefined })
    : (JSON.parse(readFileSync(saved, 'utf8')) as ScanReport);

const reasons = new Map<string, string[]>();
const times: Timed[] = [];
for (const [index, walker] of walkers.entries()) {
  if (index % 20 === 0) console.error(`${index} of ${walkers.length}`);
  const reason = reasonOf(session, walker);
  if (reason === undefined) {
    if (isTimed && index % Number(every) === 0) times.push(timed(session, walker));
    continue;
  }
  const general = generalOf(reason);
  reasons.set(general, [...(reasons.get(general) ?? []), `${walker.file}:${walker.function}  ${reason}`]);
}

const failed = [...reasons.values()].reduce((sum, each) => sum + each.length, 0);
const share = (part: number): string => `${((100 * part) / Math.max(1, walkers.length)).toFixed(1)} %`;
console.log(
  `${walkers.length - failed} of ${walkers.length} walkers can be replayed: ${share(walkers.length - failed)}`,
);
for (const [reason, places] of [...reasons].sort(([, a], [, b]) => b.length - a.length)) {
  console.log(`${String(places.length).padStart(5)}  ${share(places.length).padStart(6)}  ${reason}`);
  for (const place of namesAll ? places : places.slice(0, 3)) console.log(`               ${place}`);
}

if (isTimed) tellTimes();

interface Timed {
  readonly what: string;
  readonly ms: number;
  readonly searchMs: number;
  readonly states: number;
  readonly verdict: string;
}

/** How the times of the replays are spread, and which take longest. */
function tellTimes(): void {
  times.sort((a, b) => a.ms - b.ms);
  const at = (part: number): string =>
    `${times[Math.min(times.length - 1, Math.floor(part * times.length))]?.ms ?? 0} ms`;
  const verdicts = new Map<string, number>();
  for (const { verdict } of times) verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
  const told = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  const slow = times.filter(({ ms }) => ms >= GOAL_MS);
  console.log(`${times.length} run: ${told}`);
  console.log(`median ${at(0.5)}, 90 % ${at(0.9)}, 95 % ${at(0.95)}, 99 % ${at(0.99)}, longest ${at(1)}`);
  console.log(`${slow.length} take ${GOAL_MS} ms or more`);
  for (const { what, ms, searchMs, states, verdict } of slow.reverse().slice(0, namesAll ? slow.length : 20))
    console.log(`${String(ms).padStart(7)} ms (search ${searchMs}) ${states} states ${verdict}  ${what}`);
}

/**
 * How long a replay takes after a scan: the walk is linked, the states are searched, the trace is made. What it rests on was read and
 * lowered when it was asked whether it can be run, and is not counted.
 */
function timed(over: Session, { file, function: name }: WalkerReport): Timed {
  const began = process.cpuUsage();
  const outcome = over.explore({ file, function: name, with: [], bounds: WHOLE });
  const { user, system } = process.cpuUsage(began);
  const {
    verdict,
    states,
    ms: searchMs,
  } = outcome.kind === 'explored' ? outcome.exploration : { verdict: 'lost', states: 0, ms: 0 };
  return { what: `${file}:${name}`, ms: Math.round((user + system) / 1000), searchMs, states, verdict };
}

/** Why this walker can't be run against the first freer that applies to it; undefined when it can. */
function reasonOf(over: Session, { file, function: name }: WalkerReport): string | undefined {
  try {
    const outcome = over.explore({ file, function: name, with: [], bounds: BARELY });
    return outcome.kind === 'not-replayable' ? outcome.reason : undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    return `error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The reason without the names of this walker, so that like comes to like. */
function generalOf(reason: string): string {
  return reason
    .replace(/: .*$/, '')
    .replace(/\b[\w./-]+\.[ch]\b/g, 'FILE')
    .replace(/\b\w+\(\)/g, 'f()')
    .replace(/\bon \w+ in this tree/, 'on ARCH in this tree');
}
