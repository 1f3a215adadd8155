/** The order in which the kernel takes its sleeping locks, where the source says so or shows it. Spinlocks come after all of them. */

export interface LockOrder {
  /** Rows of kernel/protections.ts: `first` is taken before `then`, never the other way round. */
  readonly first: string;
  readonly then: string;
  readonly source: string;
}

export const LOCK_ORDER: readonly LockOrder[] = [
  order('device_hotplug_lock', 'mem_hotplug_lock', 'mm/memory_hotplug.c:remove_memory'),
  order('cpu_hotplug_lock', 'mem_hotplug_lock', 'mm/memory_hotplug.c:mem_hotplug_begin'),
  // A notifier of memory going offline waits for ksm_thread_mutex, whose owner waits for the mmap lock of any mm; that of init_mm
  // is taken after the hotplug lock in mm/ptdump.c:ptdump_walk_pgd.
  order('mem_hotplug_lock', 'mmap_lock', 'mm/ksm.c:ksm_memory_callback'),
  // "Lock ordering in mm" at the head of mm/rmap.c; mm/filemap.c has the same of mmap_lock, i_mmap_rwsem and anon_vma.
  order('mmap_lock', 'hugetlb_vma_lock', 'mm/rmap.c:rmap_walk'),
  order('hugetlb_vma_lock', 'i_mmap_rwsem', 'mm/rmap.c:rmap_walk'),
  order('i_mmap_rwsem', 'anon_vma', 'mm/rmap.c:rmap_walk'),
];

function order(first: string, then: string, source: string): LockOrder {
  return { first, then, source };
}

/** The rows that lead from one lock to a later one; undefined when nothing orders them so. */
export function orderFrom(first: string, then: string): readonly LockOrder[] | undefined {
  for (const row of LOCK_ORDER) {
    if (row.first !== first) continue;
    const rest = row.then === then ? [] : orderFrom(row.then, then);
    if (rest) return [row, ...rest];
  }
  return undefined;
}
