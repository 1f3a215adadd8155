/** Configuration that comes with an architecture: a scenario is of one, so it is decided there. */

/** The option that only kernels of an architecture set. */
export interface ArchitectureOption {
  readonly architecture: string;
  readonly option: string;
  readonly source: string;
}

const own = (architecture: string, name: string, version = ''): ArchitectureOption => ({
  architecture,
  option: `CONFIG_${name}`,
  source: `arch/${architecture}/Kconfig:${name}${version}`,
});

export const ARCHITECTURE_OPTIONS: readonly ArchitectureOption[] = [
  own('alpha', 'ALPHA'),
  own('arc', 'ARC'),
  own('arm', 'ARM'),
  own('arm64', 'ARM64'),
  own('c6x', 'C6X', '@5.10'),
  own('csky', 'CSKY'),
  own('h8300', 'H8300', '@5.10'),
  own('hexagon', 'HEXAGON'),
  own('ia64', 'IA64', '@6.1'),
  own('loongarch', 'LOONGARCH'),
  own('m68k', 'M68K'),
  own('microblaze', 'MICROBLAZE'),
  own('mips', 'MIPS'),
  own('nds32', 'NDS32', '@5.10'),
  own('nios2', 'NIOS2'),
  own('openrisc', 'OPENRISC'),
  own('parisc', 'PARISC'),
  own('powerpc', 'PPC'),
  own('riscv', 'RISCV'),
  own('s390', 'S390'),
  own('sh', 'SUPERH'),
  own('sparc', 'SPARC'),
  own('um', 'UML'),
  own('x86', 'X86'),
  own('xtensa', 'XTENSA'),
];

/** The option that kernels of the architecture set; of an architecture that no row has, its name. */
export function ownOption(architecture: string): string {
  const row = ARCHITECTURE_OPTIONS.find((each) => each.architecture === architecture);
  return row?.option ?? `CONFIG_${architecture.toUpperCase()}`;
}

/** A setting that a freer needs to exist: with another, its code is there and does something else, or nothing. */
export interface FreerSetting {
  readonly architecture: string;
  readonly option: string;
  readonly isSet: boolean;
  readonly source: string;
}

/** Freers of kernel tables are 64-bit: hot-remove needs it, and only there does x86 put large pages together again. */
export const FREER_SETTINGS: readonly FreerSetting[] = [
  { architecture: 'x86', option: 'CONFIG_X86_64', isSet: true, source: 'arch/x86/Kconfig:X86_64' },
  { architecture: 'x86', option: 'CONFIG_X86_32', isSet: false, source: 'arch/x86/Kconfig:X86_32' },
  { architecture: 'x86', option: 'CONFIG_X86_PAE', isSet: false, source: 'arch/x86/Kconfig:X86_PAE' },
];

/** Architectures of which no kernel has four levels of page tables: their tables of puds are the top ones, that nobody frees. */
export interface LevelsRow {
  readonly architecture: string;
  /** Levels of page tables, at most. */
  readonly levels: number;
  readonly source: string;
}

const atMost = (levels: number, architecture: string): LevelsRow => ({
  architecture,
  levels,
  source: `arch/${architecture}/Kconfig:PGTABLE_LEVELS`,
});

export const MOST_LEVELS: readonly LevelsRow[] = [
  atMost(3, 'alpha'),
  atMost(2, 'arc'),
  atMost(3, 'arm'),
  atMost(3, 'm68k'),
  atMost(3, 'parisc'),
  atMost(3, 'sh'),
];

/** Whether some kernel of the architecture has so many levels of page tables. */
export function mayHaveLevels(architecture: string, levels: number): boolean {
  return MOST_LEVELS.every((row) => row.architecture !== architecture || row.levels >= levels);
}

/** Options that are decided by the architecture alone; of a scenario that is of none, none. */
export function optionsOf(architecture: string): ReadonlyMap<string, boolean> {
  if (ARCHITECTURE_OPTIONS.every((row) => row.architecture !== architecture)) return new Map();
  return new Map(ARCHITECTURE_OPTIONS.map((row) => [row.option, row.architecture === architecture]));
}

/** Those, and what the freers of the architecture need. */
export function optionsOfFreers(architecture: string): ReadonlyMap<string, boolean> {
  const needed = FREER_SETTINGS.filter((row) => row.architecture === architecture);
  return new Map([
    ...optionsOf(architecture),
    ...needed.map(({ option, isSet }): readonly [string, boolean] => [option, isSet]),
  ]);
}
