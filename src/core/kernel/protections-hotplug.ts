/** Protections against memory hot-remove and offline: the hotplug locks, references, validity checks. */
import { attempt, demand, release, take } from './protections-row.js';
import type { Protection } from './types.js';

export const HOTPLUG_PROTECTIONS: readonly Protection[] = [
  {
    id: 'device_hotplug_lock',
    title: 'device hotplug lock: serialises online, offline and remove from sysfs and ACPI',
    effect: { kind: 'lock', lock: 'mutex' },
    calls: [
      ...take('lock_device_hotplug', 'write'),
      ...attempt('lock_device_hotplug_sysfs', 'write', 'zero'),
      ...release('unlock_device_hotplug', 'write'),
      ...demand('assert_held_device_hotplug', 'write'),
    ],
    guards: [],
    fields: ['device_hotplug_lock'],
    rank: 10,
    source: 'drivers/base/core.c:lock_device_hotplug',
  },
  {
    id: 'cpu_hotplug_lock',
    title: 'CPU hotplug lock',
    effect: { kind: 'lock', lock: 'percpu-rwsem' },
    calls: [
      // the writer of the memory hotplug lock takes this one for read first
      ...take('cpus_read_lock get_online_cpus mem_hotplug_begin', 'read'),
      ...attempt('cpus_read_trylock', 'read', 'true'),
      ...release('cpus_read_unlock put_online_cpus mem_hotplug_done', 'read'),
      ...take('cpus_write_lock cpu_hotplug_begin', 'write'),
      ...release('cpus_write_unlock cpu_hotplug_done', 'write'),
      ...demand('lockdep_assert_cpus_held', 'any'),
    ],
    guards: [{ name: 'cpus_read_lock', mode: 'read' }],
    fields: ['cpu_hotplug_lock'],
    rank: 20,
    source: 'kernel/cpu.c:cpus_read_lock',
  },
  {
    id: 'mem_hotplug_lock',
    title: 'memory hotplug lock',
    effect: { kind: 'lock', lock: 'percpu-rwsem' },
    calls: [
      ...take('get_online_mems', 'read'),
      ...release('put_online_mems', 'read'),
      ...take('mem_hotplug_begin', 'write'),
      ...release('mem_hotplug_done', 'write'),
    ],
    guards: [],
    fields: ['mem_hotplug_lock'],
    rank: 30,
    source: 'mm/memory_hotplug.c:get_online_mems',
  },
  {
    id: 'page_offline_rwsem',
    title: 'PageOffline lock: keeps pages from being marked offline by a driver, nothing else',
    effect: { kind: 'lock', lock: 'rwsem' },
    calls: [
      ...take('page_offline_freeze', 'read'),
      ...release('page_offline_thaw', 'read'),
      ...take('page_offline_begin', 'write'),
      ...release('page_offline_end', 'write'),
    ],
    guards: [],
    fields: ['page_offline_rwsem'],
    source: 'mm/util.c:page_offline_freeze',
  },
  {
    id: 'page-reference',
    title: 'a reference to a page: the memory block that it lies in can not be taken offline',
    effect: { kind: 'reference' },
    calls: [
      ...take('get_page folio_get folio_ref_add', 'read', { of: 0, spins: true }),
      ...attempt(
        'try_get_page folio_try_get folio_try_get_rcu get_page_unless_zero page_cache_get_speculative',
        'read',
        'true',
        { of: 0 },
      ),
      ...attempt('try_get_folio try_grab_folio try_grab_page', 'read', 'nonnull', { of: 0 }),
      ...release('put_page folio_put folio_put_refs unpin_user_page unpin_user_pages release_pages', 'read', {
        of: 0,
      }),
    ],
    guards: [],
    fields: [],
    source: 'include/linux/mm.h:get_page',
  },
  {
    id: 'dev-pagemap',
    title: 'a reference to a ZONE_DEVICE range: the range stays',
    effect: { kind: 'reference' },
    calls: [
      ...attempt('get_dev_pagemap', 'read', 'nonnull'),
      ...release('put_dev_pagemap', 'read', { of: 0 }),
    ],
    guards: [],
    fields: [],
    source: 'mm/memremap.c:get_dev_pagemap',
  },
  {
    id: 'pfn-check',
    title: 'pfn_to_online_page(), pfn_valid(): true at that moment, nothing after they return',
    effect: { kind: 'none' },
    calls: [],
    guards: [],
    fields: [],
    source: 'mm/memory_hotplug.c:pfn_to_online_page',
  },
  {
    id: 'zone-lock',
    title: 'zone and node span locks: they keep the counters, not the memory',
    effect: { kind: 'lock', lock: 'spinlock' },
    calls: [
      ...take('pgdat_resize_lock', 'write', { of: 0, spins: true }),
      ...release('pgdat_resize_unlock', 'write', { of: 0 }),
    ],
    guards: [],
    fields: ['zone_lock', 'node_size_lock'],
    rank: 90,
    source: 'include/linux/memory_hotplug.h:pgdat_resize_lock',
  },
];
