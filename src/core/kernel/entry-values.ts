/**
 * Calls that read the frame of an entry under its lock, and let go of that before they return; and calls that map a frame. The VMA keeps
 * no entry of a device's memory: unmap_mapping_range() clears it without the mmap lock.
 */
import { words } from './primitives-row.js';

/** A call that stores, or takes, a frame: its number or its physical address. */
export interface FrameCall {
  readonly api: string;
  /** The argument that is the frame, or points to where it goes. */
  readonly frame: number;
  readonly source: string;
}

/** mm/memory.c:follow_phys says so of itself: what it gives may be out of date when it returns. */
export const FRAME_READS: readonly FrameCall[] = [
  { api: 'follow_phys', frame: 4, source: 'mm/memory.c:follow_phys@6.1' },
  { api: 'follow_pfn', frame: 2, source: 'mm/memory.c:follow_pfn@6.1' },
];

/** What is mapped by these is read and written afterwards. */
export const FRAME_MAPS: readonly FrameCall[] = [
  ...words('ioremap ioremap_cache ioremap_wc ioremap_wt ioremap_prot').map((api) => ({
    api,
    frame: 0,
    source: 'include/asm-generic/io.h:ioremap',
  })),
  { api: 'memremap', frame: 0, source: 'kernel/iomem.c:memremap' },
];
