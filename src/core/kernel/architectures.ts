/** Architectures: which one a file belongs to, and what differs between them for a race. */
import type { ArchProfile } from '../machine/scenario.js';

/** The architecture of a file of a kernel tree, by its path (`arch/x86/mm/fault.c`); undefined: every architecture has it. */
export function architectureOf(file: string): string | undefined {
  return /^(?:tools\/)?arch\/([^/]+)\//.exec(file)?.[1];
}

/** The architectures whose step orders are best known to readers. */
export const BEST_KNOWN = ['x86', 'arm64'];

/** Of several architectures, the one that is best known. */
export function bestKnown(architectures: readonly string[]): string | undefined {
  return BEST_KNOWN.find((each) => architectures.includes(each)) ?? architectures[0];
}

/** Kinds of machines of an architecture that no kernel is built for together, by words of the paths of their own files. */
export const MACHINE_KINDS: readonly {
  readonly kind: string;
  readonly file: RegExp;
  readonly source: string;
}[] = [
  {
    kind: 'powerpc book3s64',
    file: /^arch\/powerpc\/.*book3s(64|\/64|_64)/,
    source: 'arch/powerpc/platforms/Kconfig.cputype:PPC_BOOK3S_64',
  },
  {
    kind: 'powerpc book3s32',
    file: /^arch\/powerpc\/.*book3s(32|\/32|_32)/,
    source: 'arch/powerpc/platforms/Kconfig.cputype:PPC_BOOK3S_32',
  },
  {
    kind: 'powerpc nohash',
    file: /^arch\/powerpc\/.*\/nohash\//,
    source: 'arch/powerpc/include/asm/pgtable.h:CONFIG_PPC_BOOK3S',
  },
];

/** The kind of machine that a file is for, where its path tells. */
export function machineKindOf(file: string): string | undefined {
  return MACHINE_KINDS.find((each) => each.file.test(file))?.kind;
}

/** How a flush of kernel TLBs reaches the other CPUs. */
export interface FlushRow {
  readonly architecture: string;
  /** It waits for an interrupt that every CPU must take, so not before CPUs with interrupts off have turned them on again. */
  readonly waitsForIrqsOff: boolean;
  readonly note: string;
  readonly source: string;
}

/** Where several ways exist, the one that protects least: a walker must be right with it, too. */
export const FLUSHES: readonly FlushRow[] = [
  row('alpha', true, 'IPI', 'arch/alpha/kernel/smp.c:flush_tlb_all'),
  row('arc', true, 'IPI', 'arch/arc/mm/tlb.c:flush_tlb_all'),
  row(
    'arm',
    false,
    'broadcast where the CPU has it (ARMv7 SMP), else IPI',
    'arch/arm/kernel/smp_tlb.c:flush_tlb_kernel_range',
  ),
  row('arm64', false, 'TLBI broadcast', 'arch/arm64/include/asm/tlbflush.h:__flush_tlb_kernel_pgtable'),
  row('csky', false, 'broadcast', 'arch/csky/mm/tlb.c:flush_tlb_kernel_range'),
  row('hexagon', false, 'by the virtual machine', 'arch/hexagon/mm/vm_tlb.c:flush_tlb_kernel_range'),
  row('loongarch', true, 'IPI', 'arch/loongarch/kernel/smp.c:flush_tlb_kernel_range'),
  row('mips', true, 'IPI', 'arch/mips/kernel/smp.c:flush_tlb_kernel_range'),
  row('openrisc', true, 'IPI', 'arch/openrisc/kernel/smp.c:flush_tlb_all'),
  row(
    'parisc',
    false,
    'broadcast purge where the machine has it',
    'arch/parisc/kernel/cache.c:__flush_tlb_range',
  ),
  row(
    'powerpc',
    false,
    'tlbie broadcast (radix)',
    'arch/powerpc/mm/book3s64/radix_tlb.c:radix__flush_tlb_kernel_range',
  ),
  row(
    'riscv',
    false,
    'SBI remote fence, run by firmware; IPI where the interrupt controller allows',
    'arch/riscv/mm/tlbflush.c:flush_tlb_all',
  ),
  row('s390', false, 'by the entry: IDTE, CSP', 'arch/s390/include/asm/tlbflush.h:flush_tlb_kernel_range'),
  row('sh', true, 'IPI', 'arch/sh/kernel/smp.c:flush_tlb_kernel_range'),
  row(
    'sparc',
    false,
    'cross call that does not wait for interrupts',
    'arch/sparc/kernel/smp_64.c:smp_flush_tlb_kernel_range',
  ),
  row('x86', true, 'IPI; none where the CPU has INVLPGB (6.15)', 'arch/x86/mm/tlb.c:flush_tlb_kernel_range'),
  row('xtensa', true, 'IPI', 'arch/xtensa/kernel/smp.c:flush_tlb_all'),
];

function row(architecture: string, waitsForIrqsOff: boolean, note: string, source: string): FlushRow {
  return { architecture, waitsForIrqsOff, note, source };
}

/**
 * What an architecture is for the machine, in a tree with these capabilities. One that no row knows flushes without an IPI: the
 * assumption that protects least. x86 is judged by its IPI; `invlpgb` asks for a CPU that flushes without.
 */
export function profileOf(
  architecture: string,
  capabilities: ReadonlySet<string>,
  options: { readonly invlpgb?: boolean } = {},
): ArchProfile {
  const flush = FLUSHES.find((each) => each.architecture === architecture);
  const without = options.invlpgb === true && capabilities.has('flush-without-ipi');
  return {
    name: architecture,
    flushWaitsForIrqsOff: (flush?.waitsForIrqsOff ?? false) && !without,
    rcuWaitsForIrqsOff: capabilities.has('rcu-waits-for-irqs-off'),
  };
}
