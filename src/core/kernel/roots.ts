/** Roots: how the kernel is told which function to start, and in which context it then runs. */
import type { ContextId } from './contexts.js';
import { words } from './primitives-row.js';

/** `.field = function` of a `struct TYPE`; fields that are not named have the type's own context. */
export interface OperationTable {
  readonly type: string;
  readonly context: ContextId;
  readonly fields?: Readonly<Record<string, ContextId>>;
  /** Also where a caller has the table on its own stack: what it passes the table to takes a lock before it calls. */
  readonly isCalledThrough?: true;
  /** Fields that run between two others of the table, and so under what the first of them took: seq_operations. */
  readonly between?: { readonly first: string; readonly inside: readonly string[]; readonly last: string };
  readonly source: string;
}

function tables(context: ContextId, rows: string): OperationTable[] {
  return words(rows).map((each) => {
    const [type = '', file = ''] = each.split('@');
    return { type, context, source: `${file}:${type}` };
  });
}

export const OPERATION_TABLES: readonly OperationTable[] = [
  {
    type: 'seq_operations',
    context: 'seq-file',
    between: { first: 'start', inside: ['show', 'next'], last: 'stop' },
    source: 'include/linux/seq_file.h:seq_operations',
  },
  {
    type: 'vm_operations_struct',
    context: 'mapping-fault',
    fields: {
      open: 'mapping',
      close: 'mapping-end',
      split: 'mapping',
      may_split: 'mapping',
      mremap: 'mapping',
      mprotect: 'mapping',
      set_policy: 'mapping',
    },
    source: 'include/linux/mm.h:vm_operations_struct',
  },
  {
    type: 'mm_walk_ops',
    context: 'page-walk',
    source: 'include/linux/pagewalk.h:mm_walk_ops',
  },
  {
    type: 'rmap_walk_control',
    context: 'reverse-map',
    isCalledThrough: true,
    source: 'include/linux/rmap.h:rmap_walk_control',
  },
  ...[
    'file_operations@include/linux/fs.h',
    'bin_attribute@include/linux/sysfs.h',
    'proc_ops@include/linux/proc_fs.h',
  ].flatMap((row) =>
    tables('file', row).map((each) => ({
      ...each,
      fields: { mmap: 'mapping', proc_mmap: 'mapping' } as const,
    })),
  ),
  ...tables(
    'file',
    'kernfs_ops@include/linux/kernfs.h block_device_operations@include/linux/blkdev.h v4l2_ioctl_ops@include/media/v4l2-ioctl.h io_issue_def@io_uring/opdef.h drm_ioctl_desc@include/drm/drm_ioctl.h iommufd_ioctl_op@drivers/iommu/iommufd/main.c amdkfd_ioctl_desc@drivers/gpu/drm/amd/amdkfd/kfd_priv.h pid_entry@fs/proc/base.c ctl_table@include/linux/sysctl.h cgroup_subsys@include/linux/cgroup-defs.h rftype@arch/x86/kernel/cpu/resctrl/internal.h',
  ),
  ...tables('file', 'fb_ops@include/linux/fb.h').map((each) => ({
    ...each,
    fields: { fb_mmap: 'mapping' } as const,
  })),
  ...tables(
    'file',
    'vfio_device_ops@include/linux/vfio.h uacce_ops@include/linux/uacce.h snd_pcm_ops@include/sound/pcm.h vb2_mem_ops@include/media/videobuf2-core.h ib_device_ops@include/rdma/ib_verbs.h drm_gem_object_funcs@include/drm/drm_gem.h',
  ).map((each) => ({ ...each, fields: { mmap: 'mapping' } as const })),
  ...tables('syscall', 'linux_binfmt@include/linux/binfmts.h'),
  ...tables('syscall', 'bpf_map_ops@include/linux/bpf.h').map((each) => ({
    ...each,
    fields: { map_mmap: 'mapping' } as const,
  })),
  ...tables(
    'sysfs',
    'kobj_attribute@include/linux/kobject.h device_attribute@include/linux/device.h driver_attribute@include/linux/device/driver.h bus_attribute@include/linux/device/bus.h class_attribute@include/linux/device/class.h sysfs_ops@include/linux/sysfs.h cftype@include/linux/cgroup-defs.h kernel_param_ops@include/linux/moduleparam.h powercap_zone_ops@include/linux/powercap.h powercap_zone_constraint_ops@include/linux/powercap.h',
  ),
  ...tables(
    'filesystem',
    'super_operations@include/linux/fs.h inode_operations@include/linux/fs.h address_space_operations@include/linux/fs.h dentry_operations@include/linux/dcache.h file_system_type@include/linux/fs.h fs_context_operations@include/linux/fs_context.h iomap_ops@include/linux/iomap.h',
  ),
  ...tables(
    'network',
    'net_device_ops@include/linux/netdevice.h proto@include/net/sock.h ethtool_ops@include/linux/ethtool.h pernet_operations@include/net/net_namespace.h',
  ),
  ...tables('network', 'proto_ops@include/linux/net.h').map((each) => ({
    ...each,
    fields: { mmap: 'mapping' } as const,
  })),
  ...tables(
    'device',
    'dev_pm_ops@include/linux/pm.h platform_driver@include/linux/platform_device.h pci_driver@include/linux/pci.h device_driver@include/linux/device/driver.h acpi_scan_handler@include/acpi/acpi_bus.h vfio_iommu_driver_ops@drivers/vfio/vfio.h iommu_ops@include/linux/iommu.h bus_type@include/linux/device/bus.h subsys_interface@include/linux/device.h virtio_driver@include/linux/virtio.h hv_driver@include/linux/hyperv.h spi_driver@include/linux/spi/spi.h i2c_driver@include/linux/i2c.h usb_driver@include/linux/usb.h amba_driver@include/linux/amba/bus.h nd_device_driver@include/linux/nd.h dax_device_driver@drivers/dax/bus.h',
  ),
  ...tables('device', 'dma_map_ops@include/linux/dma-map-ops.h').map((each) => ({
    ...each,
    fields: { mmap: 'mapping' } as const,
  })),
  ...tables('boot', 'page_ext_operations@include/linux/page_ext.h'),
  {
    type: 'dev_pagemap_ops',
    context: 'device',
    fields: { migrate_to_ram: 'mapping-fault' },
    source: 'include/linux/memremap.h:dev_pagemap_ops',
  },
  ...tables('shrinker', 'shrinker@include/linux/shrinker.h'),
  ...tables(
    'mmu-notifier',
    'mmu_notifier_ops@include/linux/mmu_notifier.h mmu_interval_notifier_ops@include/linux/mmu_notifier.h',
  ),
  ...tables('syscore', 'syscore_ops@include/linux/syscore_ops.h'),
  ...tables('power', 'platform_suspend_ops@include/linux/suspend.h'),
  ...tables('hibernation', 'platform_hibernation_ops@include/linux/suspend.h'),
  ...tables('notifier', 'notifier_block@include/linux/notifier.h'),
  ...tables('interrupt', 'irqaction@include/linux/interrupt.h irq_chip@include/linux/irq.h'),
  ...tables(
    'tracing',
    'kprobe@include/linux/kprobes.h kretprobe@include/linux/kprobes.h bpf_func_proto@include/linux/bpf.h',
  ),
  ...tables(
    'virtualisation',
    'kvm_device_ops@include/linux/kvm_host.h kvm_x86_ops@arch/x86/include/asm/kvm_host.h kvmppc_ops@arch/powerpc/include/asm/kvm_ppc.h',
  ),
  ...tables('debugger', 'kgdb_arch@include/linux/kgdb.h'),
  ...tables('interrupt', 'sysrq_key_op@include/linux/sysrq.h'),
];

