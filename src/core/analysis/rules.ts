/** The rules about walks that meet a freer: which freer, whose tables, what to hold. One row each; the pages are in docs/rules/. */
import type { FreerId, Range } from '../kernel/types.js';

export interface WalkRule {
  readonly id: string;
  readonly title: string;
  readonly freer: FreerId;
  readonly tables: 'kernel' | 'user' | 'pfn';
  /** What keeps the freer out, as one writes it; the first is what a fix takes. */
  readonly protections: readonly string[];
  /** The lock that is missing, by its name. */
  readonly missing: readonly string[];
  /** Ranges in which the freer works. */
  readonly ranges: readonly Range[];
  /** What the freer does to the walk, as the end of a sentence. */
  readonly danger: string;
}

export const WALK_RULES: readonly WalkRule[] = [
  {
    id: 'kernel-walk/hot-remove',
    title: 'kernel tables walked with nothing that excludes memory hot-remove',
    freer: 'memory-hot-remove',
    tables: 'kernel',
    protections: ['get_online_mems'],
    missing: ['mem_hotplug_lock'],
    ranges: ['linear', 'vmemmap'],
    danger: 'memory hot-remove may free a table that it is in',
  },
  {
    id: 'kernel-walk/huge-vmap',
    title: 'kernel tables walked with nothing that excludes a huge vmap install',
    freer: 'huge-vmap',
    tables: 'kernel',
    protections: ['mmap_write_lock(&init_mm)'],
    missing: ['mmap_lock(init_mm)'],
    ranges: ['vmalloc'],
    danger: 'a huge vmap install may free a table that it is in',
  },
];
