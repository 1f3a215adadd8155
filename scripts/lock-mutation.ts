/**
 * Recall of the rules about locks and freers by mutation: puts the defect of a rule into functions of a real tree, one at a time, and
 * looks for a new finding of that rule there; the untouched function must have none. The changed texts are laid over the tree as open
 * documents; nothing is written into it.
 * Usage: node scripts/run-ts.mjs scripts/lock-mutation.ts [VERSION] [MOST]     (default: 6.12, 20 functions for each rule)
 */
import { join } from 'node:path';
import type { Session } from '../src/core/session.js';
import { WRONG_LOCK } from '../src/core/analysis/wrong-lock.js';
import { functionsOf } from '../src/core/kernel/c-functions.js';
import { sessionOver } from '../test/support/open-session.js';
import { isVersion, kernelTrees, NO_TREES } from '../test/support/trees.js';

interface Defect {
  readonly rule: string;
  readonly what: string;
  /** The text of a function with the defect; the same text where it does not fit. */
  readonly put: (text: string) => string;
}

const ACQUIRE = /^\t+(?:mmap_(?:read|write)_lock\((.+)\)|get_online_mems\(\));\n/m;
const READ = /^\t+mmap_read_lock\((.+)\);\n/m;

const DEFECTS: readonly Defect[] = [
  {
    rule: 'lock/sleep-in-atomic',
    what: 'an RCU section around the acquisition',
    put: (text) => text.replace(ACQUIRE, '\trcu_read_lock();\n$&\trcu_read_unlock();\n'),
  },
  {
    rule: 'lock/sleep-in-atomic',
    what: 'a spinlock around the acquisition',
    put: (text) => text.replace(ACQUIRE, '\tspin_lock(&some_lock);\n$&\tspin_unlock(&some_lock);\n'),
  },
  {
    rule: 'lock/order',
    what: 'the hotplug lock after the mmap lock',
    put: (text) => text.replace(READ, '$&\tget_online_mems();\n\tput_online_mems();\n'),
  },
  {
    rule: 'lock/recursive-read',
    what: 'the mmap lock read once more',
    put: (text) => text.replace(READ, '$&\tmmap_read_lock($1);\n\tmmap_read_unlock($1);\n'),
  },
  {
    rule: WRONG_LOCK.id,
    what: 'the hotplug lock swapped for the mmap lock of init_mm, for read',
    put: (text) =>
      !text.includes('get_online_mems()')
        ? text
        : text
            .replace(/\bget_online_mems\(\)/g, 'mmap_read_lock(&init_mm)')
            .replace(/\bput_online_mems\(\)/g, 'mmap_read_unlock(&init_mm)')
            .replace(/\bmmap_write_(un)?lock\(mm\);\n/g, ''),
  },
  {
    rule: 'freer/unlocked',
    what: "the freer's half deleted",
    put: (text) =>
      /_free_p[tum]\w*_page\(|arch_remove_memory\(/.test(text)
        ? text
            .replace(/^\tif \(!mmap_read_trylock\(&init_mm\)\)\n\t\treturn 0;\n/gm, '')
            .replace(/^\tmmap_read_unlock\(&init_mm\);\n/gm, '')
            .replace(/^\tmem_hotplug_(?:begin|done)\(\);\n/gm, '')
        : text,
  },
  {
    rule: 'freer/free-before-clear',
    what: 'the clearing moved behind the free',
    put: (text) =>
      text.replace(/^(\tp[um4g]?d_clear\(\w+\);\n)([\s\S]*?)(^\t\w*free\w*\(.*\);\n)/m, '$2$3$1'),
  },
];

const [version = '6.12', most = '20'] = process.argv.slice(2);
const tree = kernelTrees().find((each) => isVersion(each, version));
if (tree) measure(await sessionOver(tree.root, join('.cache', 'known-cases')), Number(most));
else console.log(NO_TREES);

function measure(session: Session, limit: number): void {
  const files = session.lookedAt([]);
  for (const defect of DEFECTS) {
    let [found, tried, noisy] = [0, 0, 0];
    const survivors: string[] = [];
    for (const file of files) {
      const text = session.read(file);
      if (text === undefined || tried >= limit) continue;
      for (const [name, whole] of functionsOf(text)) {
        const own = whole.trimEnd();
        const put = defect.put(own);
        if (put === own || tried >= limit || !text.includes(own)) continue;
        const first = text.slice(0, text.indexOf(own)).split('\n').length;
        const last = first + put.split('\n').length;
        const told = (): number =>
          session
            .diagnose(file)
            .findings.filter(({ rule, line }) => rule === defect.rule && first <= line && line <= last)
            .length;
        const before = told();
        session.openDocument(
          file,
          text.replace(own, () => put),
        );
        const after = told();
        session.closeDocument(file);
        tried += 1;
        if (before > 0) noisy += 1;
        if (after > before) found += 1;
        else survivors.push(`${file}:${name}`);
      }
    }
    console.log(`${defect.rule}, ${defect.what}: ${found} of ${tried} found; ${noisy} told before`);
    for (const each of survivors) console.log(`    not found: ${each}`);
  }
}
