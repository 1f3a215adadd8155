/**
 * Who owns an address, and who hands addresses in that nobody owns.
 *
 * An *owner* is an object that the code holds and that pins a range: while an allocated page lives, its memory can't be removed
 * and no freer touches the tables that map it. A point walk with an owner needs no lock.
 */
import { words } from './primitives-row.js';
import type { Range } from './types.js';

export interface OwnerCall {
  readonly api: string;
  /** Ranges whose part under this object stays as long as the object lives. */
  readonly pins: readonly Range[];
  /** `new`: the object is the caller's own. `found`: it was looked up, so somebody must keep it alive. */
  readonly as: 'new' | 'found';
  /** Argument that is the address asked for, where the call looks an owner up: it is owned from then on. */
  readonly of?: number;
  readonly source: string;
}

function gives(
  as: OwnerCall['as'],
  pins: readonly Range[],
  file: string,
  apis: string,
  of?: number,
): OwnerCall[] {
  return words(apis).map((api) => ({
    api,
    pins,
    as,
    ...(of === undefined ? {} : { of }),
    source: `${file}:${api}`,
  }));
}

const PAGE: readonly Range[] = ['linear', 'vmemmap'];

export const OWNER_CALLS: readonly OwnerCall[] = [
  ...gives(
    'new',
    PAGE,
    'include/linux/gfp.h',
    'alloc_pages alloc_page alloc_pages_node __get_free_pages __get_free_page get_zeroed_page alloc_pages_exact folio_alloc',
  ),
  ...gives(
    'new',
    PAGE,
    'include/linux/slab.h',
    'kmalloc kzalloc kcalloc kmalloc_array kmalloc_node kmem_cache_alloc kmem_cache_zalloc',
  ),
  ...gives(
    'new',
    ['vmalloc'],
    'include/linux/vmalloc.h',
    'vmalloc vzalloc vmap __vmalloc vmalloc_node vmalloc_user get_vm_area get_vm_area_caller __get_vm_area_caller vm_map_ram',
  ),
  ...gives('new', ['vmalloc'], 'mm/vmalloc.c', '__get_vm_area_node __vmalloc_node_range alloc_vmap_area'),
  ...gives('new', ['vmalloc'], 'include/linux/io.h', 'memremap devm_ioremap'),
  ...gives('new', ['vmalloc', ...PAGE], 'include/linux/mm.h', 'kvmalloc kvzalloc').map((each) => ({
    ...each,
    source: `include/linux/slab.h:${each.api}`,
  })),
  ...gives('new', ['modules'], 'include/linux/execmem.h', 'execmem_alloc'),
  ...gives('new', ['vmalloc'], 'include/linux/percpu.h', 'alloc_percpu __alloc_percpu'),
  ...gives(
    'new',
    ['fixmap'],
    'include/asm-generic/fixmap.h',
    'fix_to_virt __fix_to_virt set_fixmap set_fixmap_offset',
  ),
  ...gives('found', ['vmalloc'], 'include/linux/vmalloc.h', 'find_vm_area remove_vm_area', 0),
  ...gives('found', ['modules'], 'include/linux/module.h', '__module_address __module_text_address', 0),
  ...gives('new', PAGE, 'include/linux/mm.h', 'get_user_pages pin_user_pages'),
  ...gives('found', ['user'], 'include/linux/mm.h', 'find_vma vma_lookup vma_find vma_next'),
  // They look for the VMA of the address themselves, and fail where there is none.
  ...gives('found', ['user'], 'mm/gup.c', 'fixup_user_fault get_user_pages_remote pin_user_pages_remote'),
  ...gives('new', ['user'], 'include/linux/sched/mm.h', 'mm_alloc'),
];

/** Calls whose result belongs to whoever owns their argument: page_address(page), virt_to_page(object). */
export interface OwnerPassing {
  readonly api: string;
  readonly argument: number;
  readonly source: string;
}

export const OWNER_PASSING: readonly OwnerPassing[] = [
  ...passing(
    'include/linux/mm.h',
    'page_address lowmem_page_address folio_address virt_to_head_page page_to_virt',
  ),
  ...passing('include/linux/page-flags.h', 'page_folio compound_head'),
  ...passing('arch/x86/include/asm/page.h', 'virt_to_page __va __pa'),
  ...passing('include/asm-generic/memory_model.h', 'page_to_pfn'),
  ...passing('include/linux/mm.h', 'folio_pfn folio_page'),
  ...passing('include/linux/slab.h', 'ksize'),
  ...passing('include/linux/highmem.h', 'kmap kmap_local_page kmap_atomic'),
];

function passing(file: string, apis: string): OwnerPassing[] {
  return words(apis).map((api) => ({ api, argument: 0, source: `${file}:${api}` }));
}

/** Fields whose value is the address (or the pages) of an object that the code has a pointer to. */
export interface OwnerField {
  readonly type: string;
  readonly field: string;
  readonly pins: readonly Range[];
  readonly source: string;
}

