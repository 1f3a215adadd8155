/**
 * Recall of the rules about one function: in functions of a real tree, takes away a release (pte_unmap(), mmap_read_unlock(), ...), or
 * moves it above the last use of what it keeps, and looks for a new finding in that function. The changed texts are laid over the
 * tree as open documents; nothing is written into it.
 * Usage: node scripts/run-ts.mjs scripts/local-mutation.ts [VERSION] FILE...     (default: 6.12)
 */
import { join } from 'node:path';
import type { Session } from '../src/core/session.js';
import { sessionOver } from '../test/support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../test/support/trees.js';

const RULES: ReadonlySet<string> = new Set(['pte-map/unbalanced', 'lock/leak', 'lock/ends-too-early']);
const RELEASE =
  /^\t+(pte_unmap(?:_unlock)?|mmap_(?:read|write)_unlock|i_mmap_unlock_(?:read|write)|put_online_mems|hugetlb_vma_unlock_(?:read|write)|spin_unlock)\(([^;]*)\);$/;
/** A read or write of an entry through a pointer. */
const USE = /\b(ptep_get(?:_lockless)?|set_pte_at|ptep_get_and_clear|pte_clear|ptep_clear_flush)\(/;

interface Mutant {
  readonly what: string;
  readonly line: number;
  readonly text: string;
}

function mutantsOf(text: string): readonly Mutant[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at): readonly Mutant[] => {
    const [, call = '', args = ''] = RELEASE.exec(line) ?? [];
    if (call === '' || (call === 'spin_unlock' && !/ptl/.test(args))) return [];
    const without = lines.map((each, index) => (index === at ? '\t\t;' : each)).join('\n');
    const deleted: Mutant = { what: `${call}(${args}) taken away`, line: at + 1, text: without };
    if (!call.startsWith('pte_unmap')) return [deleted];
    const start = lines.findLastIndex((each, index) => index < at && /^[{}]/.test(each));
    const use = lines.findLastIndex((each, index) => index < at && index > start && USE.test(each));
    const before = lines[use - 1] ?? '';
    if (use < 0 || !/[;{}]$/.test(before)) return [deleted];
    const moved = lines.map((each, index) =>
      index === use ? `${line}\n${each}` : index === at ? '\t\t;' : each,
    );
    return [
      deleted,
      {
        what: `${call}(${args}) moved above the use in line ${use + 1}`,
        line: at + 1,
        text: moved.join('\n'),
      },
    ];
  });
}

/** Findings of these rules in a file, by what does not move with lines. */
function findingsIn(session: Session, file: string): ReadonlySet<string> {
  const { findings } = session.diagnose(file);
  return new Set(
    findings
      .filter(({ rule }) => RULES.has(rule))
      .map(
        (finding) => `${finding.function}: ${finding.rule}: ${finding.message.replace(/line \d+/g, 'line')}`,
      ),
  );
}

const [first = '6.12', ...rest] = process.argv.slice(2);
const isNamed = /^\d/.test(first);
const tree = kernelTrees().find((each) => isVersion(each, isNamed ? first : '6.12'));
const files = isNamed ? rest : [first, ...rest];
if (!tree) console.log(NO_TREES);
else {
  const session = await sessionOver(tree.root, join('.cache', 'known-cases'));
  const counts = { mutants: 0, found: 0 };
  for (const file of files) {
    const before = findingsIn(session, file);
    for (const { what, line, text } of mutantsOf(session.read(file) ?? '')) {
      session.openDocument(file, text);
      const fresh = [...findingsIn(session, file)].filter((each) => !before.has(each));
      session.closeDocument(file);
      counts.mutants += 1;
      if (fresh.length > 0) counts.found += 1;
      console.log(
        `${fresh.length > 0 ? 'found   ' : 'SURVIVES'} ${file}:${line} ${what}${fresh.map((each) => `\n           ${each}`).join('')}`,
      );
    }
  }
  console.log(`${counts.found} of ${counts.mutants} found`);
}
