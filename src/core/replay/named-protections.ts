/** What somebody may have meant by a name that takes nothing. */
import { lockCallsOf, PROTECTIONS } from '../kernel/protections.js';
import type { Protection } from '../kernel/types.js';
import type { LockKind } from '../machine/scenario.js';
import { nearest } from '../report/nearest.js';

/** The call that takes a lock which has none of its own, by its address. */
const GENERIC: Readonly<Record<LockKind, string>> = {
  rwsem: 'down_read',
  'percpu-rwsem': 'percpu_down_read',
  mutex: 'mutex_lock',
  spinlock: 'spin_lock',
  rwlock: 'read_lock',
};

/** What takes a protection, as somebody names it. */
function takenBy({ calls, effect, fields: [field] }: Protection): readonly string[] {
  if (effect.kind === 'none' || effect.kind === 'reference') return [];
  const own = calls.filter((call) => call.effect === 'acquire').map(({ api }) => api);
  if (own.length > 0 || effect.kind !== 'lock' || field === undefined) return own;
  return [`${GENERIC[effect.lock]}(${field})`];
}

/**
 * The end of a message about a name that is no protection: the lock that is missing, the calls that take the row of that name
 * (`rcu`: rcu_read_lock), the calls of nearly that name, or the first call of each row of kernel/protections.ts.
 */
export function protectionHint(text: string): string {
  const name = /^\W*(\w*)/.exec(text)?.[1] ?? '';
  if (lockCallsOf(name).some(({ call }) => call.instance?.as === 'lock-address'))
    return `; of which lock? ${name}(&mm->page_table_lock) says it`;
  const row = PROTECTIONS.find(({ id, fields }) => id === text.trim() || fields.includes(name));
  const taking = row ? takenBy(row).slice(0, 3) : [];
  const meant = taking.length > 0 ? taking : nearest(name, PROTECTIONS.flatMap(takenBy));
  if (meant.length > 0) return `; did you mean ${meant.join(' or ')}?`;
  return `; some that can: ${PROTECTIONS.flatMap((each) => takenBy(each).slice(0, 1)).join(', ')}`;
}
