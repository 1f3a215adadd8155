/**
 * Recall by mutation: takes the protection of walkers of a real tree away, one by one, and looks for a new finding at that walker.
 * A walker counts when a lock on one of its chains excludes the freer of a kernel-walk rule. The changed texts are laid over the
 * tree as open documents; nothing is written into it. Without replay.
 * Usage: node scripts/run-ts.mjs scripts/mutation.ts [VERSION] [FILE...]     (default: 6.12, all files)
 */
import { join } from 'node:path';
import { parseLockName } from '../src/core/analysis/held.js';
import { WALK_RULES } from '../src/core/analysis/rules.js';
import { PROTECTIONS } from '../src/core/kernel/protections.js';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import type { ChainHop, WalkerReport } from '../src/core/report/report.js';
import type { Session } from '../src/core/session.js';
import { sessionOver } from '../test/support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../test/support/trees.js';
import { mutantsOf, type Mutant } from './mutants-of.js';

const RULES = WALK_RULES.filter(({ tables }) => tables === 'kernel');
const LOCKS: ReadonlySet<string> = new Set(RULES.flatMap(({ missing }) => missing));

const [version = '6.12', ...files] = process.argv.slice(2);
const tree = kernelTrees().find((each) => isVersion(each, version));
if (tree) measure(await sessionOver(tree.root, join('.cache', 'known-cases')));
else console.log(NO_TREES);

/** The locks that one of the rules asks for, as far as a chain holds them. */
function locksOn(hops: readonly ChainHop[]): readonly string[] {
  const held = (hops.at(-1)?.held ?? []).map((name) => name.replace(/:read$/, ''));
  return [...new Set(held.filter((name) => LOCKS.has(name)))];
}

/** The places that take a lock on the chains of a walker; each once. */
function mutantsOn(walker: WalkerReport, session: Session): readonly Mutant[] {
  const found = new Map<string, Mutant>();
  for (const { chain } of walker.roots) {
    for (const lock of locksOn(chain)) {
      const protection = PROTECTIONS.find(({ id }) => id === parseLockName(lock).class);
      if (!protection) continue;
      for (const hop of chain) {
        const text = session.read(hop.file);
        if (text === undefined) continue;
        for (const mutant of mutantsOf(text, hop, protection))
          found.set(`${mutant.file} ${mutant.function} ${mutant.what}`, mutant);
      }
    }
  }
  return [...found.values()];
}

/** Why there may be no finding: what still is held, and from where the walk is reached. */
function survival(walker: WalkerReport | undefined): string {
  if (!walker) return 'no walker there any more';
  const open = walker.roots.filter(({ chain }) => locksOn(chain).length === 0);
  if (open.length === 0) return 'every chain that is looked at still holds one of the locks';
  const [first] = open;
  const path = first?.chain.map(({ function: name }) => name).join(' -> ') ?? '';
  return `open on ${path}, and taken to be owned, or in a context that excludes the freer`;
}

function measure(session: Session): void {
  const { walkers, findings } = session.scan(
    files,
    { replay: false },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  );
  const known = new Set(findings.map(({ rule, file, function: name }) => `${rule} ${file} ${name}`));
  const counts = { protected: 0, mutants: 0, killed: 0 };
  for (const walker of walkers.filter(({ tables }) => tables === 'kernel' || tables === 'either')) {
    const mutants = mutantsOn(walker, session);
    if (mutants.length === 0) continue;
    counts.protected += 1;
    for (const mutant of mutants) {
      counts.mutants += 1;
      session.openDocument(mutant.file, mutant.text);
      const { findings: all, walkers: after } = session.diagnose(walker.file);
      const found = all
        .filter(({ function: name }) => name === walker.function)
        .filter((finding) => !known.has(`${finding.rule} ${finding.file} ${finding.function}`));
      const same = after.find(({ function: name, line }) => name === walker.function && line === walker.line);
      session.closeDocument(mutant.file);
      if (found.length > 0) counts.killed += 1;
      const says =
        found.length > 0
          ? found.map(({ severity, rule }) => `${severity} ${rule}`).join(', ')
          : `SURVIVES: ${survival(same)}`;
      console.log(`${walker.file} ${walker.function}(): ${mutant.what} in ${mutant.function}(): ${says}`);
    }
  }
  console.log(
    `${counts.protected} walkers whose locks could be changed, ${counts.mutants} mutants, ${counts.killed} found, ${counts.mutants - counts.killed} survive`,
  );
}
