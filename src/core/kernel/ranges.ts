/** Where in the address space a walk is: constants and symbols whose name says which range an address belongs to. */
import { words } from './primitives-row.js';
import type { Range } from './types.js';

export interface RangeConstant {
  readonly name: string;
  /** Ranges that begin, end or lie there. Several: the constant bounds all of kernel space. */
  readonly ranges: readonly Range[];
  readonly source: string;
}

function named(ranges: readonly Range[], file: string, names: string): RangeConstant[] {
  return words(names).map((name) => ({ name, ranges, source: `${file}:${name}` }));
}

const KERNEL: readonly Range[] = ['linear', 'vmemmap', 'vmalloc', 'modules', 'fixmap', 'image'];

export const RANGE_CONSTANTS: readonly RangeConstant[] = [
  ...named(['vmalloc'], 'arch/x86/include/asm/pgtable_64_types.h', 'VMALLOC_START VMALLOC_END'),
  ...named(['vmalloc'], 'arch/riscv/include/asm/pgtable.h', 'VMALLOC_SIZE'),
  ...named(['vmemmap'], 'arch/x86/include/asm/pgtable_64_types.h', 'VMEMMAP_START'),
  ...named(['vmemmap'], 'arch/arm64/include/asm/memory.h', 'VMEMMAP_END VMEMMAP_SIZE'),
  ...named(['modules'], 'arch/x86/include/asm/pgtable_64_types.h', 'MODULES_VADDR MODULES_END'),
  ...named(['fixmap'], 'arch/x86/include/asm/fixmap.h', 'FIXADDR_START FIXADDR_TOP FIXADDR_SIZE'),
  ...named(['image'], 'arch/x86/include/asm/page_64_types.h', '__START_KERNEL_map KERNEL_IMAGE_SIZE'),
  ...named(['image'], 'arch/arm64/include/asm/memory.h', 'KIMAGE_VADDR KERNEL_START KERNEL_END'),
  ...named(
    ['image'],
    'include/asm-generic/sections.h',
    '_text _etext _stext _sdata _edata _end __init_begin __init_end __start_rodata __end_rodata',
  ),
  // from there on everything is the kernel's
  ...named(KERNEL, 'arch/x86/include/asm/page_types.h', 'PAGE_OFFSET'),
  ...named(KERNEL, 'arch/x86/include/asm/pgtable_64_types.h', 'GUARD_HOLE_END_ADDR'),
  ...named(KERNEL, 'arch/arm64/include/asm/memory.h', 'PAGE_END _PAGE_OFFSET'),
  ...named(['linear'], 'arch/x86/include/asm/page_types.h', '__PAGE_OFFSET'),
  ...named(['user'], 'arch/x86/include/asm/page_64_types.h', 'TASK_SIZE TASK_SIZE_MAX'),
  ...named(['user'], 'include/linux/mm.h', 'FIRST_USER_ADDRESS').map((each) => ({
    ...each,
    source: 'include/linux/pgtable.h:FIRST_USER_ADDRESS',
  })),
];

/** What lies between two of these constants, where it is less than all of kernel space. */
export interface RangeBetween {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly ranges: readonly Range[];
  readonly source: string;
}

export const RANGES_BETWEEN: readonly RangeBetween[] = [
  between('PAGE_OFFSET _PAGE_OFFSET', 'PAGE_END', 'linear', 'arch/arm64/include/asm/memory.h:PAGE_END'),
  between('PAGE_OFFSET', 'high_memory VMALLOC_START', 'linear', 'include/linux/mm.h:high_memory'),
  between(
    'VMALLOC_START',
    'VMALLOC_END VMALLOC_SIZE',
    'vmalloc',
    'arch/x86/include/asm/pgtable_64_types.h:VMALLOC_START',
  ),
  between('MODULES_VADDR', 'MODULES_END', 'modules', 'arch/x86/include/asm/pgtable_64_types.h:MODULES_VADDR'),
  between(
    'VMEMMAP_START',
    'VMEMMAP_END VMEMMAP_SIZE',
    'vmemmap',
    'arch/arm64/include/asm/memory.h:VMEMMAP_END',
  ),
];

function between(from: string, to: string, range: Range, source: string): RangeBetween {
  return { from: words(from), to: words(to), ranges: [range], source };
}

/** Addresses in a process's tables that no VMA covers: what maps them goes with the mm, not before. */
export const KEPT_USER_ADDRESSES: readonly { readonly name: string; readonly source: string }[] = [
  { name: 'LDT_BASE_ADDR', source: 'arch/x86/include/asm/pgtable_64_types.h:LDT_BASE_ADDR' },
  { name: 'ldt_slot_va', source: 'arch/x86/kernel/ldt.c:ldt_slot_va' },
];

/** Calls that ask which range an address is in: true means that one. */
export const RANGE_TESTS: readonly {
  readonly api: string;
  readonly ranges: readonly Range[];
  readonly source: string;
}[] = [
  { api: 'is_vmalloc_addr', ranges: ['vmalloc'], source: 'mm/vmalloc.c:is_vmalloc_addr' },
  {
    api: 'is_vmalloc_or_module_addr',
    ranges: ['vmalloc', 'modules'],
    source: 'mm/vmalloc.c:is_vmalloc_or_module_addr',
  },
  { api: 'is_module_address', ranges: ['modules'], source: 'kernel/module/main.c:is_module_address' },
  { api: 'virt_addr_valid', ranges: ['linear'], source: 'arch/x86/mm/physaddr.c:__virt_addr_valid' },
  { api: 'access_ok', ranges: ['user'], source: 'include/asm-generic/access_ok.h:access_ok' },
  { api: 'core_kernel_text', ranges: ['image'], source: 'kernel/extable.c:core_kernel_text' },
  {
    api: 'kernel_text_address',
    ranges: ['image', 'modules'],
    source: 'kernel/extable.c:kernel_text_address',
  },
];

/** Values of a kind of area that tell its range: what is done for another kind is done elsewhere. */
export const RANGE_VALUES: readonly {
  readonly name: string;
  readonly ranges: readonly Range[];
  readonly source: string;
}[] = [
  { name: 'KCORE_VMALLOC', ranges: ['vmalloc', 'modules'], source: 'include/linux/kcore.h:KCORE_VMALLOC' },
  { name: 'KCORE_VMEMMAP', ranges: ['vmemmap'], source: 'include/linux/kcore.h:KCORE_VMEMMAP' },
];

/** Constants that mean "all of it" as the bound of a loop: nobody owns such a range. */
export const WHOLE_RANGE_BOUNDS: readonly string[] = words(
  'ULONG_MAX ~0UL TASK_SIZE TASK_SIZE_MAX PAGE_OFFSET PAGE_END VMALLOC_START VMALLOC_END MODULES_VADDR VMEMMAP_START PTRS_PER_PGD USER_PTRS_PER_PGD max_pfn max_low_pfn highest_memmap_pfn',
);
