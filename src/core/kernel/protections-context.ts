/** States of a CPU that protect: RCU, interrupts or preemption off, a stopped machine. */
import { demand, release, take } from './protections-row.js';
import type { Protection } from './types.js';

const NOW = { spins: true } as const;

export const CONTEXT_PROTECTIONS: readonly Protection[] = [
  {
    id: 'rcu',
    title: 'RCU read-side section',
    effect: { kind: 'rcu' },
    calls: [
      ...take(
        'rcu_read_lock rcu_read_lock_sched rcu_read_lock_sched_notrace rcu_read_lock_bh rcu_read_lock_dont_migrate',
        'read',
        NOW,
      ),
      ...release(
        'rcu_read_unlock rcu_read_unlock_sched rcu_read_unlock_sched_notrace rcu_read_unlock_bh rcu_read_unlock_migrate',
        'read',
      ),
      ...demand(
        'lockdep_assert_in_rcu_read_lock lockdep_assert_in_rcu_reader lockdep_assert_in_rcu_read_lock_sched',
        'read',
      ),
    ],
    guards: [{ name: 'rcu', mode: 'read' }],
    fields: [],
    source: 'include/linux/rcupdate.h:rcu_read_lock',
  },
  {
    id: 'irq',
    title: 'interrupts off on this CPU: it answers no IPI, and RCU waits for it',
    effect: { kind: 'irqs-off' },
    calls: [
      ...take(
        'local_irq_save local_irq_disable raw_local_irq_save raw_local_irq_disable oops_begin',
        'write',
        NOW,
      ),
      ...release(
        'local_irq_restore local_irq_enable raw_local_irq_restore raw_local_irq_enable oops_end',
        'write',
      ),
      ...demand('lockdep_assert_irqs_disabled', 'any'),
    ],
    guards: [
      { name: 'irq', mode: 'write' },
      { name: 'irqsave', mode: 'write' },
    ],
    fields: [],
    source: 'include/linux/irqflags.h:local_irq_save',
  },
  {
    id: 'preempt',
    title: 'preemption off on this CPU: RCU waits for it',
    effect: { kind: 'preempt-off' },
    calls: [
      ...take('preempt_disable preempt_disable_notrace get_cpu', 'write', NOW),
      ...release('preempt_enable preempt_enable_notrace preempt_enable_no_resched put_cpu', 'write'),
      ...demand('lockdep_assert_preemption_disabled', 'any'),
    ],
    guards: [
      { name: 'preempt', mode: 'write' },
      { name: 'preempt_notrace', mode: 'write' },
    ],
    fields: [],
    source: 'include/linux/preempt.h:preempt_disable',
  },
  {
    id: 'stop-machine',
    title: 'every other CPU stands still (the callback of stop_machine())',
    effect: { kind: 'stop-machine' },
    calls: [],
    guards: [],
    fields: [],
    source: 'kernel/stop_machine.c:stop_machine',
  },
  {
    id: 'srcu',
    title: 'a sleepable RCU section: no page table is freed by it',
    effect: { kind: 'none' },
    calls: [
      ...take('srcu_read_lock srcu_read_lock_nmisafe srcu_read_lock_fast', 'read', { of: 0, spins: true }),
      ...release('srcu_read_unlock srcu_read_unlock_nmisafe srcu_read_unlock_fast', 'read', { of: 0 }),
    ],
    guards: [{ name: 'srcu', mode: 'read', instance: 0 }],
    fields: [],
    source: 'kernel/rcu/srcutree.c:srcu_read_lock',
  },
];
