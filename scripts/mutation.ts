/**
 * Recall by mutation: takes the protection of walkers of a real tree away, one by one, and looks for a new finding at that walker.
 * A mutant is made at each hop of a chain whose lock, by the matrix, excludes the freer of a rule about such a walk; and of each walk
 * over page frames that asks for online pages. The changed texts are laid over the tree as open documents; nothing is written into
 * it. Without replay.
 *
 * A walk counts as protected by a lock when the lock is what it rests on. Where the tool says of the mutant that somebody owns the
 * range, that the walk runs when no freer does, or that another lock keeps the freer out, the mutant is no defect: it is counted by
 * that reason, beside. What is left survives when there is no finding.
 * Usage: node scripts/run-ts.mjs scripts/mutation.ts [VERSION] [--every N] [--only PATTERN] [FILE...]
 * (default: 6.12, all files, every mutant; PATTERN: those whose line matches it)
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureMutation, mutantLine, type MutationResult } from '../test/support/mutation.js';
import { sessionOver } from '../test/support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../test/support/trees.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: 'string', default: '1' }, only: { type: 'string', default: '' } },
});
const picked = { every: Number(values.every), only: new RegExp(values.only) };
const [version = '6.12', ...files] = positionals;
const tree = kernelTrees().find((each) => isVersion(each, version));
if (tree) {
  const session = await sessionOver(tree.root, join('.cache', 'known-cases'));
  const results = measureMutation(session, files, picked, (result) => {
    console.log(lineOf(result));
  });
  summary(results);
} else console.log(NO_TREES);

function lineOf({ walker, mutant, outcome, says }: MutationResult): string {
  return `${outcome.padEnd(10)} ${mutantLine(walker, mutant)}: ${says}`;
}

function summary(results: readonly MutationResult[]): void {
  const walkers = new Set(results.map(({ walker }) => `${walker.file} ${walker.function} ${walker.line}`));
  console.log(`${walkers.size} walkers with a protection, ${results.length} mutants`);
  for (const outcome of ['found', 'survives', 'owned', 'context', 'latent', 'protected'] as const) {
    const count = results.filter((result) => result.outcome === outcome).length;
    if (count > 0) console.log(`${String(count).padStart(5)} ${outcome}`);
  }
  const found = results.filter(({ outcome }) => outcome === 'found').length;
  const defects = found + results.filter(({ outcome }) => outcome === 'survives').length;
  if (defects > 0) console.log(`recall ${((100 * found) / defects).toFixed(1)} % of ${defects} defects`);
}
