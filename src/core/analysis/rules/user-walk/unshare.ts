/**
 * user-walk/unshare: processes that map the same hugetlb file may share its tables of pmds. Whoever unshares one takes it out of a
 * process under the hugetlb lock of the VMA and i_mmap, both for write, and without the mmap lock of that process; the other process
 * frees the table when it is the last to have it. mm/hugetlb.c:huge_pmd_unshare, include/linux/hugetlb.h:hugetlb_walk
 */
import { HUGETLB_LOOKUPS, HUGETLB_PROPERTIES } from '../../../kernel/primitives-descent.js';
import { variablesOf } from '../../../program/expr.js';
import { calledIn } from '../../one-call.js';
import type { Walk } from '../../walks.js';
import type { WalkRule } from '../rule.js';

export const USER_UNSHARE: WalkRule = {
  id: 'user-walk/unshare',
  title: 'tables of hugetlb memory walked with nothing that keeps them from being unshared',
  freer: 'hugetlb-unshare',
  tables: 'user',
  isOnlyLive: true,
  applies: ({ mm }) => mm?.kind !== 'unknown',
  at: hugetlbLookups,
  rests: onCallersVma,
  isTakenWhereNeeded: true,
  protections: ['hugetlb_vma_lock_read'],
  missing: ['hugetlb_vma_lock', 'i_mmap_rwsem'],
  ranges: ['user'],
  danger: 'a table of pmds that it shares with another process may be unshared and freed',
};

/** The steps of a walk that are calls which look up the entry of a huge page. */
function hugetlbLookups({ program, steps }: Walk): readonly number[] {
  return steps.filter((index) => {
    const step = program.steps[index];
    return step && HUGETLB_LOOKUPS.some((name) => calledIn(step) === name);
  });
}

/** A function that asks whether the VMA is one of hugetlb memory leaves it to its callers which VMAs those are. */
function onCallersVma({ program }: Walk): string | undefined {
  const asks = program.steps.some(
    (step) =>
      step.op === 'branch' &&
      variablesOf(step.condition).some((name) =>
        HUGETLB_PROPERTIES.some((each) => name.endsWith(`->${each}`)),
      ),
  );
  return asks ? 'whether it comes to hugetlb memory that can be shared is for its callers to say' : undefined;
}
