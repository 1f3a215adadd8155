/**
 * Prints what the tool says about the functions that people have judged (test/kernel/known-cases.json).
 * Usage: node scripts/run-ts.mjs scripts/known-cases.ts [VERSION...] [--id CASE...]     (versions: 5.10 6.1 6.12)
 */
import { join } from 'node:path';
import { askAbout, KNOWN_CASES, type KnownAnswer } from '../test/support/known-cases.js';
import { sessionOver } from '../test/support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../test/support/trees.js';

const args = process.argv.slice(2);
const split = args.includes('--id') ? args.indexOf('--id') : args.length;
const versions = args.slice(0, split);
const ids = args.slice(split + 1);

const counts: Record<KnownAnswer['outcome'], number> = { right: 0, wrong: 0, waiting: 0 };
const trees = kernelTrees();
if (trees.length === 0) console.log(NO_TREES);
for (const version of versions.length > 0 ? versions : ['5.10', '6.1', '6.12', '7.3']) {
  const tree = trees.find((each) => isVersion(each, version));
  if (!tree) {
    console.log(`${version}: skipped, this tree is not here`);
    continue;
  }
  const session = await sessionOver(tree.root, join('.cache', 'known-cases'));
  for (const known of KNOWN_CASES.filter((each) => each.tree === version)) {
    if (ids.length > 0 && !ids.includes(known.id)) continue;
    const { given, outcome, findings } = askAbout(known, session);
    counts[outcome] += 1;
    const said = given === known.expected ? given : `${given}, not ${known.expected}`;
    console.log(`${version.padEnd(5)} ${outcome.padEnd(8)} ${known.id.padEnd(34)} ${said}  (${known.rule})`);
    if (outcome === 'right') continue;
    for (const finding of findings) {
      const chain = finding.chain.map(({ function: name }) => name).join(' -> ');
      console.log(`        ${finding.severity} ${finding.rule} ${finding.file}:${finding.line} ${chain}`);
      console.log(`        ${finding.reason}`);
    }
  }
}
console.log(`${counts.right} right, ${counts.wrong} wrong, ${counts.waiting} wait for their rule`);
process.exitCode = counts.wrong > 0 ? 1 : 0;
