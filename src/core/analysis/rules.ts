/** The rules, one file each in rules/, as a table; their pages are in docs/rules/. */
import { LOCK_ORDER_RULE } from './rules/lock/order.js';
import { RECURSIVE_READ } from './rules/lock/recursive-read.js';
import { SLEEP_IN_ATOMIC } from './rules/lock/sleep-in-atomic.js';
import { HOT_REMOVE } from './rules/kernel-walk/hot-remove.js';
import { KERNEL_COLLAPSE } from './rules/kernel-walk/collapse.js';
import { HUGE_VMAP } from './rules/kernel-walk/huge-vmap.js';
import { ENTRY_REREAD } from './rules/entry/reread.js';
import { CHECK_THEN_USE } from './rules/pfn-walk/check-then-use.js';
import { NO_ONLINE_CHECK } from './rules/pfn-walk/no-online-check.js';
import { LOCK_ENDS_TOO_EARLY } from './rules/lock/ends-too-early.js';
import { LOCK_LEAK } from './rules/lock/leak.js';
import { PTE_MAP_UNBALANCED } from './rules/pte-map/unbalanced.js';
import { PTE_MAP_UNCHECKED } from './rules/pte-map/unchecked.js';
import { USER_COLLAPSE } from './rules/user-walk/collapse.js';
import { USER_UNSHARE } from './rules/user-walk/unshare.js';
import { USER_NO_VMA } from './rules/user-walk/no-vma.js';
import { USER_UNLOCKED } from './rules/user-walk/unlocked.js';
import type { LocalRule, LockRule, WalkRule } from './rules/rule.js';

export type { LocalRule, LockRule, WalkRule } from './rules/rule.js';

/** The rules about walks that meet a freer. */
export const WALK_RULES: readonly WalkRule[] = [
  HOT_REMOVE,
  HUGE_VMAP,
  KERNEL_COLLAPSE,
  NO_ONLINE_CHECK,
  USER_UNLOCKED,
  USER_NO_VMA,
  USER_COLLAPSE,
  USER_UNSHARE,
];

/** The rules about one function by itself. */
export const LOCAL_RULES: readonly LocalRule[] = [
  PTE_MAP_UNCHECKED,
  PTE_MAP_UNBALANCED,
  LOCK_LEAK,
  LOCK_ENDS_TOO_EARLY,
  CHECK_THEN_USE,
  ENTRY_REREAD,
];

/** The rules about a lock that is waited for, and what is held there. */
export const LOCK_RULES: readonly LockRule[] = [SLEEP_IN_ATOMIC, RECURSIVE_READ, LOCK_ORDER_RULE];
