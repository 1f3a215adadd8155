import { describe, expect, test } from 'vitest';
import { CAPABILITIES } from '../../../src/core/kernel/capabilities.js';
import { EXCLUSIONS } from '../../../src/core/kernel/exclusions.js';
import { excludes } from '../../../src/core/kernel/matrix.js';
import type { Held } from '../../../src/core/kernel/matrix.js';
import { protectionOf } from '../../../src/core/kernel/protections.js';
import type { FreerId } from '../../../src/core/kernel/types.js';
import { FREER_IDS } from '../../../src/core/kernel/types.js';

const hotplug: Held = { protection: 'mem_hotplug_lock', mode: 'read' };
const rcu: Held = { protection: 'rcu', mode: 'read' };
const irq: Held = { protection: 'irq', mode: 'write' };
const mmapRead: Held = { protection: 'mmap_lock', mode: 'read', of: 'user' };
const initWrite: Held = { protection: 'mmap_lock', mode: 'write', of: 'init_mm' };
const initRead: Held = { protection: 'mmap_lock', mode: 'read', of: 'init_mm' };

const ask = (freer: FreerId, held: Held[], capabilities: string[] = [], insideVma = true) =>
  excludes(freer, held, { capabilities: new Set(capabilities), insideVma }).excludes;

describe('the protection x freer matrix', () => {
  test('get_online_mems() keeps memory hot-remove out, and nothing else', () => {
    const kept = FREER_IDS.filter((freer) => ask(freer, [hotplug]) === 'yes');
    expect(kept).toEqual(['memory-hot-remove', 'memory-offline']);
  });

  test('nothing held keeps nothing out', () => {
    expect(FREER_IDS.map((freer) => ask(freer, []))).toEqual(FREER_IDS.map(() => 'no'));
  });

  test('the mmap lock of init_mm: for write against a huge vmap that takes it for read; for read never', () => {
    expect(ask('huge-vmap', [initWrite], ['huge-vmap-locks-init-mm'])).toBe('yes');
    expect(ask('huge-vmap', [initWrite])).toBe('no');
    expect(ask('huge-vmap', [initRead], ['huge-vmap-locks-init-mm'])).toBe('no');
    expect(ask('set-memory-collapse', [initRead], ['collapse-locks-init-mm'])).toBe('yes');
    expect(ask('memory-hot-remove', [initWrite], ['huge-vmap-locks-init-mm'])).toBe('no');
  });

  test('whose mmap lock it is matters', () => {
    expect(ask('munmap', [{ ...initWrite }])).toBe('no');
    expect(ask('munmap', [{ protection: 'mmap_lock', mode: 'write', of: 'user' }])).toBe('yes');
  });

  test('a reader of the mmap lock is safe from munmap inside a VMA only', () => {
    expect(ask('munmap', [mmapRead])).toBe('yes');
    expect(ask('munmap', [mmapRead], ['munmap-downgrades'], false)).toBe('no');
    expect(ask('munmap', [mmapRead], [], false)).toBe('yes');
  });

  test('since 6.5 the mmap lock does not keep khugepaged off a table of ptes; RCU does', () => {
    expect(ask('thp-collapse', [mmapRead])).toBe('yes');
    const since = ['retract-without-mmap-lock', 'pte-free-defer'];
    expect(ask('thp-collapse', [mmapRead], since)).toBe('partly');
    expect(ask('thp-collapse', [rcu], since)).toBe('yes');
    expect(ask('thp-collapse', [rcu])).toBe('no');
  });

  test('nor do the locks of the reverse maps, for write either: collapse_pte_mapped_thp() takes none', () => {
    for (const protection of ['i_mmap_rwsem', 'anon_vma']) {
      const held = { protection, mode: 'write' } as const;
      expect(ask('thp-collapse', [held])).toBe('yes');
      expect(ask('thp-collapse', [held], ['retract-without-mmap-lock'])).toBe('partly');
    }
  });

  test('interrupts off protect where the flush is an interrupt', () => {
    expect(ask('huge-vmap', [irq], ['flush-waits-for-irqs-off'])).toBe('yes');
    expect(ask('huge-vmap', [irq], ['flush-waits-for-irqs-off', 'flush-without-ipi'])).toBe('partly');
    expect(ask('huge-vmap', [irq])).toBe('no');
    expect(ask('memory-hot-remove', [irq], ['flush-waits-for-irqs-off'])).toBe('no');
  });

  test('RCU against munmap: only where tables are freed by it, and not quite where a batch may fail', () => {
    expect(ask('munmap', [rcu])).toBe('no');
    expect(ask('munmap', [rcu], ['rcu-table-free'])).toBe('partly');
    expect(ask('munmap', [rcu], ['rcu-table-free', 'table-fallback-waits-for-rcu'])).toBe('yes');
  });

  test('the strongest of all that is held decides, and its cell says why', () => {
    const verdict = excludes('memory-hot-remove', [
      rcu,
      { protection: 'page-reference', mode: 'read' },
      hotplug,
    ]);
    expect(verdict.excludes).toBe('yes');
    expect(verdict.row?.protection).toBe('mem_hotplug_lock');
  });

  test('an assertion of a lock counts as read', () => {
    expect(ask('huge-vmap', [{ ...initWrite, mode: 'any' }], ['huge-vmap-locks-init-mm'])).toBe('no');
  });

  test('every cell is about a protection and capabilities that exist', () => {
    const capabilities = new Set(CAPABILITIES.map(({ id }) => id));
    for (const { protection, when, freer } of EXCLUSIONS) {
      expect(protectionOf(protection), `${freer}: ${protection}`).toBeDefined();
      for (const each of when ?? [])
        expect(capabilities, `${freer} x ${protection}`).toContain(each.replace('!', ''));
    }
  });
});
