/**
 * Parts of the kernel that serve everybody: allocators, accounting, printing, the scheduler. What a walk calls of them is given
 * objects of its own, and no table that is walked: however far down they may reach (memory is reclaimed where it is allocated), that is
 * another walk, under other locks. They are not followed for what they do; a function that they are given to call is.
 */

export interface Service {
  /** Files, or directories with a `/` at the end. */
  readonly paths: readonly string[];
  readonly what: string;
  /** Only for a walk over the tables of a process: over those of the kernel, this is one itself. */
  readonly onKernelTables?: true;
}

export const SERVICES: readonly Service[] = [
  {
    what: 'memory by the object: what is allocated and freed is a structure of the caller, no table',
    paths: ['mm/slub.c', 'mm/slab.c', 'mm/slob.c', 'mm/slab.h', 'mm/slab_common.c', 'mm/mempool.c', 'mm/percpu.c'],
  },
  {
    what: 'memory by the page, and its reclaim: which pages hold tables is for the caller to know (kernel/primitives)',
    paths: ['mm/page_alloc.c', 'mm/mempolicy.c', 'mm/swap.c', 'mm/vmscan.c', 'mm/workingset.c', 'mm/swap_state.c', 'mm/page_io.c', 'mm/zswap.c', 'include/linux/mm_inline.h'],
  },
  {
    what: 'accounting: counters, lists of folios, and their locks',
    paths: ['mm/memcontrol.c', 'mm/memcontrol-v1.c', 'include/linux/memcontrol.h', 'mm/hugetlb_cgroup.c', 'mm/vmstat.c', 'kernel/cgroup/', 'block/'],
  },
  {
    what: 'checkers of memory, and their reports',
    paths: ['mm/kasan/', 'mm/kmsan/', 'mm/debug.c', 'kernel/kcsan/', 'lib/stackdepot.c', 'lib/debugobjects.c', 'include/kunit/', 'lib/kunit/'],
  },
  {
    what: 'printing and tracing',
    paths: ['kernel/printk/', 'kernel/trace/', 'kernel/stacktrace.c', 'kernel/panic.c', 'lib/vsprintf.c', 'lib/dump_stack.c', 'fs/seq_file.c'],
  },
  {
    what: 'tasks: waking, waiting, signals, deferred work, time',
    paths: [
      'kernel/sched/',
      'kernel/workqueue.c',
      'kernel/task_work.c',
      'kernel/signal.c',
      'kernel/softirq.c',
      'kernel/time/',
      'kernel/irq/',
      'kernel/locking/',
      'kernel/rcu/',
    ],
  },
  {
    what: 'data structures, reference counts, texts and numbers',
    paths: [
      'lib/maple_tree.c',
      'lib/xarray.c',
      'lib/radix-tree.c',
      'lib/rbtree.c',
      'lib/idr.c',
      'lib/kobject.c',
      'lib/refcount.c',
      'lib/usercopy.c',
      'lib/kstrtox.c',
      'lib/string.c',
      'lib/string_helpers.c',
      'lib/cmdline.c',
      'lib/iov_iter.c',
      'lib/bitmap.c',
      'lib/find_bit.c',
      'lib/percpu_counter.c',
      'lib/scatterlist.c',
      'include/linux/percpu-refcount.h',
      'include/linux/atomic/',
    ],
  },
  {
    what: 'mappings of the kernel, by whoever owns them',
    onKernelTables: true,
    paths: [
      'mm/vmalloc.c',
      'mm/highmem.c',
      'mm/hugetlb_vmemmap.c',
      'mm/sparse-vmemmap.c',
      'arch/x86/mm/pat/',
      'arch/arm64/mm/pageattr.c',
      'arch/riscv/mm/pageattr.c',
    ],
  },
  {
    what: 'files, names and mounts: references that are put, at whose end another task may tear down what they kept',
    paths: ['fs/file_table.c', 'fs/dcache.c', 'fs/namespace.c', 'fs/inode.c', 'fs/notify/', 'fs/open.c', 'lib/lockref.c'],
  },
  { what: 'permissions', paths: ['security/', 'kernel/capability.c', 'kernel/cred.c'] },
]; // prettier-ignore

const matches = (path: string, file: string): boolean =>
  path.endsWith('/') ? file.startsWith(path) : file === path;

/** Whether a file is of a service, for a walk over tables of the kernel or of a process. */
export function isService(file: string, isKernelWalk: boolean): boolean {
  return SERVICES.some(
    ({ paths, onKernelTables }) =>
      !(isKernelWalk && onKernelTables === true) && paths.some((path) => matches(path, file)),
  );
}
