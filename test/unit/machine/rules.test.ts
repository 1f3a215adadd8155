/** The rules of the machine, one small race each: what the kernel's locks, RCU and interrupts allow. */
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import { compile } from '../../../src/core/machine/compile.js';
import { createMachine, initialState, step } from '../../../src/core/machine/machine.js';
import { scenarioOf } from '../../support/races.js';

const WORLD = [
  'page top pud static : pmd0 leaf',
  'page pmd0 pmd : pte0 none',
  'page pte0 pte : leaf none',
  'lock sem rwsem',
  'lock percpu percpu-rwsem',
  'lock spin spinlock',
  'lock rw rwlock',
  'lock mutex mutex',
];
/** Kinds found for threads given as lists of statements separated by `;`. */
const kinds = (arch: string, ...threads: readonly string[]): string => {
  const bodies = threads.flatMap((body, cpu) => [`thread t${cpu} cpu ${cpu}`, ...body.split(';')]);
  return explore(scenarioOf(['race 1', `arch ${arch}`, ...WORLD, ...bodies].join('\n')))
    .violations.map(({ kind }) => kind)
    .join(' ');
};
const walk = (enter: string, leave: string): string =>
  `${enter}; load v top[0]; if table v; load w v[0]; end; ${leave}`;
const remove = (between: string): string => `store top[0] none; ${between}; free pmd0`;

describe('locks', () => {
  it.each([
    [
      'a writer excludes a reader',
      walk('lock sem read', 'unlock sem read'),
      'lock sem write; store top[0] none; free pmd0; unlock sem write',
      '',
    ],
    [
      'readers do not exclude each other',
      walk('lock sem read', 'unlock sem read'),
      'lock sem read; store top[0] none; free pmd0; unlock sem read',
      'use-after-free',
    ],
    [
      'a downgraded writer is a reader',
      walk('lock sem read', 'unlock sem read'),
      'lock sem write; downgrade sem; store top[0] none; free pmd0; unlock sem read',
      'use-after-free',
    ],
    [
      'a waiting writer blocks a second read',
      'lock sem read; lock sem read; unlock sem read; unlock sem read',
      'lock sem write; unlock sem write',
      'deadlock',
    ],
    [
      'of a percpu-rwsem too',
      'lock percpu read; lock percpu read; unlock percpu read; unlock percpu read',
      'lock percpu write; unlock percpu write',
      'deadlock',
    ],
    [
      'and of a queued rwlock',
      'lock rw read; lock rw read; unlock rw read; unlock rw read',
      'lock rw write; unlock rw write',
      'deadlock',
    ],
    [
      'a trylock never waits',
      'lock sem read; trylock ok sem read; if ok; unlock sem read; end; unlock sem read',
      'lock sem write; unlock sem write',
      '',
    ],
    [
      'two locks in both orders',
      'lock sem write; lock mutex write; unlock mutex write; unlock sem write',
      'lock mutex write; lock sem write; unlock sem write; unlock mutex write',
      'deadlock lock-order',
    ],
    [
      'orders that never meet are information',
      'lock sem read; lock rw read; unlock rw read; unlock sem read',
      'lock rw read; unlock rw read',
      '',
    ],
    ['a lock that is kept', 'lock sem read', 'flush', 'lock-leak'],
    [
      'a lock of somebody else',
      'lock sem write; flush; unlock sem write',
      'unlock sem write',
      'double-unlock',
    ],
  ])('%s', (_, first, second, expected) => {
    expect(kinds('x86', first, second)).toBe(expected);
  });
});

describe('what must not sleep', () => {
  it.each([
    [
      'a mutex under a spinlock',
      'lock spin write; lock mutex write; unlock mutex write; unlock spin write',
      'sleep-in-atomic',
    ],
    [
      'a rwsem under RCU',
      'rcu_read_lock; lock sem read; unlock sem read; rcu_read_unlock',
      'sleep-in-atomic',
    ],
    ['a spinlock under RCU may', 'rcu_read_lock; lock spin write; unlock spin write; rcu_read_unlock', ''],
    [
      'a trylock under RCU may',
      'rcu_read_lock; trylock ok sem read; if ok; unlock sem read; end; rcu_read_unlock',
      '',
    ],
    ['synchronize_rcu with interrupts off', 'irq_off; synchronize_rcu; irq_on', 'sleep-in-atomic'],
    ['interrupts nest', 'irq_off; irq_off; irq_on; sleep; irq_on', 'sleep-in-atomic'],
    ['under a rwsem one may', 'lock sem read; sleep; unlock sem read', ''],
  ])('%s', (_, body, expected) => {
    expect(kinds('x86', body)).toBe(expected);
  });
});