/** A macro that names functions by its arguments: `DEFINE_SHOW_ATTRIBUTE(ptdump)` makes `ptdump_show` a root. */
export interface RootMacro {
  readonly macro: string;
  readonly context: ContextId;
  /** Functions: an argument, with a suffix where the macro adds one. */
  readonly functions: readonly {
    readonly argument: number;
    readonly prefix?: string;
    readonly suffix?: string;
  }[];
  /** Argument whose name with a suffix is an operation table of this type. */
  readonly table?: { readonly argument: number; readonly suffix: string; readonly type: string };
  /** Suffix of the operation table that it makes of its first argument: `ptdump_fops`. */
  readonly makes?: string;
  readonly source: string;
}

function attribute(
  context: ContextId,
  names: string,
  file: string,
  suffixes: readonly string[],
): RootMacro[] {
  return words(names).map((macro) => ({
    macro,
    context,
    functions: suffixes.map((suffix) => ({ argument: 0, suffix })),
    source: `${file}:${macro}`,
  }));
}

function byArguments(
  context: ContextId,
  names: string,
  file: string,
  ...args: readonly number[]
): RootMacro[] {
  return words(names).map((macro) => ({
    macro,
    context,
    functions: args.map((argument) => ({ argument })),
    source: `${file}:${macro}`,
  }));
}

