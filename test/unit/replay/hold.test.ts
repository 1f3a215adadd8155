/** Protections as people write them, and a walk with them around it. */
import { describe, expect, it } from 'vitest';
import { NOTHING, take } from '../../../src/core/analysis/held.js';
import { protectionOf } from '../../../src/core/kernel/protections.js';
import { knowledgeOf } from '../../../src/core/program/lower/context.js';
import { END, type ThreadProgram } from '../../../src/core/program/ir.js';
import { printOp } from '../../../src/core/program/print.js';
import {
  holdAround,
  holdingsOf,
  inScenario,
  readProtection,
  withoutProtections,
} from '../../../src/core/replay/hold.js';

const KNOWLEDGE = knowledgeOf();
const read = (text: string): readonly string[] | undefined =>
  readProtection(text, KNOWLEDGE)?.map(({ name, mode }) => `${name} ${mode}`);

const WALK: ThreadProgram = {
  steps: [
    { op: 'branch', condition: { kind: 'var', name: 'n' }, then: 1, else: END, next: END, text: 'n' },
    { op: 'nop', next: END, text: 'walk' },
  ],
  assumptions: [],
};

function around(...texts: readonly string[]): readonly string[] {
  const holdings = texts.flatMap((text) => readProtection(text, KNOWLEDGE) ?? []);
  return holdAround(WALK, holdings).steps.map((step, index) => {
    const to = (target: number): string => (target === END ? 'end' : String(target));
    const next =
      step.op === 'branch'
        ? ` -> ${to(step.then)} else ${to(step.else)}`
        : step.next === index + 1
          ? ''
          : ` -> ${to(step.next)}`;
    return `${index} ${printOp(step)}${next}`;
  });
}

describe('readProtection', () => {
  it.each([
    ['get_online_mems', ['mem_hotplug_lock read']],
    ['get_online_mems()', ['mem_hotplug_lock read']],
    ['  get_online_mems();  ', ['mem_hotplug_lock read']],
    ['mmap_write_lock(&init_mm)', ['mmap_lock(init_mm) write']],
    ['mmap_read_lock(mm)', ['mmap_lock(mm) read']],
    ['mmap_read_lock', ['mmap_lock read']],
    ['mmap_write_lock_killable(&init_mm)', ['mmap_lock(init_mm) write']],
    ['down_read(&mm->mmap_lock)', ['mmap_lock(mm) read']],
    ['down_read(&mm->mmap_sem)', ['mmap_lock(mm) read']],
    ['rcu_read_lock', ['rcu read']],
    ['local_irq_save', ['irq write']],
    ['spin_lock(&mm->page_table_lock)', ['page_table_lock(mm) write']],
  ])('%s', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each([
    '',
    'printk',
    'put_online_mems',
    'mmap_read_unlock(mm)',
    'get_page(page)',
    'get_online_mems(',
    '42',
  ])('"%s" is none that can be taken', (text) => {
    expect(read(text)).toBeUndefined();
  });
});

describe('holdAround', () => {
  it('takes before the first step and lets go wherever the walk ends, last first', () => {
    expect(around('get_online_mems', 'rcu_read_lock')).toEqual([
      '0 lock mem_hotplug_lock read',
      '1 rcu_read_lock',
      '2 if n -> 3 else 4',
      '3 nop',
      '4 rcu_read_unlock',
      '5 unlock mem_hotplug_lock read -> end',
    ]);
  });

  it('with nothing leaves the walk as it is', () => {
    expect(holdAround(WALK, []).steps).toEqual(WALK.steps);
  });
});

describe('holdingsOf', () => {
  it('gives what a lockset holds, and leaves out what the machine does not know', () => {
    const held = take(
      take(take(NOTHING, 'mmap_lock(init_mm)', 'write'), 'some_mutex', 'write'),
      'rcu',
      'read',
    );
    expect(holdingsOf(held, protectionOf).map(({ name, mode }) => `${name} ${mode}`)).toEqual([
      'mmap_lock(init_mm) write',
      'rcu read',
    ]);
  });
});

describe('inScenario', () => {
  const named = (
    isKernel: boolean,
    mm: string | undefined,
    ...held: readonly string[]
  ): readonly string[] => {
    const locks = ['mmap_lock(mm)', 'mmap_lock(init_mm)', 'i_mmap_rwsem'];
    const all = held.reduce((sum, name) => take(sum, name, 'read'), NOTHING);
    return inScenario(holdingsOf(all, protectionOf), { locks, isKernel, mm }).map(({ name }) => name);
  };

  it('the lock of a process, by whatever path, is that of the process whose tables there are', () => {
    expect(named(false, undefined, 'mmap_lock(vma->vm_mm)')).toEqual(['mmap_lock(mm)']);
    expect(named(false, 'mm', 'mmap_lock(walk:priv->mm)', 'mmap_lock(mm)')).toEqual(['mmap_lock(mm)']);
    expect(named(false, undefined, 'mmap_lock(walk:file->private_data)')).toEqual(['mmap_lock(mm)']);
    expect(named(false, undefined, 'mmap_lock(init_mm)')).toEqual(['mmap_lock(init_mm)']);
  });
  it('that of the mm which is walked is the one of init_mm, among the tables of the kernel', () => {
    expect(named(true, 'info->mm', 'mmap_lock(info->mm)')).toEqual(['mmap_lock(init_mm)']);
    expect(named(true, 'info->mm', 'mmap_lock(vma->vm_mm)')).toEqual(['mmap_lock(mm)']);
    expect(named(true, undefined, 'mmap_lock(init_mm)')).toEqual(['mmap_lock(init_mm)']);
  });
  it('one that is named without its mm is that of the mm which is walked', () => {
    const asked = (isKernel: boolean, locks: readonly string[]): readonly string[] =>
      inScenario(readProtection('mmap_write_lock', KNOWLEDGE) ?? [], { locks, isKernel, mm: undefined }).map(
        ({ name }) => name,
      );
    expect(asked(true, ['mmap_lock(mm)', 'mmap_lock(init_mm)'])).toEqual(['mmap_lock(init_mm)']);
    expect(asked(false, ['mmap_lock(mm)', 'mmap_lock(init_mm)'])).toEqual(['mmap_lock(mm)']);
    expect(asked(true, ['mmap_lock(mm)'])).toEqual(['mmap_lock']);
  });
  it('a lock of which the scenario has only one goes by its class', () => {
    expect(named(false, undefined, 'i_mmap_rwsem(mapping)')).toEqual(['i_mmap_rwsem']);
  });
});

describe('withoutProtections', () => {
  const ops = (...without: readonly string[]): readonly string[] =>
    withoutProtections(holdAround(WALK, holdings), new Set(without)).steps.map(printOp);
  const holdings = ['get_online_mems', 'rcu_read_lock'].flatMap(
    (each) => readProtection(each, KNOWLEDGE) ?? [],
  );

  it('leaves out what takes them, and what lets them go', () => {
    expect(ops('mem_hotplug_lock')).toEqual([
      'nop',
      'rcu_read_lock',
      'if n',
      'nop',
      'rcu_read_unlock',
      'nop',
    ]);
    expect(ops('rcu')).toEqual([
      'lock mem_hotplug_lock read',
      'nop',
      'if n',
      'nop',
      'nop',
      'unlock mem_hotplug_lock read',
    ]);
  });
});
