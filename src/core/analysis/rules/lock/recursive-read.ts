/**
 * lock/recursive-read: a fair semaphore lets no reader in while a writer waits. Who has it for read and takes it again waits for
 * that writer, who waits for the first read to end: kernel/locking/percpu-rwsem.c:__percpu_down_read,
 * kernel/locking/rwsem.c:rwsem_read_trylock
 */
import type { LockRule } from '../rule.js';

export const RECURSIVE_READ: LockRule = {
  id: 'lock/recursive-read',
  title: 'a fair lock taken again by who holds it for read',
  clash: ({ lock, mode, held, isSame }) => {
    const again = held.find((each) => each.class === lock && isSame(each));
    if (!again) return undefined;
    const isRead = again.mode === 'read' && mode === 'read';
    return {
      with: again.name,
      where: `while it holds ${again.name} for ${again.mode}${again.isAsserted ? ' (an assertion says so)' : ''}`,
      reason: isRead
        ? 'the second read waits behind any writer that has come between, and that writer waits for the first read to end'
        : 'it waits for itself',
      consequence: 'deadlock',
    };
  },
};
