/** Contexts: from where code is started, what that start already holds, and what can not happen meanwhile. */
import type { LockMode } from '../program/ir.js';
import type { FreerId } from './types.js';

export type ContextId =
  | 'syscall'
  | 'file'
  | 'seq-file'
  | 'sysfs'
  | 'fault'
  | 'mapping-fault'
  | 'mapping'
  | 'mapping-end'
  | 'page-walk'
  | 'reverse-map'
  | 'entry-set'
  | 'mm-exit'
  | 'initcall'
  | 'module'
  | 'boot'
  | 'memory-hotplug'
  | 'kthread'
  | 'work'
  | 'timer'
  | 'interrupt'
  | 'ipi'
  | 'cpu-hotplug'
  | 'notifier'
  | 'memory-notifier'
  | 'device'
  | 'shrinker'
  | 'mmu-notifier'
  | 'filesystem'
  | 'network'
  | 'virtualisation'
  | 'tracing'
  | 'stop-machine'
  | 'syscore'
  | 'power'
  | 'hibernation'
  | 'kexec'
  | 'oops'
  | 'debugger';

export interface Context {
  readonly id: ContextId;
  readonly title: string;
  /** Can it run while user space runs? `boot`: only before; `stopped`: nothing else runs. */
  readonly reach: 'runtime' | 'boot' | 'stopped';
  /** May it sleep? Where not, a sleeping protection can't be proposed there. */
  readonly sleeps: boolean;
  /** What its caller holds all the time: rows of kernel/protections.ts. */
  readonly holds: readonly {
    readonly protection: string;
    readonly mode: LockMode;
    /** Whose lock, in the words of the caller, where each object has one. */
    readonly instance?: string;
  }[];
  /**
   * Freers that are no danger meanwhile, beyond what the held locks keep out. Nothing runs beside a stopped machine; that a CPU was
   * stopped in the middle of a free is not counted here (the matrix has that cell).
   */
  readonly excludes: readonly FreerId[] | 'all';
  readonly source: string;
}

const HOTPLUG: readonly FreerId[] = ['memory-hot-remove', 'memory-offline'];
const IRQS_OFF = [{ protection: 'irq', mode: 'write' }] as const;
const HOTPLUG_WRITER = [{ protection: 'mem_hotplug_lock', mode: 'write' }] as const;

function runtime(id: ContextId, title: string, source: string): Context {
  return { id, title, reach: 'runtime', sleeps: true, holds: [], excludes: [], source };
}

