/** Configuration that a freer needs to exist: with another, its code is there and does something else, or nothing. */

export interface Setting {
  readonly architecture: string;
  readonly option: string;
  readonly isSet: boolean;
  readonly source: string;
}

/** Freers of kernel tables are 64-bit: hot-remove needs it, and only there does x86 put large pages together again. */
export const FREER_SETTINGS: readonly Setting[] = [
  { architecture: 'x86', option: 'CONFIG_X86_64', isSet: true, source: 'arch/x86/Kconfig:X86_64' },
  { architecture: 'x86', option: 'CONFIG_X86_32', isSet: false, source: 'arch/x86/Kconfig:X86_32' },
  { architecture: 'x86', option: 'CONFIG_X86_PAE', isSet: false, source: 'arch/x86/Kconfig:X86_PAE' },
];

/** Those of an architecture, as linking takes them. */
export function settingsOf(architecture: string): ReadonlyMap<string, boolean> {
  return new Map(
    FREER_SETTINGS.flatMap((row) => (row.architecture === architecture ? [[row.option, row.isSet]] : [])),
  );
}
