/**
 * lock/sleep-in-atomic: who waits for a semaphore or a mutex is scheduled away, which nobody may be under a spinlock, in an RCU
 * section, or with interrupts or preemption off. kernel/sched/core.c:__might_resched
 */
import type { HeldNow } from '../../waiting.js';
import type { LockRule } from '../rule.js';

export const SLEEP_IN_ATOMIC: LockRule = {
  id: 'lock/sleep-in-atomic',
  title: 'a lock that sleeps taken where nobody may sleep',
  clash: ({ held, context }) => {
    const reason =
      'it sleeps when somebody else has it, and nothing may sleep there (kernel/sched/core.c:__might_resched)';
    const atomic = held.find(({ isAtomic }) => isAtomic);
    if (atomic) return { with: atomic.name, where: whereIn(atomic), reason, consequence: 'sleep-in-atomic' };
    return context?.sleeps === false
      ? {
          with: undefined,
          where: `in ${context.title.replace(/:.*$/s, '')}`,
          reason,
          consequence: 'sleep-in-atomic',
        }
      : undefined;
  },
};

function whereIn({ class: id, text }: HeldNow): string {
  switch (id) {
    case 'rcu':
      return 'in an RCU section';
    case 'irq':
      return 'with interrupts off';
    case 'preempt':
      return 'with preemption off';
    case 'stop-machine':
      return 'while the machine is stopped';
    default:
      return `under ${text}, a spinlock`;
  }
}
