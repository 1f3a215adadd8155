import { describe, expect, test } from 'vitest';
import {
  guardCallsOf,
  lockCallsOf,
  protectionOfField,
  PROTECTIONS,
} from '../../../src/core/kernel/protections.js';
import type { LockCall } from '../../../src/core/kernel/protections.js';

/** `acquire mmap_lock read of 0 (zero)` */
const show = ({ protection, call }: LockCall): string =>
  [
    call.effect,
    protection.id,
    call.mode,
    ...(call.instance ? [call.instance.as === 'object' ? 'of' : 'at', call.instance.argument] : []),
    ...(call.acquired ? [`if ${call.acquired}`] : []),
    ...(call.sleeps ? ['sleeps'] : []),
  ].join(' ');

const calls = (api: string, field?: string) => lockCallsOf(api, () => field).map(show);

describe('lock APIs', () => {
  test.each([
    ['get_online_mems', ['acquire mem_hotplug_lock read sleeps']],
    ['mem_hotplug_begin', ['acquire cpu_hotplug_lock read sleeps', 'acquire mem_hotplug_lock write sleeps']],
    ['mmap_read_lock', ['acquire mmap_lock read of 0 sleeps']],
    ['mmap_write_lock_killable', ['acquire mmap_lock write of 0 if zero sleeps']],
    ['mmap_read_trylock', ['acquire mmap_lock read of 0 if true']],
    ['mmap_write_downgrade', ['downgrade mmap_lock read of 0']],
    ['mmap_assert_locked', ['assert mmap_lock any of 0']],
    ['rcu_read_lock', ['acquire rcu read']],
    ['local_irq_save', ['acquire irq write']],
    ['lock_vma_under_rcu', ['acquire vma_lock read if nonnull']],
    ['pmd_offset', []],
  ])('%s', (api, expected) => {
    expect(calls(api)).toEqual(expected);
  });

  test.each([
    ['down_read', 'mmap_sem', ['acquire mmap_lock read at 0 sleeps']],
    ['up_write', 'mmap_lock', ['release mmap_lock write at 0']],
    ['down_write_trylock', 'mmap_lock', ['acquire mmap_lock write at 0 if true']],
    ['lockdep_assert_held', 'mmap_lock', ['assert mmap_lock any at 0']],
    ['spin_lock', 'ptl', ['acquire ptl write at 0']],
    ['spin_lock', 'pte_lockptr(mm, pmd)', ['acquire ptl write at 0']],
    ['spin_lock_irqsave', 'lock', ['acquire irq write', 'acquire lock write at 0']],
    ['percpu_down_read', 'mem_hotplug_lock', ['acquire mem_hotplug_lock read at 0 sleeps']],
    ['mutex_lock', 'vmem_mutex', ['acquire vmem_mutex write at 0 sleeps']],
  ])('%s(&..%s)', (api, field, expected) => {
    expect(calls(api, field)).toEqual(expected);
  });

  test.each([
    ['rcu', undefined, ['acquire rcu read']],
    ['mmap_write_lock', undefined, ['acquire mmap_lock write of 0 sleeps']],
    ['mmap_read_lock_try', undefined, ['acquire mmap_lock read of 0 if true']],
    ['rwsem_read', 'mmap_lock', ['acquire mmap_lock read at 0 sleeps']],
    ['spinlock_irqsave', 'lock', ['acquire irq write', 'acquire lock write at 0']],
    ['nothing_known', undefined, []],
  ])('guard(%s)', (name, field, expected) => {
    expect(guardCallsOf(name, () => field).map(show)).toEqual(expected);
  });

  test('mmap_sem and mmap_lock are one class; a lock that no row knows has its own', () => {
    expect(protectionOfField('mmap_sem')?.id).toBe('mmap_lock');
    expect(protectionOfField('vmem_mutex')).toBeUndefined();
  });

  test('the hotplug locks come before the mmap lock, that before the reverse maps, those before the table locks', () => {
    const order = PROTECTIONS.filter(({ rank }) => rank !== undefined).map(({ id }) => id);
    const chain = [
      'device_hotplug_lock',
      'cpu_hotplug_lock',
      'mem_hotplug_lock',
      'mmap_lock',
      'i_mmap_rwsem',
      'anon_vma',
      'ptl',
    ];
    expect(order.filter((id) => chain.includes(id))).toEqual(chain);
  });

  test('what is taken can be let go', () => {
    for (const { id, calls: rows } of PROTECTIONS) {
      const effects = new Set(rows.map(({ effect }) => effect));
      if (effects.has('acquire')) expect(effects, id).toContain('release');
    }
  });
});
