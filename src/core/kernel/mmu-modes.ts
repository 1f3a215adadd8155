/** Modes that a machine boots in, and which decide whether a freer exists: a test of the mode in code tells which it is for. */
import type { FreerId } from './types.js';

export interface MmuMode {
  readonly architecture: string;
  /** A function of no arguments; true in the mode that has the freers. */
  readonly test: string;
  /** Freers that exist only where the test is true. */
  readonly freers: readonly FreerId[];
  /** The other mode, in words. */
  readonly without: string;
  readonly source: string;
}

export const MMU_MODES: readonly MmuMode[] = [
  {
    architecture: 'powerpc',
    test: 'radix_enabled',
    freers: ['memory-hot-remove', 'huge-vmap'],
    without:
      'on the hash MMU no table of the kernel is freed: hot-remove goes through htab_remove_mapping(), huge vmaps are for radix',
    source: 'arch/powerpc/mm/book3s64/pgtable.c:remove_section_mapping',
  },
];
