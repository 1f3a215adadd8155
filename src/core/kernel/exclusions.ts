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

const STOPPED_SOURCE = 'kernel/stop_machine.c:stop_machine';
const EVERYWHERE: readonly Exclusion[] = [
  ...cell(['memory-hot-remove'], 'stop-machine', {
    excludes: 'partly',
    note: 'no other CPU runs; but one that was stopped between freeing a table and clearing its entry (x86, riscv, s390) has left the entry pointing to a free page',
    source: STOPPED_SOURCE,
  }),
  ...cell(
    FREER_IDS.filter((freer) => freer !== 'memory-hot-remove'),
    'stop-machine',
    {
      excludes: 'yes',
      note: 'no other CPU runs, and the freer clears before it frees',
      source: STOPPED_SOURCE,
    },
  ),
];

export const EXCLUSIONS: readonly Exclusion[] = [
  ...HOTPLUG_CELLS,
  ...KERNEL_CELLS,
  ...USER_CELLS,
  ...PREEMPT_CELLS,
  ...EVERYWHERE,
];
