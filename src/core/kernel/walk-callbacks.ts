/** What the generic walkers hold around the callbacks of a struct mm_walk_ops, where they walk the VMAs of a process. */
import type { LockMode } from '../program/ir.js';
import type { When } from './types.js';

export interface WalkCallback {
  /** The member of struct mm_walk_ops. */
  readonly member: string;
  /** Row of kernel/protections.ts. */
  readonly protection: string;
  readonly mode: LockMode;
  readonly when: When;
  readonly source: string;
}

export const WALK_OPS = 'mm_walk_ops';

/** Members of {@link WALK_OPS} that are given an entry. include/linux/pagewalk.h:mm_walk_ops */
export const ENTRY_MEMBERS = ['pgd_entry', 'p4d_entry', 'pud_entry', 'pmd_entry', 'pte_entry'] as const;

/** Tables that no VMA covers (walk->no_vma) are walked without: of those of the kernel, nobody holds the locks for long. */
export const WALK_CALLBACKS: readonly WalkCallback[] = [
  {
    member: 'pte_entry',
    protection: 'ptl',
    mode: 'write',
    when: ['walk-locks-ptes'],
    source: 'mm/pagewalk.c:walk_pte_range',
  },
  {
    member: 'pte_entry',
    protection: 'rcu',
    mode: 'read',
    when: ['walk-locks-ptes', 'pte-map-can-fail'],
    source: 'mm/pagewalk.c:walk_pte_range',
  },
  {
    member: 'hugetlb_entry',
    protection: 'hugetlb_vma_lock',
    mode: 'read',
    when: ['walk-locks-hugetlb'],
    source: 'mm/pagewalk.c:walk_hugetlb_range',
  },
];