export const OWNER_FIELDS: readonly OwnerField[] = [
  ...fields('vm_struct', 'addr pages size next', ['vmalloc'], 'include/linux/vmalloc.h'),
  ...fields('vmap_area', 'va_start va_end vm', ['vmalloc'], 'include/linux/vmalloc.h'),
  ...fields('vm_area_struct', 'vm_start vm_end', ['user'], 'include/linux/mm_types.h'),
  ...fields('vm_fault', 'address', ['user'], 'include/linux/mm.h'),
  ...fields('module_memory', 'base size', ['modules'], 'include/linux/module.h'),
  ...fields('page_vma_mapped_walk', 'address pfn', ['user'], 'include/linux/rmap.h'),
  ...fields('task_struct', 'stack', ['vmalloc'], 'include/linux/sched.h'),
];

function fields(type: string, names: string, pins: readonly Range[], file: string): OwnerField[] {
  return words(names).map((field) => ({ type, field, pins, source: `${file}:${type}` }));
}

/** Structs that only a freer of user tables has: a walk of their mm is on its side. */
export const FREERS_OWN: readonly { readonly type: string; readonly source: string }[] = [
  { type: 'mmu_gather', source: 'include/asm-generic/tlb.h:mmu_gather' },
];

/** Structs whose mm is a new one, that nobody else has while it is built. */
export const OF_NEW_MM: readonly { readonly type: string; readonly source: string }[] = [
  { type: 'linux_binprm', source: 'include/linux/binfmts.h:linux_binprm' },
];

/** Rows of kernel/protections.ts whose holder has a VMA at hand: the lock is the VMA's own, or leads to its VMAs. */
export const LOCKS_OF_VMAS: readonly string[] = ['vma_lock', 'hugetlb_vma_lock', 'i_mmap_rwsem', 'anon_vma'];

/** Where an address (or pfn) comes from that nobody owns: the user, a debugger, a faulting register, a loop over everything. */
export interface OpenSource {
  readonly kind: 'call' | 'argument' | 'field';
  /** The call; or `CONTEXT FIELD INDEX` of an operation; or `TYPE.FIELD`. */
  readonly name: string;
  /** `user`: anyone may choose it; `debug`: root or a debugger; `fault`: the hardware reports it; `scan`: it runs over all memory. */
  readonly who: 'user' | 'debug' | 'fault' | 'scan';
  readonly source: string;
}

export const OPEN_SOURCES: readonly OpenSource[] = [
  ...calls('user', 'include/linux/uaccess.h', 'copy_from_user __copy_from_user'),
  ...calls('user', 'include/asm-generic/uaccess.h', 'get_user __get_user'),
  ...calls('user', 'lib/vsprintf.c', 'sscanf vsscanf'),
  ...calls(
    'user',
    'include/linux/kstrtox.h',
    'kstrtoul kstrtoull kstrtou64 kstrtoul_from_user kstrtoull_from_user simple_strtoul simple_strtoull',
  ),
  ...calls('fault', 'arch/x86/include/asm/special_insns.h', 'read_cr2'),
  ...calls('fault', 'arch/arm64/include/asm/sysreg.h', 'read_sysreg'),
  ...calls('debug', 'arch/x86/include/asm/special_insns.h', '__read_cr3'),
  ...calls('scan', 'include/linux/memory.h', 'walk_memory_blocks'),
  ...calls('scan', 'include/linux/mmzone.h', 'zone_end_pfn pgdat_end_pfn node_end_pfn'),
  ...calls('scan', 'include/linux/ioport.h', 'walk_system_ram_range walk_iomem_res_desc'),
  ...positions('read', 3),
  ...positions('write', 3),
  ...positions('proc_read', 3),
  ...positions('proc_write', 3),
  ...positions('unlocked_ioctl', 2),
  ...positions('compat_ioctl', 2),
  ...chosen('DEFINE_DEBUGFS_ATTRIBUTE', 'include/linux/debugfs.h:DEFINE_DEBUGFS_ATTRIBUTE'),
  ...chosen('DEFINE_SIMPLE_ATTRIBUTE', 'include/linux/fs.h:DEFINE_SIMPLE_ATTRIBUTE'),
  { kind: 'field', name: 'kiocb.ki_pos', who: 'user', source: 'include/linux/fs.h:kiocb' },
  { kind: 'field', name: 'seq_file.index', who: 'user', source: 'include/linux/seq_file.h:seq_file' },
  { kind: 'field', name: 'zone.zone_start_pfn', who: 'scan', source: 'include/linux/mmzone.h:zone' },
  {
    kind: 'field',
    name: 'pglist_data.node_start_pfn',
    who: 'scan',
    source: 'include/linux/mmzone.h:pglist_data',
  },
  { kind: 'field', name: 'pt_regs.ip', who: 'fault', source: 'arch/x86/include/asm/ptrace.h:pt_regs' },
];

function calls(who: OpenSource['who'], file: string, apis: string): OpenSource[] {
  return words(apis).map((name) => ({ kind: 'call', name, who, source: `${file}:${name}` }));
}

/** The argument of a file operation that user space chooses: position or ioctl argument. */
function positions(field: string, argument: number): OpenSource[] {
  return [
    {
      kind: 'argument',
      name: `file ${field} ${argument}`,
      who: 'user',
      source: 'include/linux/fs.h:file_operations',
    },
  ];
}

/** The number that user space writes to a simple attribute: `set(data, value)`. */
function chosen(macro: string, source: string): OpenSource[] {
  return [{ kind: 'argument', name: `file ${macro} 1`, who: 'user', source }];
}