export const CONTEXTS: readonly Context[] = [
  runtime('syscall', 'a system call', 'include/linux/syscalls.h:SYSCALL_DEFINEx'),
  runtime(
    'file',
    'a file operation: read, write, ioctl, mmap from user space',
    'include/linux/fs.h:file_operations',
  ),
  runtime('seq-file', 'reading a file of debugfs or procfs', 'fs/seq_file.c:seq_read_iter'),
  runtime('sysfs', 'an attribute of sysfs', 'fs/sysfs/file.c:sysfs_kf_seq_show'),
  runtime('fault', 'a page fault', 'mm/memory.c:handle_mm_fault'),
  {
    ...runtime(
      'mapping-fault',
      'a fault on a mapping: its caller holds the mmap lock or the VMA lock',
      'mm/memory.c:__do_fault',
    ),
    holds: [{ protection: 'vma_lock', mode: 'read' }],
  },
  {
    ...runtime(
      'mapping',
      'a change of a mapping: its caller holds the mmap lock for write',
      'mm/mmap.c:mmap_region',
    ),
    holds: [{ protection: 'mmap_lock', mode: 'write', instance: 'vma->vm_mm' }],
  },
  {
    ...runtime(
      'mapping-end',
      'the end of a mapping: munmap() may have given the mmap lock back for others to read, and nobody has the mm at exit',
      'mm/internal.h:vma_close',
    ),
    holds: [{ protection: 'mmap_lock', mode: 'read', instance: 'vma->vm_mm' }],
  },
  {
    ...runtime(
      'page-walk',
      'a callback of a page walk, which demands the mmap lock (or another that keeps the VMA) of its callers',
      'mm/pagewalk.c:process_mm_walk_lock',
    ),
    holds: [{ protection: 'vma_lock', mode: 'read' }],
  },
  {
    ...runtime(
      'reverse-map',
      'a callback of a walk of the reverse maps, under their lock',
      'mm/rmap.c:rmap_walk_anon',
    ),
    holds: [{ protection: 'i_mmap_rwsem', mode: 'read' }],
  },
  {
    ...runtime(
      'entry-set',
      'what an architecture does after an entry of a user table was set: its caller holds the lock of that table, and what keeps the VMA',
      'mm/memory.c:set_pte_range',
    ),
    sleeps: false,
    holds: [
      { protection: 'ptl', mode: 'write' },
      { protection: 'vma_lock', mode: 'read' },
    ],
  },
  {
    ...runtime(
      'mm-exit',
      'the end of an address space: nobody uses it any more, and what frees its tables is this code',
      'mm/mmap.c:exit_mmap',
    ),
    excludes: ['munmap', 'thp-collapse', 'pt-reclaim'],
  },
  runtime('module', 'loading or unloading a module', 'kernel/module/main.c:do_init_module'),
  runtime('kthread', 'a kernel thread', 'kernel/kthread.c:kthread'),
  runtime('work', 'a work item', 'kernel/workqueue.c:process_one_work'),
  runtime('cpu-hotplug', 'a CPU that comes or goes, in a thread of its own', 'kernel/cpu.c:cpuhp_thread_fun'),
  runtime('notifier', 'a notifier', 'kernel/notifier.c:notifier_call_chain'),
  runtime('device', 'a device driver: probe, remove, power management', 'drivers/base/dd.c:really_probe'),
  runtime('shrinker', 'reclaim of memory', 'mm/shrinker.c:do_shrink_slab'),
  {
    ...runtime(
      'mmu-notifier',
      'a notifier of changes to an address space: who unmaps there waits for it',
      'mm/mmu_notifier.c:__mmu_notifier_invalidate_range_start',
    ),
    excludes: ['munmap'],
  },
  runtime('filesystem', 'a file system', 'include/linux/fs.h:super_operations'),
  runtime('network', 'a protocol or a network device', 'include/linux/netdevice.h:net_device_ops'),
  runtime('virtualisation', 'a guest', 'virt/kvm/kvm_main.c:kvm_vcpu_ioctl'),
  runtime('tracing', 'a probe or a BPF program', 'kernel/kprobes.c:aggr_pre_handler'),
  {
    ...runtime(
      'memory-notifier',
      'a memory hotplug notifier: its caller holds the hotplug lock for write',
      'drivers/base/memory.c:memory_notify',
    ),
    holds: HOTPLUG_WRITER,
  },
  {
    ...runtime(
      'memory-hotplug',
      'code for adding and removing memory: at boot, or under the hotplug lock for write',
      'include/linux/init.h:__meminit',
    ),
    holds: HOTPLUG_WRITER,
  },
  {
    ...runtime('timer', 'a timer or softirq', 'kernel/time/timer.c:call_timer_fn'),
    sleeps: false,
    holds: [{ protection: 'preempt', mode: 'write' }],
  },
  {
    ...runtime('interrupt', 'an interrupt handler', 'kernel/irq/handle.c:__handle_irq_event_percpu'),
    sleeps: false,
    holds: IRQS_OFF,
  },
  {
    ...runtime(
      'ipi',
      'a function called on other CPUs, with interrupts off',
      'kernel/smp.c:smp_call_function_many_cond',
    ),
    sleeps: false,
    holds: IRQS_OFF,
  },
  {
    ...runtime(
      'oops',
      'reporting a fault of the kernel: nothing may be waited for, what is read may be wrong',
      'kernel/panic.c:oops_enter',
    ),
    sleeps: false,
  },
  {
    ...runtime('initcall', 'an initcall of the kernel: no user space yet', 'init/main.c:do_initcalls'),
    reach: 'boot',
  },
  {
    ...runtime('boot', 'boot code, gone before user space starts', 'include/linux/init.h:__init'),
    reach: 'boot',
    excludes: 'all',
  },
  {
    ...runtime(
      'stop-machine',
      'the callback of stop_machine(): no other CPU runs',
      'kernel/stop_machine.c:stop_machine',
    ),
    reach: 'stopped',
    sleeps: false,
    holds: [{ protection: 'stop-machine', mode: 'write' }, ...IRQS_OFF],
    excludes: 'all',
  },
  {
    ...runtime(
      'syscore',
      'suspend and resume of the system core: one CPU, interrupts off',
      'drivers/base/syscore.c:syscore_suspend',
    ),
    reach: 'stopped',
    sleeps: false,
    holds: IRQS_OFF,
    excludes: 'all',
  },
  {
    ...runtime('power', 'suspend and resume: user space is frozen', 'kernel/power/suspend.c:enter_state'),
    excludes: ['munmap', ...HOTPLUG],
  },
  {
    ...runtime(
      'hibernation',
      'hibernation: user space is frozen, the device hotplug lock held',
      'kernel/power/hibernate.c:hibernate',
    ),
    holds: [{ protection: 'device_hotplug_lock', mode: 'write' }],
    excludes: ['munmap', ...HOTPLUG],
  },
  {
    ...runtime(
      'kexec',
      'the jump into another kernel: one CPU, interrupts off',
      'kernel/kexec_core.c:kernel_kexec',
    ),
    reach: 'stopped',
    sleeps: false,
    holds: IRQS_OFF,
    excludes: 'all',
  },
  {
    ...runtime(
      'debugger',
      'a kernel debugger: the other CPUs are stopped',
      'kernel/debug/debug_core.c:kgdb_cpu_enter',
    ),
    reach: 'stopped',
    sleeps: false,
    holds: IRQS_OFF,
    excludes: 'all',
  },
];

