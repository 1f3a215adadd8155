/**
 * The words of an operation text (`load pmd pmd0[0] -> pte0`): which group it belongs to, for its letter and its summary.
 * The text is the one of the `.race` language; a verb that is not in the table is told as a plain step.
 */
export type OperationGroup =
  'read' | 'write' | 'free' | 'page' | 'lock' | 'unlock' | 'section' | 'wait' | 'other';

interface Verb {
  readonly group: OperationGroup;
  readonly one: string;
  readonly many: string;
}

const verb = (group: OperationGroup, one: string, many = `${one}s`): Verb => ({ group, one, many });

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['load', verb('read', 'load')],
  ['store', verb('write', 'store')],
  ['xchg', verb('write', 'exchange')],
  ['alloc', verb('page', 'allocation')],
  ['free', verb('free', 'free')],
  ['free_rcu', verb('free', 'deferred free')],
  ['poison', verb('free', 'poisoning')],
  ['offline', verb('free', 'page offlined', 'pages offlined')],
  ['remove', verb('free', 'page removed', 'pages removed')],
  ['reuse', verb('page', 'reuse')],
  ['lock', verb('lock', 'lock')],
  ['trylock', verb('lock', 'trylock')],
  ['unlock', verb('unlock', 'unlock')],
  ['downgrade', verb('lock', 'downgrade')],
  ['rcu_read_lock', verb('section', 'rcu_read_lock')],
  ['rcu_read_unlock', verb('section', 'rcu_read_unlock')],
  ['synchronize_rcu', verb('wait', 'grace period')],
  ['irq_off', verb('section', 'irqs off', 'irqs off')],
  ['irq_on', verb('section', 'irqs on', 'irqs on')],
  ['preempt_off', verb('section', 'preemption off', 'preemption off')],
  ['preempt_on', verb('section', 'preemption on', 'preemption on')],
  ['flush', verb('wait', 'flush', 'flushes')],
  ['ipi_sync', verb('wait', 'IPI')],
  ['stop_machine', verb('section', 'stop_machine')],
  ['end_stop_machine', verb('section', 'end of stop_machine', 'ends of stop_machine')],
  ['sleep', verb('wait', 'sleep')],
  ['note', verb('other', 'note')],
]);

const PLAIN: Verb = verb('other', 'step');

const verbOf = (text: string): Verb => VERBS.get(/^\S+/.exec(text)?.[0] ?? '') ?? PLAIN;

export const operationGroup = (text: string): OperationGroup => verbOf(text).group;

/** One letter a group, so that colour is never the only sign. */
export const GROUP_LETTERS: Readonly<Record<OperationGroup, string>> = {
  read: 'R',
  write: 'W',
  free: 'F',
  page: 'P',
  lock: 'L',
  unlock: 'U',
  section: 'S',
  wait: 'T',
  other: '·',
};

export const GROUP_WORDS: Readonly<Record<OperationGroup, string>> = {
  read: 'read of an entry',
  write: 'write of an entry',
  free: 'end of a page',
  page: 'new life of a page',
  lock: 'lock taken or asked for',
  unlock: 'lock released',
  section: 'RCU, interrupts or preemption',
  wait: 'flush or wait',
  other: 'other step',
};

/** The operation without what the page shows elsewhere: `!! use-after-free`, `(wait)`. */
export const operationText = (text: string): string =>
  text
    .replace(/\s*!!.*$/, '')
    .replace(/\s*\(wait\)/, '')
    .replace(' -> ', ' → ');

/** What a folded run does, in order of first appearance: `4 stores, 2 flushes`. */
export function summary(texts: readonly string[]): string {
  const counts = new Map<Verb, number>();
  for (const text of texts) {
    const found = verbOf(text);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts].map(([found, count]) => `${count} ${count === 1 ? found.one : found.many}`).join(', ');
}
