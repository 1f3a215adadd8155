/** What some locks are to the analysis beside what they keep out: which freeze an entry, which are followed far, by which name. */
import type { LockMode } from '../program/ir.js';

/** Row of kernel/protections.ts that is the lock of a page table. */
export const TABLE_LOCK = 'ptl';

/** Row of what keeps the tables of a process while it is not let go. mm/mmap.c:exit_mmap */
export const KEEPS_USER_TABLES = 'mmap_lock';

/** The mmap lock of the kernel's own mm, as locks are named. mm/init-mm.c:init_mm */
export const MMAP_LOCK_OF_KERNEL = 'mmap_lock(init_mm)';

/** Under these nobody else changes an entry of the table; with a mode: only when held so. */
export const FREEZES_ENTRIES: readonly {
  readonly protection: string;
  readonly mode?: LockMode;
  readonly source: string;
}[] = [
  { protection: TABLE_LOCK, source: 'include/linux/mm.h:pte_lockptr' },
  // Of init_mm, and of architectures without a lock of each table.
  { protection: 'page_table_lock', source: 'include/linux/mm_types.h:mm_struct' },
  { protection: KEEPS_USER_TABLES, mode: 'write', source: 'mm/mmap.c:exit_mmap' },
];

/** Locks that few functions take, and nearly all from far above. mm/memory_hotplug.c:try_remove_memory */
export const TAKEN_FROM_FAR: ReadonlySet<string> = new Set(['device_hotplug_lock', 'mem_hotplug_lock']);

/** No walker takes it; mem_hotplug_begin() does, and there the other lock is judged. mm/memory_hotplug.c:mem_hotplug_begin */
export const NOT_OF_WALKERS: ReadonlySet<string> = new Set(['cpu_hotplug_lock']);
