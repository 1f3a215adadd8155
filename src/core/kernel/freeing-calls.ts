/** Calls by which a freer frees tables of the kernel, and the half of the protocol that is its own: what its walkers rely on. */
import type { LockMode } from '../program/ir.js';
import type { FreerId, When } from './types.js';

export interface FreeingCall {
  readonly call: string;
  readonly freer: FreerId;
  /** Row of kernel/protections.ts, held at least so; of a lock with instances, that of this object. */
  readonly needs: { readonly protection: string; readonly mode: LockMode; readonly of?: 'init_mm' };
  /** Capabilities of the tree on an architecture with which some walker relies on it. */
  readonly when?: When;
  /** As in C. */
  readonly take: string;
  /** What walkers hold against it, so that it needs its half. */
  readonly walkers: string;
  readonly source: string;
}

const INSTALL = {
  freer: 'huge-vmap',
  needs: { protection: 'mmap_lock', mode: 'read', of: 'init_mm' },
  when: ['ptdump-locks-init-mm', '!huge-vmap-off-with-ptdump'],
  take: 'mmap_read_trylock(&init_mm)',
  walkers: 'walkers of the whole of the kernel tables hold the mmap lock of init_mm for write',
} as const;

export const FREEING_CALLS: readonly FreeingCall[] = [
  { call: 'pmd_free_pte_page', ...INSTALL, source: 'mm/vmalloc.c:vmap_try_huge_pmd' },
  { call: 'pud_free_pmd_page', ...INSTALL, source: 'mm/vmalloc.c:vmap_try_huge_pud' },
  { call: 'p4d_free_pud_page', ...INSTALL, source: 'mm/vmalloc.c:vmap_try_huge_p4d' },
  {
    call: 'arch_remove_memory',
    freer: 'memory-hot-remove',
    needs: { protection: 'mem_hotplug_lock', mode: 'write' },
    take: 'mem_hotplug_begin()',
    walkers: 'walkers of the linear map and the vmemmap hold the memory hotplug lock for read',
    source: 'mm/memory_hotplug.c:try_remove_memory',
  },
];

/** A call that frees something, by its name. */
export const FREEING_NAME = /(?:^|_)free(?:_|$)/;
