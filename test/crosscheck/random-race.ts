/** Random races, from a seed: two or three threads of a few statements over a small world. Same seed, same race. */
import type { Scenario } from '../../src/core/machine/scenario.js';
import { scenarioOf } from '../support/races.js';

/** Numbers from a seed (mulberry32). */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const LOCKS = ['m percpu-rwsem', 'r rwsem', 's spinlock', 'w rwlock', 'x mutex'];
const PAGES = [
  'page top pud static : pmd0 leaf',
  'page pmd0 pmd : pte0 none',
  'page pte0 pte : leaf none',
  'page pte1 pte : bad none',
];

export function randomRaceText(seed: number): string {
  const random = randomFrom(seed);
  const of = <T>(items: readonly [T, ...T[]]): T => items[random(items.length)] ?? items[0];
  const variable = (): string => of(['a', 'b', 'c']);
  const lock = (): string => of(['m', 'r', 's', 'w', 'x']);
  const pointer = (): string =>
    of([
      'top[0]',
      'top[1]',
      'pmd0[0]',
      'pte0[1]',
      `${variable()}[${random(3)}]`,
      `${variable()}[?]`,
      variable(),
      `${variable()} + 1`,
    ]);
  const value = (): string =>
    of(['none', 'leaf', 'bad', 'pte1', 'pmd0', variable(), '?', String(random(5)), `(&pmd0[${random(2)}])`]);
  const page = (): string => of(['pmd0', 'pte0', 'pte1', 'top', variable(), '&pmd0[1]']);
  const expression = (depth: number): string => {
    if (depth === 0)
      return of([variable(), String(random(40)), 'none', 'leaf', '?', '&symbol', '&pmd0[1]', 'pte0']);
    const operator = of([
      '+',
      '-',
      '*',
      '/',
      '%',
      '&',
      '|',
      '^',
      '<<',
      '>>',
      '<',
      '<=',
      '>',
      '>=',
      '==',
      '!=',
    ]);
    return of([
      `(${expression(depth - 1)} ${operator} ${expression(depth - 1)})`,
      `!(${expression(depth - 1)})`,
      `~(${expression(depth - 1)})`,
      `-(${expression(depth - 1)})`,
      `${of(['none', 'table', 'leaf', 'bad', 'present'])} (${expression(depth - 1)})`,
      `(&${variable()}[${random(3)}])`,
    ]);
  };
  const pair = (inside: readonly string[]): readonly string[] => {
    const name = lock();
    const mode = of(['read', 'write']);
    const [enter, leave] = of([
      [`lock ${name} ${mode}`, `unlock ${name} ${mode}`],
      ['rcu_read_lock', 'rcu_read_unlock'],
      ['irq_off', 'irq_on'],
      ['preempt_off', 'preempt_on'],
      ['stop_machine', 'end_stop_machine'],
    ]);
    if (random(12) === 0) return [enter, ...inside];
    if (random(16) === 0) return [...inside, leave];
    return [enter, ...inside, leave];
  };
  const simple = (): readonly string[] =>
    of<() => readonly string[]>([
      () => [`load ${variable()} ${pointer()}`],
      () => [`load ${variable()} ${pointer()}`],
      () => [`store ${pointer()} ${value()}`],
      () => [`xchg ${variable()} ${pointer()} ${value()}`],
      () => [`let ${variable()} ${expression(2)}`],
      () => [`let ${variable()} &${pointer().replace(/^[abc]( \+ 1)?$/, 'pte0[0]')}`],
      () => [`${of(['free', 'free_rcu', 'poison', 'offline', 'remove', 'free', 'free_rcu'])} ${page()}`],
      () => [of(['flush', 'ipi_sync', 'synchronize_rcu', 'sleep', 'nop', 'reuse', 'stop'])],
      () => [`alloc ${variable()} ${of(['pte', 'pmd'])}`],
      () => [`trylock ok ${lock()} ${of(['read', 'write'])}`, `if ok`, `unlock ${lock()} write`, 'end'],
    ])();
  const block = (depth: number, length: number): readonly string[] =>
    Array.from({ length }, (): readonly string[] => {
      if (depth === 0) return simple();
      switch (random(7)) {
        case 0:
          return [
            `if ${expression(1)}`,
            ...block(depth - 1, 1 + random(2)),
            ...(random(2) === 0 ? ['else', ...block(depth - 1, 1)] : []),
            'end',
          ];
        case 1:
          return ['choose', ...block(depth - 1, 1), 'or', ...block(depth - 1, 1), 'end'];
        case 2:
          return [`for i${depth} in ${1 + random(2)}`, ...block(depth - 1, 1 + random(2)), 'end'];
        case 3:
          return ['loop', ...block(depth - 1, 1), `if ${expression(1)}`, 'break', 'end', 'end'];
        case 4:
          return pair(block(depth - 1, 1 + random(2)));
        default:
          return simple();
      }
    }).flat();
  const count = 2 + random(2);
  const threads = Array.from({ length: count }, (_, thread) => [
    `thread t${thread} cpu ${thread}`,
    ...block(2, 2 + random(count === 2 ? 3 : 2)),
  ]).flat();
  const profile = random(4) === 0 ? ['profile rcu-ignores-irqs-off'] : [];
  return [
    'race 1',
    `title seed ${seed}`,
    `arch ${of(['x86', 'arm64'])}`,
    ...profile,
    ...PAGES,
    ...LOCKS.map((name) => `lock ${name}`),
    ...threads,
  ].join('\n');
}

export const randomRace = (seed: number): Scenario => scenarioOf(randomRaceText(seed));
