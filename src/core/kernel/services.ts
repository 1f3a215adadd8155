/**
 * Parts of the kernel that serve everybody: allocators, accounting, printing, the scheduler. What a walk calls of them is given
 * objects of its own, and no table that is walked: however far down they may reach (memory is reclaimed where it is allocated), that is
 * another walk, under other locks. They are not followed for what they do; a function that they are given to call is.
 */

export interface Service {
  /** Files, or directories with a `/` at the end. */
  readonly paths: readonly string[];
  readonly what: string;
}

export const SERVICES: readonly Service[] = [
  {
    what: 'memory by the object: what is allocated and freed is a structure of the caller, no table',
    paths: ['mm/slub.c', 'mm/slab.c', 'mm/slob.c', 'mm/slab.h', 'mm/slab_common.c', 'mm/mempool.c', 'mm/percpu.c'],
  },
  {
    what: 'memory by the page, and its reclaim: which pages hold tables is for the caller to know (kernel/primitives)',
    paths: ['mm/page_alloc.c', 'mm/mempolicy.c', 'mm/swap.c'],
  },
  {
    what: 'accounting: counters and their locks',
    paths: ['mm/memcontrol.c', 'mm/memcontrol-v1.c', 'mm/hugetlb_cgroup.c', 'mm/vmstat.c', 'kernel/cgroup/', 'block/'],
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
  { what: 'permissions', paths: ['security/', 'kernel/capability.c', 'kernel/cred.c'] },
]; // prettier-ignore

const PATHS: readonly string[] = SERVICES.flatMap(({ paths }) => paths);
const FILES: ReadonlySet<string> = new Set(PATHS.filter((path) => !path.endsWith('/')));
const DIRECTORIES: readonly string[] = PATHS.filter((path) => path.endsWith('/'));

/** Whether a file is of a service. */
export function isService(file: string): boolean {
  return FILES.has(file) || DIRECTORIES.some((directory) => file.startsWith(directory));
}