describe('who waits for whom', () => {
  const rcu = walk('rcu_read_lock', 'rcu_read_unlock');
  const irqs = walk('irq_off', 'irq_on');
  const preempt = walk('preempt_off', 'preempt_on');
  it.each([
    ['RCU readers delay call_rcu', 'arm64', rcu, 'store top[0] none; free_rcu pmd0', ''],
    [
      'and so does a section of the caller itself, that it is still in',
      'arm64',
      '',
      'rcu_read_lock; load v top[0]; if table v; store top[0] none; free_rcu pmd0; load w v[0]; end; rcu_read_unlock',
      '',
    ],
    [
      'which it may not touch the page after',
      'arm64',
      '',
      'rcu_read_lock; load v top[0]; if table v; store top[0] none; free_rcu pmd0; rcu_read_unlock; load w v[0]; else; rcu_read_unlock; end',
      'use-after-free',
    ],
    ['and synchronize_rcu', 'arm64', rcu, remove('synchronize_rcu'), ''],
    ['not a flush', 'x86', rcu, remove('flush'), 'use-after-free'],
    ['interrupts off delays the flush of x86', 'x86', irqs, remove('flush'), ''],
    ['not that of arm64', 'arm64', irqs, remove('flush'), 'use-after-free'],
    ['but an IPI', 'arm64', irqs, remove('ipi_sync'), ''],
    ['preemption off is an RCU reader', 'arm64', preempt, remove('synchronize_rcu'), ''],
    ['and delays no IPI', 'x86', preempt, remove('ipi_sync'), 'use-after-free'],
    [
      'stop_machine waits for preemption off',
      'x86',
      preempt,
      'stop_machine; store top[0] none; free pmd0; end_stop_machine',
      '',
    ],
    [
      'not for a preemptible RCU reader',
      'x86',
      rcu,
      'stop_machine; store top[0] none; free pmd0; end_stop_machine',
      'use-after-free',
    ],
    [
      'freeing before clearing helps nobody',
      'x86',
      irqs,
      'flush; free pmd0; store top[0] none',
      'use-after-free',
    ],
  ])('%s', (_, arch, walker, freer, expected) => {
    expect(kinds(arch, walker, freer)).toBe(expected);
  });
});

describe('entries', () => {
  it.each([
    ['looked at once and followed', 'load v top[0]; if table v; load w v[0]; end', 'store top[0] none', ''],
    [
      'looked at, and read again',
      'load v top[0]; if table v; load u top[0]; load w u[0]; end',
      'store top[0] none',
      'null-descent',
    ],
    [
      'replaced by a leaf',
      'load v top[0]; if table v; load u top[0]; load w u[0]; end',
      'store top[0] leaf',
      'leaf-descent',
    ],
    ['a leaf entry that is cleared is harmless', 'load v pte0[0]', 'store pte0[0] none', 'stale-leaf'],
    ['a page that somebody else took', 'load v pmd0[0]', 'free pmd0; reuse', 'use-after-free bogus-descent'],
    ['memory that is gone', 'load v pmd0[0]', 'remove pmd0', 'removed-memory'],
  ])('%s', (_, walker, other, expected) => {
    expect(kinds('arm64', walker, other)).toBe(expected);
  });
});

it('a step is a pure function of state and lane', () => {
  const { model } = compile(
    scenarioOf(
      [
        'race 1',
        ...WORLD,
        'thread a cpu 0',
        'choose',
        'load v top[0]',
        'or',
        'load v top[?]',
        'end',
        'thread b cpu 1',
        'store top[0] none',
      ].join('\n'),
    ),
  );
  if (model === undefined) throw new Error('does not compile');
  const machine = createMachine(model);
  const start = initialState(machine);
  const copy = start.slice();
  const once = step(machine, start, 0);
  step(machine, start, 1);
  expect(step(machine, start, 0)).toEqual(once);
  expect(start).toEqual(copy);
  expect(once).toHaveLength(2);
});

it('what does not compile is told', () => {
  const scenario = scenarioOf(
    ['race 1', ...WORLD, 'thread a cpu 0', 'lock sem read', 'unlock sem read'].join('\n'),
  );
  expect(compile({ ...scenario, locks: [] }).errors).toEqual([
    { of: 'a', message: 'step 0: no lock sem' },
    { of: 'a', message: 'step 1: no lock sem' },
  ]);
  const [first, ...others] = scenario.pages;
  expect(
    first && compile({ ...scenario, pages: [{ ...first, entries: ['nobody'] }, ...others] }).errors,
  ).toEqual([{ of: 'top', message: 'entry nobody is neither none, leaf, bad nor a page' }]);
});
