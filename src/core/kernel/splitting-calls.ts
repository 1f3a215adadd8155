/**
 * What says of which kind an entry is: calls that take a huge page apart (it is no leaf when they return, but none, or a table that
 * may be gone again), and the fields by which a walk knows whether it is inside a VMA.
 */

export interface SplittingCall {
  readonly api: string;
  /** The argument that points to the entry. */
  readonly entry: number;
  readonly source: string;
}

export const SPLITTING_CALLS: readonly SplittingCall[] = [
  { api: 'split_huge_pud', entry: 1, source: 'include/linux/huge_mm.h:split_huge_pud' },
  { api: '__split_huge_pud', entry: 1, source: 'mm/huge_memory.c:__split_huge_pud' },
  { api: 'split_huge_pmd', entry: 1, source: 'include/linux/huge_mm.h:split_huge_pmd' },
  { api: '__split_huge_pmd', entry: 1, source: 'mm/huge_memory.c:__split_huge_pmd' },
];

/** Fields and variables that are set (`isSet`) where a walk is inside a VMA, and its tables are a process's. */
export const VMA_FIELDS: readonly {
  readonly name: string;
  readonly isSet: boolean;
  readonly source: string;
}[] = [
  { name: 'vma', isSet: true, source: 'include/linux/pagewalk.h:mm_walk' },
  { name: 'no_vma', isSet: false, source: 'include/linux/pagewalk.h:mm_walk' },
];
