/**
 * The protection x freer matrix, cell by cell: does a walker that holds the protection over its whole walk, from the first load
 * of an entry to the last use of a pointer, keep the freer out? A cell that is not here is a plain no.
 */
import { cell } from './exclusion-cells.js';
import { HOTPLUG_CELLS, KERNEL_CELLS } from './exclusions-kernel.js';
import { USER_CELLS } from './exclusions-user.js';
import { FREER_IDS } from './types.js';
import type { Exclusion } from './types.js';

/** Preemption off is an RCU section where grace periods wait for it (5.0). */
const PREEMPT_CELLS: readonly Exclusion[] = [...USER_CELLS, ...KERNEL_CELLS]
  .filter(({ protection }) => protection === 'rcu')
  .map((row) => ({ ...row, protection: 'preempt', when: [...(row.when ?? []), 'rcu-waits-for-irqs-off'] }));

const EVERYWHERE: readonly Exclusion[] = cell(FREER_IDS, 'stop-machine', {
  excludes: 'yes',
  note: 'no other CPU runs; one that was stopped in the middle of a free has left a table on the free list',
  source: 'kernel/stop_machine.c:stop_machine',
});

export const EXCLUSIONS: readonly Exclusion[] = [
  ...HOTPLUG_CELLS,
  ...KERNEL_CELLS,
  ...USER_CELLS,
  ...PREEMPT_CELLS,
  ...EVERYWHERE,
];
