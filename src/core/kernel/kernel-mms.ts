/** The mms that no process has: what is walked through them are tables of the kernel, or of firmware that runs as part of it. */

export interface KernelMm {
  readonly name: string;
  readonly source: string;
}

export const KERNEL_MMS: readonly KernelMm[] = [
  { name: 'init_mm', source: 'mm/init-mm.c:init_mm' },
  { name: 'efi_mm', source: 'drivers/firmware/efi/efi.c:efi_mm' },
  { name: 'tboot_mm', source: 'arch/x86/kernel/tboot.c:tboot_mm' },
];

const NAMES: ReadonlySet<string> = new Set(KERNEL_MMS.map(({ name }) => name));

/** Whether a `struct mm_struct` of this name is no process's. */
export const isKernelMmName = (name: string): boolean => NAMES.has(name);
