/** Races made of a walker's text and a freer's fragment: what the tests of machine, explorer and exports run on. */
import type { RaceFile } from '../../src/core/trace/language/ast.js';
import { parseRace } from '../../src/core/trace/language/parse.js';
import { locksOf } from '../../src/core/trace/language/statements.js';
import { raceToScenario } from '../../src/core/trace/language/to-scenario.js';
import type { LockDecl, LockKind, Scenario } from '../../src/core/machine/scenario.js';

export function raceOf(text: string): RaceFile {
  const { file, errors } = parseRace(text);
  if (file === undefined)
    throw new Error(errors.map(({ line, column, message }) => `${line}:${column}: ${message}`).join('\n'));
  return file;
}

export const scenarioOf = (text: string, arch?: string): Scenario =>
  raceToScenario(raceOf(text), arch === undefined ? {} : { arch });

/** Statements before and after a walk. */
export interface Protection {
  readonly name: string;
  readonly enter: readonly string[];
  readonly leave: readonly string[];
}

const both = (name: string, ...pairs: readonly (readonly [string, string])[]): Protection => ({
  name,
  enter: pairs.map(([enter]) => enter),
  leave: pairs.map(([, leave]) => leave).reverse(),
});
const mems = ['lock mem_hotplug_lock read', 'unlock mem_hotplug_lock read'] as const;
const rcu = ['rcu_read_lock', 'rcu_read_unlock'] as const;
const irqs = ['irq_off', 'irq_on'] as const;
const lock = (name: string, mode: string): readonly [string, string] => [
  `lock ${name} ${mode}`,
  `unlock ${name} ${mode}`,
];

/** MM stands for the mm whose tables are walked. */
export const PROTECTIONS: readonly Protection[] = [
  both('nothing'),
  both('get_online_mems', mems),
  both('rcu_read_lock', rcu),
  both('irqs off', irqs),
  both('page_table_lock', lock('page_table_lock(MM)', 'write')),
  both('mmap read', lock('mmap_lock(MM)', 'read')),
  both('mmap write', lock('mmap_lock(MM)', 'write')),
  both('get_online_mems + mmap write', mems, lock('mmap_lock(MM)', 'write')),
  both('rcu, then get_online_mems', rcu, mems),
  both('get_online_mems, then rcu', mems, rcu),
  both('preemption off', ['preempt_off', 'preempt_on']),
  both('get_online_mems twice', mems, mems),
];

/** The 2019 arm64 dump: each entry is read for the check, and again for the descent. ROOT is the top page. */
export const REREADING = `
  for i
    load pud ROOT[i]       @ arch/arm64/mm/dump.c:332
    if table pud
      load pmdp ROOT[i]    @ :310
      for j
        load pmd pmdp[j]   @ :313
        if table pmd
          load ptep pmdp[j] @ :299
          for k
            load pte ptep[k] @ :302
          end
        end
      end
    end
  end`;

/** Each entry is read once, and the value that was checked is the one that is followed. */
export const SINGLE_FETCH = `
  for i
    load pud ROOT[i]
    if table pud
      for j
        load pmd pud[j]
        if table pmd
          for k
            load pte pmd[k]
          end
        end
      end
    end
  end`;

/** One address, with pointers: p?d_offset() and a pointer that moves through the table of ptes. */
export const POINT_WALK = `
  let pudp &ROOT[0]
  load pud pudp
  if none pud
    stop
  end
  let pmdp &pud[0]
  load pmd pmdp
  if !(table pmd)
    stop
  end
  let ptep &pmd[0]
  load pte ptep
  let ptep ptep + 1
  load pte ptep`;

const KINDS: Readonly<Record<string, LockKind>> = {
  mem_hotplug_lock: 'percpu-rwsem',
  page_table_lock: 'spinlock',
  mmap_lock: 'rwsem',
};

/** A walker beside a fragment: `walker` names the top page ROOT. */
export function combine(fragment: RaceFile, walker: string, protection: Protection, arch: string): Scenario {
  const root = fragment.roots[0];
  const mm = root?.tables === 'user' ? 'mm' : 'init_mm';
  const put = (line: string): string => line.replaceAll('MM', mm).replaceAll('ROOT', root?.page ?? 'swapper');
  const lines = [...protection.enter, ...walker.split('\n'), ...protection.leave].map(put);
  const pages = fragment.pages.map(
    (page) => `page ${page.name} ${page.level} : ${page.entries.map(() => 'none').join(' ')}`,
  );
  const used = [...new Set(lines.flatMap((line) => /^\s*lock (\S+)/.exec(line)?.[1] ?? []))];
  const lockKind = (name: string): LockKind => KINDS[name.replace(/\(.*/, '')] ?? 'rwsem';
  const text = [
    'race 1',
    ...pages,
    ...used.map((name) => `lock ${name} ${lockKind(name)}`),
    'thread walker cpu 0 walk',
    ...lines,
  ].join('\n');
  const thread = raceOf(text).threads;
  const declared: readonly LockDecl[] = [
    ...fragment.locks,
    ...[...new Set(thread.flatMap(({ body }) => locksOf(body)))]
      .filter((name) => !fragment.locks.some((known) => known.name === name))
      .map((name) => ({ name, kind: lockKind(name) })),
  ];
  return raceToScenario(
    {
      ...fragment,
      title: `${protection.name} against ${fragment.title}`,
      locks: declared,
      threads: [...thread, ...fragment.threads],
    },
    { arch },
  );
}

/** So many re-reading walkers with nothing held against one fragment, where each table has so many entries: for speed. */
export function manyWalkers(fragment: RaceFile, count: number, entries: number): Scenario {
  const more = (level: string): readonly string[] =>
    Array<string>(entries - 2).fill(level === 'pte' ? 'leaf' : 'none');
  const pages = fragment.pages.map((page) => ({ ...page, entries: [...page.entries, ...more(page.level)] }));
  const race = combine({ ...fragment, pages }, REREADING, { name: 'nothing', enter: [], leave: [] }, 'arm64');
  const [walker, ...others] = race.threads;
  if (walker === undefined) return race;
  const walkers = Array.from({ length: count }, (_, index) => ({
    ...walker,
    name: `walker${index}`,
    cpu: 3 + index,
  }));
  return { ...race, threads: [...walkers, ...others] };
}