const READ_WRITE = ['_show', '_store'] as const;

/** The three macros of one kind of attribute: `DRIVER_ATTR_RO`, `_RW`, `_WO`. */
function attributesOf(row: string): readonly RootMacro[] {
  const [kind = '', file = ''] = row.split('@');
  return [
    ...attribute('sysfs', `${kind}_ATTR_RO`, file, ['_show']),
    ...attribute('sysfs', `${kind}_ATTR_RW`, file, READ_WRITE),
    ...attribute('sysfs', `${kind}_ATTR_WO`, file, ['_store']),
  ];
}

/** `SYSCALL_DEFINE0` to `SYSCALL_DEFINE6`, by the number of arguments. */
function systemCalls(name: string, prefix: string, file: string): readonly RootMacro[] {
  return [0, 1, 2, 3, 4, 5, 6].map((count) => ({
    macro: `${name}${count}`,
    context: 'syscall',
    functions: [{ argument: 0, prefix }],
    source: `${file}:${name}${count}`,
  }));
}

export const ROOT_MACROS: readonly RootMacro[] = [
  ...attribute(
    'seq-file',
    'DEFINE_SHOW_ATTRIBUTE DEFINE_SHOW_STORE_ATTRIBUTE DEFINE_PROC_SHOW_ATTRIBUTE',
    'include/linux/seq_file.h',
    ['_show'],
  ).map((row) => ({ ...row, makes: row.macro === 'DEFINE_PROC_SHOW_ATTRIBUTE' ? '_proc_ops' : '_fops' })),
  {
    macro: 'DEFINE_SEQ_ATTRIBUTE',
    context: 'seq-file',
    functions: [],
    table: { argument: 0, suffix: '_sops', type: 'seq_operations' },
    source: 'include/linux/seq_file.h:DEFINE_SEQ_ATTRIBUTE',
  },
  ...byArguments(
    'file',
    'DEFINE_SIMPLE_ATTRIBUTE DEFINE_SIMPLE_ATTRIBUTE_SIGNED',
    'include/linux/fs.h',
    1,
    2,
  ),
  ...byArguments(
    'file',
    'DEFINE_DEBUGFS_ATTRIBUTE DEFINE_DEBUGFS_ATTRIBUTE_SIGNED',
    'include/linux/debugfs.h',
    1,
    2,
  ),
  ...byArguments(
    'sysfs',
    'DEVICE_ATTR DEVICE_ATTR_PREALLOC DEVICE_ATTR_IGNORE_LOCKDEP',
    'include/linux/device.h',
    2,
    3,
  ),
  ...attribute('sysfs', 'DEVICE_ATTR_RO DEVICE_ATTR_ADMIN_RO', 'include/linux/device.h', ['_show']),
  ...attribute('sysfs', 'DEVICE_ATTR_RW DEVICE_ATTR_ADMIN_RW', 'include/linux/device.h', READ_WRITE),
  ...attribute('sysfs', 'DEVICE_ATTR_WO', 'include/linux/device.h', ['_store']),
  ...['DRIVER@include/linux/device/driver.h', 'CLASS@include/linux/device/class.h'].flatMap(attributesOf),
  ...['BUS@include/linux/device/bus.h', '_@include/linux/sysfs.h'].flatMap(attributesOf),
  ...attribute('sysfs', '__ATTR_RO_MODE', 'include/linux/sysfs.h', ['_show']),
  ...attribute('sysfs', '__ATTR_RW_MODE', 'include/linux/sysfs.h', READ_WRITE),
  ...byArguments('sysfs', '__ATTR __ATTR_PREALLOC __ATTR_IGNORE_LOCKDEP', 'include/linux/sysfs.h', 2, 3),
  ...byArguments('file', 'BIN_ATTR __BIN_ATTR', 'include/linux/sysfs.h', 2, 3),
  ...attribute('file', 'BIN_ATTR_RO BIN_ATTR_ADMIN_RO __BIN_ATTR_RO', 'include/linux/sysfs.h', ['_read']),
  ...attribute('file', 'BIN_ATTR_RW BIN_ATTR_ADMIN_RW __BIN_ATTR_RW', 'include/linux/sysfs.h', [
    '_read',
    '_write',
  ]),
  ...attribute('file', 'BIN_ATTR_WO __BIN_ATTR_WO', 'include/linux/sysfs.h', ['_write']),
  ...systemCalls('SYSCALL_DEFINE', 'sys_', 'include/linux/syscalls.h'),
  ...systemCalls('COMPAT_SYSCALL_DEFINE', 'compat_sys_', 'include/linux/compat.h'),
  ...byArguments(
    'initcall',
    'pure_initcall core_initcall postcore_initcall arch_initcall subsys_initcall fs_initcall rootfs_initcall device_initcall late_initcall early_initcall console_initcall',
    'include/linux/init.h',
    0,
  ),
  ...byArguments('module', 'module_init module_exit', 'include/linux/module.h', 0),
  ...byArguments(
    'initcall',
    'core_initcall_sync postcore_initcall_sync arch_initcall_sync subsys_initcall_sync fs_initcall_sync device_initcall_sync late_initcall_sync',
    'include/linux/init.h',
    0,
  ),
  ...byArguments('initcall', '__initcall', 'include/linux/init.h', 0),
  ...byArguments('boot', 'early_param __setup', 'include/linux/init.h', 1),
  ...byArguments('work', 'DECLARE_WORK DECLARE_DELAYED_WORK', 'include/linux/workqueue.h', 1),
  ...byArguments('timer', 'DEFINE_TIMER', 'include/linux/timer.h', 1),
  ...byArguments('fault', 'DEFINE_IDTENTRY_RAW_ERRORCODE', 'arch/x86/include/asm/idtentry.h', 0),
];

