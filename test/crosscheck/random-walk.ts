/**
 * Random walks over kernel tables, from a seed, each written twice: in C, which is lowered, and in the race language, by hand so to
 * speak. The second is what the first means; nothing of the lowering is used to write it.
 */
import { randomFrom } from './random-race.js';

export interface RandomWalk {
  /** A function `look()` in kernel style. */
  readonly c: string;
  /** Statements of the walker; ROOT is the top page. */
  readonly race: string;
}

type Level = 'pud' | 'pmd' | 'pte';

interface Text {
  readonly c: readonly string[];
  readonly race: readonly string[];
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `\t${line}`);
const both = (c: readonly string[], race: readonly string[]): Text => ({ c, race });
const join = (...parts: readonly Text[]): Text =>
  both(
    parts.flatMap(({ c }) => c),
    parts.flatMap(({ race }) => race),
  );

/** What is held around a part of the walk. */
const PROTECTIONS = [
  { c: ['', ''], race: ['', ''] },
  {
    c: ['get_online_mems();', 'put_online_mems();'],
    race: ['lock mem_hotplug_lock read', 'unlock mem_hotplug_lock read'],
  },
  { c: ['rcu_read_lock();', 'rcu_read_unlock();'], race: ['rcu_read_lock', 'rcu_read_unlock'] },
  { c: ['local_irq_disable();', 'local_irq_enable();'], race: ['irq_off', 'irq_on'] },
  { c: ['preempt_disable();', 'preempt_enable();'], race: ['preempt_off', 'preempt_on'] },
  {
    c: ['mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'],
    race: ['lock mmap_lock(init_mm) write', 'unlock mmap_lock(init_mm) write'],
  },
  {
    c: ['mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'],
    race: ['lock mmap_lock(init_mm) read', 'unlock mmap_lock(init_mm) read'],
  },
  {
    c: ['spin_lock(&init_mm.page_table_lock);', 'spin_unlock(&init_mm.page_table_lock);'],
    race: ['lock page_table_lock(init_mm) write', 'unlock page_table_lock(init_mm) write'],
  },
] as const;

export function randomWalk(seed: number): RandomWalk {
  const random = randomFrom(seed);
  let names = 0;
  const fresh = (): string => `v${(names += 1)}`;

  /** Each lock at most once: of one that the freer does not know, a walk may hold several that are called the same. */
  const taken = new Set<string>();
  const around = (inside: () => Text): Text => {
    const index = random(3) === 0 ? random(PROTECTIONS.length) : 0;
    const row = PROTECTIONS[index];
    const lock = row?.race[0].replace(/^lock (\S+) .*/, '$1') ?? '';
    if (row === undefined || index === 0 || taken.has(lock)) return inside();
    taken.add(lock);
    const { c, race } = inside();
    return both([row.c[0], ...c, row.c[1]], [row.race[0], ...race, row.race[1]]);
  };

  /** Checks of an entry, each with a load of its own or all of one value; `inside` is given the value to descend through. */
  const checked = (level: Level, pointer: string, inside: (value: string | undefined) => Text): Text => {
    const isOnce = random(2) === 0;
    const tests = (['none', 'leaf'] as const).filter((test) => random(4) > 0 || test === 'none');
    if (isOnce) {
      const value = fresh();
      const conditions = tests.map((test) => `${level}_${test}(${value})`);
      const body = inside(value);
      return both(
        [
          `${level}_t ${value} = READ_ONCE(*${pointer});`,
          `if (!(${conditions.join(' || ')})) {`,
          ...indent(body.c),
          '}',
        ],
        [
          `load ${value} ${pointer}`,
          ...tests.map((test) => `if !(${test} ${value})`),
          ...body.race,
          ...tests.map(() => 'end'),
        ],
      );
    }
    const values = tests.map(() => fresh());
    const body = inside(undefined);
    return both(
      [
        `if (${tests.map((test) => `!${level}_${test}(*${pointer})`).join(' && ')}) {`,
        ...indent(body.c),
        '}',
      ],
      [
        ...tests.flatMap((test, index) => [
          `load ${values[index] ?? ''} ${pointer}`,
          `if !(${test} ${values[index] ?? ''})`,
        ]),
        ...body.race,
        ...tests.map(() => 'end'),
      ],
    );
  };

  /** The pointer to the first entry of the table below, through the value or by reading the entry again. */
  const descend = (to: Level, pointer: string, value: string | undefined, entry: string): Text => {
    if (value !== undefined) {
      const c =
        to === 'pmd'
          ? `pmd_offset_lockless(${pointer}, ${value}, addr)`
          : `(pte_t *)pmd_page_vaddr(${value})`;
      return both([`${to}_t *${entry} = ${c};`], [`let ${entry} &${value}[0]`]);
    }
    const again = fresh();
    const c = to === 'pmd' ? `pmd_offset(${pointer}, addr)` : `pte_offset_kernel(${pointer}, addr)`;
    return both([`${to}_t *${entry} = ${c};`], [`load ${again} ${pointer}`, `let ${entry} &${again}[0]`]);
  };

  /** All entries of a table, or its first. */
  const each = (level: Level, pointer: string, body: Text): Text => {
    if (random(2) === 0) return body;
    const i = `i_${level}`;
    return both(
      [
        `for (${i} = 0; ${i} < PTRS_PER_${level.toUpperCase()}; ${i}++, ${pointer}++) {`,
        ...indent(body.c),
        '}',
      ],
      [`for ${i} in 2`, ...body.race, `let ${pointer} ${pointer} + 1`, 'end'],
    );
  };

  const leaves = (): Text => {
    const value = fresh();
    return each('pte', 'ptep', both([`note(pte_val(READ_ONCE(*ptep)));`], [`load ${value} ptep`]));
  };
  const ptes = (pointer: string): Text =>
    checked('pmd', pointer, (value) =>
      around(() => join(descend('pte', pointer, value, 'ptep'), around(leaves))),
    );
  const pmds = (pointer: string): Text =>
    checked('pud', pointer, (value) =>
      around(() => join(descend('pmd', pointer, value, 'pmdp'), each('pmd', 'pmdp', ptes('pmdp')))),
    );
  const start = both(
    ['pud_t *pudp = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);'],
    ['let pudp &ROOT[0]'],
  );
  const walk = around(() => join(start, pmds('pudp')));
  return {
    c: ['void look(unsigned long addr)', '{', '\tint i_pmd, i_pte;', '', ...indent(walk.c), '}', ''].join(
      '\n',
    ),
    race: walk.race.join('\n'),
  };
}
