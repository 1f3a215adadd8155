/**
 * Of the walkers that a scan of a tree lists: how many can be replayed (linked, and made into a scenario), and what stands in the
 * way of the rest, by reason.
 * Usage: node scripts/run-ts.mjs scripts/replayable.ts TREE [SCAN.json] [--all]
 * SCAN.json: what `walkrace scan --no-replay --format json` wrote; without it the tree is scanned here. --all names every walker.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import type { ScanReport, WalkerReport } from '../src/core/report/report.js';
import { RequestError, type Session } from '../src/core/session.js';
import { sessionOver } from '../test/support/open-session.js';

/** Made, compiled and begun: whether it can be run is known after the first state. */
const BARELY = { maxStates: 1, maxMs: 1_000 };

const args = process.argv.slice(2).filter((each) => each !== '--all');
const namesAll = process.argv.includes('--all');
const [root, saved] = args;
if (root === undefined) throw new Error('usage: replayable.ts TREE [SCAN.json] [--all]');

const session = await sessionOver(root, join('.cache', 'replayable'));
const { walkers } =
  saved === undefined
    ? session.scan([], { replay: false }, { cancellation: NEVER_CANCELLED, progress: () => undefined })
    : (JSON.parse(readFileSync(saved, 'utf8')) as ScanReport);

const reasons = new Map<string, string[]>();
for (const walker of walkers) {
  const reason = reasonOf(session, walker);
  if (reason === undefined) continue;
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
