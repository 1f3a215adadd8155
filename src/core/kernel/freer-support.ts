/** What makes a freer exist on an architecture: the Kconfig symbol, and the code that must free tables. */
import type { FreerId } from './types.js';

export interface FreerSupport {
  readonly freer: FreerId;
  /** Kconfig symbols, the first that the tree knows counts; none: every architecture has the freer. */
  readonly symbols: readonly string[];
  /** A capability that must hold (kernel/capabilities.ts). */
  readonly capability?: string;
  /** Functions of the architecture of which one must come, call by call, to code that clears a table's entry and frees. */
  readonly roots?: readonly string[];
  /** Kernels that leave it out: an architecture with this capability does not have it where one of the options is on. */
  readonly offWith?: { readonly capability: string; readonly options: readonly string[] };
  /** Architectures that have it in the newest kernel known (7.3): what a lone file is judged by. */
  readonly newest: readonly string[] | 'all';
  readonly source: string;
}

export const FREER_SUPPORT: readonly FreerSupport[] = [
  {
    freer: 'memory-hot-remove',
    symbols: ['ARCH_ENABLE_MEMORY_HOTREMOVE', 'ARCH_ENABLE_MEMORY_HOTPLUG'],
    roots: ['arch_remove_memory', 'vmemmap_free'],
    newest: ['arm64', 'powerpc', 'riscv', 's390', 'x86'],
    source: 'mm/Kconfig:MEMORY_HOTREMOVE',
  },
  {
    freer: 'memory-offline',
    symbols: ['ARCH_ENABLE_MEMORY_HOTPLUG'],
    newest: ['arm64', 'loongarch', 'powerpc', 'riscv', 's390', 'x86'],
    source: 'mm/Kconfig:MEMORY_HOTPLUG',
  },
  {
    freer: 'huge-vmap',
    symbols: ['HAVE_ARCH_HUGE_VMAP'],
    roots: ['pmd_free_pte_page', 'pud_free_pmd_page'],
    offWith: {
      capability: 'huge-vmap-off-with-ptdump',
      options: ['PTDUMP_DEBUGFS', 'ARM64_PTDUMP_DEBUGFS'],
    },
    newest: ['arm64', 'powerpc', 'riscv', 'x86'],
    source: 'arch/Kconfig:HAVE_ARCH_HUGE_VMAP',
  },
  {
    freer: 'set-memory-collapse',
    symbols: [],
    capability: 'set-memory-collapse',
    newest: ['x86'],
    source: 'arch/x86/mm/pat/set_memory.c:cpa_collapse_large_pages@7.3',
  },
  { freer: 'munmap', symbols: [], newest: 'all', source: 'mm/memory.c:free_pgtables' },
  {
    freer: 'thp-collapse',
    symbols: ['HAVE_ARCH_TRANSPARENT_HUGEPAGE'],
    newest: ['arc', 'arm', 'arm64', 'loongarch', 'mips', 'powerpc', 'riscv', 's390', 'sparc', 'x86'],
    source: 'mm/Kconfig:TRANSPARENT_HUGEPAGE',
  },
  {
    freer: 'pt-reclaim',
    symbols: ['PT_RECLAIM'],
    newest: ['alpha', 'arm', 'arm64', 'loongarch', 'mips', 'parisc', 'riscv', 's390', 'um', 'x86'],
    source: 'mm/Kconfig:PT_RECLAIM@7.3',
  },
  {
    freer: 'hugetlb-unshare',
    symbols: ['ARCH_WANT_HUGE_PMD_SHARE'],
    newest: ['arm64', 'riscv', 'x86'],
    source: 'arch/Kconfig:ARCH_WANT_HUGE_PMD_SHARE',
  },
];