export function contextOf(id: ContextId): Context | undefined {
  return CONTEXTS.find((context) => context.id === id);
}

/** Marks before a function's name that say when it runs. */
export interface SectionMark {
  readonly mark: string;
  readonly context: ContextId;
  readonly source: string;
}

export const SECTION_MARKS: readonly SectionMark[] = [
  sectionMark('__init', 'boot'),
  { mark: '__head', context: 'boot', source: 'arch/x86/include/asm/init.h:__head' },
  { mark: '__init_or_module', context: 'module', source: 'include/linux/module.h:__init_or_module' },
  sectionMark('__exit', 'module'),
  sectionMark('__meminit', 'memory-hotplug'),
];

function sectionMark(mark: string, context: ContextId): SectionMark {
  return { mark, context, source: `include/linux/init.h:${mark}` };
}

/** Functions that whole-system states begin with: what they call runs in that state. */
export interface EntryPoint {
  readonly function: string;
  readonly context: ContextId;
  readonly source: string;
}

function entryPoints(context: ContextId, sources: readonly string[]): EntryPoint[] {
  return sources.map((source) => ({ function: /:(\w+)/.exec(source)?.[1] ?? source, context, source }));
}

export const ENTRY_POINTS: readonly EntryPoint[] = [
  ...entryPoints('hibernation', [
    'kernel/power/hibernate.c:hibernation_snapshot',
    'kernel/power/hibernate.c:hibernation_restore',
    'kernel/power/hibernate.c:load_image_and_restore',
    'arch/x86/power/hibernate_64.c:swsusp_arch_resume',
    'arch/arm64/kernel/hibernate.c:swsusp_arch_suspend',
    'kernel/power/snapshot.c:swsusp_save',
  ]),
  // They stop all other CPUs, turn interrupts off, and only then call the architecture.
  ...entryPoints('syscore', [
    'kernel/power/hibernate.c:create_image',
    'kernel/power/hibernate.c:resume_target_kernel',
  ]),
  ...entryPoints('kexec', [
    'arch/x86/kernel/machine_kexec_64.c:machine_kexec',
    'kernel/crash_core.c:__crash_kexec',
    'kernel/kexec_core.c:__crash_kexec@6.1',
    'arch/x86/kernel/crash.c:native_machine_crash_shutdown',
    // Stops all other CPUs; what it has done after that is for kexec.
    'arch/x86/kernel/reboot.c:native_machine_shutdown',
  ]),
  ...entryPoints('debugger', [
    'kernel/debug/debug_core.c:kgdb_handle_exception',
    'kernel/debug/kdb/kdb_main.c:kdb_main_loop',
    'arch/powerpc/xmon/xmon.c:xmon_core',
  ]),
  ...entryPoints('oops', [
    'arch/x86/kernel/dumpstack.c:oops_begin',
    'arch/x86/mm/fault.c:page_fault_oops',
    'arch/x86/mm/fault.c:show_fault_oops',
    'arch/arm64/mm/fault.c:die_kernel_fault',
    'arch/arm64/kernel/traps.c:die',
    'kernel/panic.c:panic',
  ]),
  ...entryPoints('initcall', ['init/main.c:kernel_init', 'init/main.c:kernel_init_freeable']),
  ...entryPoints('mm-exit', ['mm/mmap.c:exit_mmap', 'kernel/fork.c:__mmput']),
  // Those of which some architecture's does more than to flush.
  ...entryPoints('entry-set', [
    'arch/mips/include/asm/pgtable.h:update_mmu_cache_range',
    'arch/mips/include/asm/pgtable.h:update_mmu_cache@6.1',
    'arch/mips/include/asm/pgtable.h:update_mmu_cache_pmd',
    'arch/arm/mm/fault-armv.c:update_mmu_cache_range',
    'arch/arm/mm/fault-armv.c:update_mmu_cache@6.1',
    'arch/arc/mm/tlb.c:update_mmu_cache_range',
    'arch/arc/mm/tlb.c:update_mmu_cache@6.1',
    'arch/csky/abiv1/cacheflush.c:update_mmu_cache_range',
    'arch/csky/abiv1/cacheflush.c:update_mmu_cache@6.1',
    'arch/nios2/mm/cacheflush.c:update_mmu_cache_range',
    'arch/nios2/mm/cacheflush.c:update_mmu_cache@6.1',
    'arch/sparc/mm/init_64.c:update_mmu_cache_range',
    'arch/sparc/mm/init_64.c:update_mmu_cache@6.1',
    'arch/xtensa/mm/cache.c:update_mmu_cache_range',
  ]),
  ...entryPoints('boot', [
    'init/main.c:start_kernel',
    'arch/x86/kernel/head64.c:x86_64_start_kernel',
    'arch/x86/kernel/setup.c:setup_arch',
  ]),
];

/** Calls by which code asks whether it may sleep where it is, or take a page fault: what it does then is its own business. */
export const ATOMIC_QUESTIONS: ReadonlySet<string> = new Set([
  // include/linux/uaccess.h
  'faulthandler_disabled',
  'pagefault_disabled',
  // include/linux/preempt.h
  'in_atomic',
  'in_interrupt',
  'in_task',
  'in_nmi',
  'in_hardirq',
  'in_irq',
  'in_softirq',
  'preemptible',
  'preempt_count',
  // include/linux/irqflags.h
  'irqs_disabled',
  // kernel/rcu/update.c
  'rcu_read_lock_held',
]);

/** What handle_mm_fault() gives back when it has let go of the mmap lock. include/linux/mm_types.h:vm_fault_reason */
export const LETS_GO_OF_MMAP_LOCK: readonly string[] = ['VM_FAULT_RETRY', 'VM_FAULT_COMPLETED'];
