/**
 * user-walk/collapse: THP collapse takes a table of ptes away under i_mmap and the locks of the tables, whoever has the mmap lock
 * (6.6), and frees it after a grace period. What keeps a mapping keeps the tables above; the table of ptes itself stays only in an
 * RCU section that began before its pmd was read, or under its lock: pte_offset_map(), pte_offset_map_lock().
 * mm/khugepaged.c:retract_page_tables
 */
import { HUGETLB_DESCENTS } from '../../../kernel/primitives-descent.js';
import type { Step } from '../../../program/ir.js';
import type { Walk } from '../../walks.js';
import type { WalkRule } from '../rule.js';

export const USER_COLLAPSE: WalkRule = {
  id: 'user-walk/collapse',
  title: 'a table of ptes of user memory read in a way that THP collapse does not respect',
  freer: 'thp-collapse',
  tables: 'user',
  applies: ({ mm }) => mm?.kind !== 'unknown',
  at: entriesOfPtes,
  // the ways without the mmap lock are told by user-walk/unlocked
  isTakenWhereNeeded: true,
  protections: ['rcu_read_lock'],
  missing: ['pte_offset_map()', 'ptl'],
  ranges: ['user'],
  danger: 'THP collapse may free the table of ptes that it reads',
};

/** Reads and writes of ptes; none where the walk is of hugetlb memory, which is not collapsed. */
function entriesOfPtes({ program, steps }: Walk): readonly number[] {
  if (program.steps.some(({ text }) => HUGETLB_DESCENTS.some((name) => text.includes(`${name}(`)))) return [];
  return steps.filter((index) => isOfPte(program.steps[index]));
}

const isOfPte = (step: Step | undefined): boolean =>
  step !== undefined && 'level' in step && step.level === 'pte' && step.op !== 'alloc';