/** A call that hands a function, or a table of functions, over to be started later or elsewhere. */
export interface Registration {
  readonly api: string;
  readonly argument: number;
  /** What the argument is: a function, or the address of a table (whose functions then run in `context`). */
  readonly as: 'function' | 'table';
  readonly context: ContextId;
  /**
   * The function is part of what the caller does, so that linking follows it where it is handed over: while all other CPUs stand
   * still; or when a grace period is over, with the member of what it frees as its argument.
   */
  readonly runs?: 'stopped' | 'after-grace-period';
  readonly source: string;
}

function registers(
  context: ContextId,
  as: Registration['as'],
  argument: number,
  file: string,
  apis: string,
  runs?: Registration['runs'],
): Registration[] {
  const rest = runs ? { runs } : {};
  return words(apis).map((api) => ({ api, argument, as, context, ...rest, source: `${file}:${api}` }));
}

export const REGISTRATIONS: readonly Registration[] = [
  ...registers(
    'kthread',
    'function',
    0,
    'include/linux/kthread.h',
    'kthread_run kthread_create kthread_create_on_node kthread_create_on_cpu kthread_run_on_cpu',
  ),
  ...registers('kthread', 'function', 0, 'include/linux/sched/task.h', 'kernel_thread user_mode_thread'),
  ...registers(
    'work',
    'function',
    1,
    'include/linux/workqueue.h',
    'INIT_WORK INIT_DELAYED_WORK INIT_DEFERRABLE_WORK INIT_WORK_ONSTACK INIT_RCU_WORK',
  ),
  ...registers('work', 'function', 0, 'include/linux/workqueue.h', 'schedule_on_each_cpu'),
  ...registers('timer', 'function', 1, 'include/linux/timer.h', 'timer_setup timer_setup_on_stack'),
  ...registers('timer', 'function', 1, 'include/linux/interrupt.h', 'tasklet_setup tasklet_init'),
  ...registers(
    'timer',
    'function',
    1,
    'include/linux/rcupdate.h',
    'call_rcu call_rcu_hurry',
    'after-grace-period',
  ),
  ...registers('interrupt', 'function', 1, 'include/linux/interrupt.h', 'request_irq request_threaded_irq'),
  ...registers('ipi', 'function', 0, 'include/linux/smp.h', 'on_each_cpu smp_call_function'),
  ...registers(
    'ipi',
    'function',
    1,
    'include/linux/smp.h',
    'smp_call_function_single smp_call_function_many smp_call_function_any on_each_cpu_mask on_each_cpu_cond_mask',
  ),
  ...registers('ipi', 'function', 1, 'include/linux/smp.h', 'on_each_cpu_cond'),
  ...registers(
    'stop-machine',
    'function',
    0,
    'include/linux/stop_machine.h',
    'stop_machine stop_machine_cpuslocked stop_machine_from_inactive_cpu',
    'stopped',
  ),
  ...registers(
    'stop-machine',
    'function',
    1,
    'include/linux/stop_machine.h',
    'stop_core_cpuslocked',
    'stopped',
  ),
  ...registers('memory-notifier', 'function', 0, 'include/linux/memory.h', 'hotplug_memory_notifier'),
  ...registers('memory-notifier', 'table', 0, 'include/linux/memory.h', 'register_memory_notifier'),
  // until 6.17 a struct syscore_ops, then a struct syscore that points to one
  {
    api: 'register_syscore_ops',
    argument: 0,
    as: 'table',
    context: 'syscore',
    source: 'include/linux/syscore_ops.h:register_syscore_ops@6.1',
  },
  ...registers('syscore', 'table', 0, 'include/linux/syscore_ops.h', 'register_syscore'),
  ...registers('oops', 'table', 0, 'include/linux/kdebug.h', 'register_die_notifier'),
  ...registers('power', 'table', 0, 'include/linux/suspend.h', 'register_pm_notifier'),
  ...registers('notifier', 'table', 0, 'include/linux/reboot.h', 'register_reboot_notifier'),
  ...registers('notifier', 'table', 0, 'include/linux/oom.h', 'register_oom_notifier'),
  ...registers(
    'notifier',
    'table',
    1,
    'include/linux/notifier.h',
    'blocking_notifier_chain_register atomic_notifier_chain_register raw_notifier_chain_register',
  ),
  ...registers('seq-file', 'function', 3, 'include/linux/proc_fs.h', 'proc_create_single'),
  ...registers('seq-file', 'table', 3, 'include/linux/proc_fs.h', 'proc_create_seq'),
  ...registers('file', 'table', 3, 'include/linux/proc_fs.h', 'proc_create'),
  ...registers(
    'file',
    'table',
    4,
    'include/linux/debugfs.h',
    'debugfs_create_file debugfs_create_file_unsafe',
  ),
  ...registers('seq-file', 'function', 1, 'include/linux/seq_file.h', 'single_open'),
  ...registers('seq-file', 'table', 1, 'include/linux/seq_file.h', 'seq_open'),
  ...registers('tracing', 'table', 0, 'include/linux/kprobes.h', 'register_kprobe'),
  ...registers('mmu-notifier', 'table', 0, 'include/linux/mmu_notifier.h', 'mmu_notifier_register'),
  // the table may be on the stack of an initcall: it is copied, for the threads of DAMON
  ...registers('kthread', 'table', 0, 'include/linux/damon.h', 'damon_register_ops'),
  // start-up and teardown
  ...[2, 3].flatMap((argument) =>
    registers(
      'cpu-hotplug',
      'function',
      argument,
      'include/linux/cpuhotplug.h',
      'cpuhp_setup_state cpuhp_setup_state_cpuslocked cpuhp_setup_state_nocalls cpuhp_setup_state_nocalls_cpuslocked cpuhp_setup_state_multi',
    ),
  ),
];
