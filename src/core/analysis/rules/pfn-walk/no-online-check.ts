/**
 * pfn-walk/no-online-check: the struct pages of offline memory are not initialised (poisoned, with page_init_poison()), and go
 * away when the memory is removed. pfn_valid() is true for them. mm/memory_hotplug.c:pfn_to_online_page
 */
import { unaskedRead } from '../../online-ways.js';
import type { WalkRule } from '../rule.js';

export const NO_ONLINE_CHECK: WalkRule = {
  id: 'pfn-walk/no-online-check',
  title: 'page frames gone over with no check that they are online',
  freer: 'memory-hot-remove',
  tables: 'pfn',
  applies: ({ program }) => unaskedRead(program) !== undefined,
  protections: ['get_online_mems'],
  missing: ['pfn_to_online_page()', 'mem_hotplug_lock'],
  ranges: ['vmemmap'],
  danger: 'it does not ask whether the frames are online: memory hot-remove may free their struct pages',
};
