/** The rules, one file each in rules/, as a table; their pages are in docs/rules/. */
import { HOT_REMOVE } from './rules/kernel-walk/hot-remove.js';
import { HUGE_VMAP } from './rules/kernel-walk/huge-vmap.js';
import type { WalkRule } from './rules/rule.js';

export type { WalkRule } from './rules/rule.js';

/** The rules about walks that meet a freer. */
export const WALK_RULES: readonly WalkRule[] = [HOT_REMOVE, HUGE_VMAP];
