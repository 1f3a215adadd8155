/** kernel-walk/hot-remove: memory hot-remove frees tables of the linear map and of the vmemmap. */
import type { WalkRule } from '../rule.js';

export const HOT_REMOVE: WalkRule = {
  id: 'kernel-walk/hot-remove',
  title: 'kernel tables walked with nothing that excludes memory hot-remove',
  freer: 'memory-hot-remove',
  tables: 'kernel',
  protections: ['get_online_mems'],
  missing: ['mem_hotplug_lock'],
  ranges: ['linear', 'vmemmap'],
  danger: 'memory hot-remove may free a table that it is in',
};
