/**
 * The words of an operation text (`load pmd pmd0[0] -> pte0`): which group it belongs to, for its letter and its summary.
 * The text is the one of the `.race` language; a verb that is not in the table is told as a plain step.
 */
import { ENGLISH, said, type Translate } from '../l10n.js';

export type OperationGroup =
  'read' | 'write' | 'free' | 'page' | 'lock' | 'unlock' | 'section' | 'wait' | 'other';

interface Verb {
  readonly group: OperationGroup;
  readonly one: string;
  readonly many: string;
}

const verb = (group: OperationGroup, one: string, many: string): Verb => ({ group, one, many });

const VERBS: ReadonlyMap<string, Verb> = new Map([
  ['load', verb('read', said('{0} load'), said('{0} loads'))],
  ['store', verb('write', said('{0} store'), said('{0} stores'))],
  ['xchg', verb('write', said('{0} exchange'), said('{0} exchanges'))],
  ['alloc', verb('page', said('{0} allocation'), said('{0} allocations'))],
  ['free', verb('free', said('{0} free'), said('{0} frees'))],
  ['free_rcu', verb('free', said('{0} deferred free'), said('{0} deferred frees'))],
  ['poison', verb('free', said('{0} poisoning'), said('{0} poisonings'))],
  ['offline', verb('free', said('{0} page offlined'), said('{0} pages offlined'))],
  ['remove', verb('free', said('{0} page removed'), said('{0} pages removed'))],
  ['reuse', verb('page', said('{0} reuse'), said('{0} reuses'))],
  ['lock', verb('lock', said('{0} lock'), said('{0} locks'))],
  ['trylock', verb('lock', said('{0} trylock'), said('{0} trylocks'))],
  ['unlock', verb('unlock', said('{0} unlock'), said('{0} unlocks'))],
  ['downgrade', verb('lock', said('{0} downgrade'), said('{0} downgrades'))],
  ['rcu_read_lock', verb('section', said('{0} rcu_read_lock'), said('{0} rcu_read_locks'))],
  ['rcu_read_unlock', verb('section', said('{0} rcu_read_unlock'), said('{0} rcu_read_unlocks'))],
  ['synchronize_rcu', verb('wait', said('{0} grace period'), said('{0} grace periods'))],
  ['irq_off', verb('section', said('{0} irqs off'), said('{0} irqs off'))],
  ['irq_on', verb('section', said('{0} irqs on'), said('{0} irqs on'))],
  ['preempt_off', verb('section', said('{0} preemption off'), said('{0} preemption off'))],
  ['preempt_on', verb('section', said('{0} preemption on'), said('{0} preemption on'))],
  ['flush', verb('wait', said('{0} flush'), said('{0} flushes'))],
  ['ipi_sync', verb('wait', said('{0} IPI'), said('{0} IPIs'))],
  ['stop_machine', verb('section', said('{0} stop_machine'), said('{0} stop_machines'))],
  ['end_stop_machine', verb('section', said('{0} end of stop_machine'), said('{0} ends of stop_machine'))],
  ['sleep', verb('wait', said('{0} sleep'), said('{0} sleeps'))],
  ['note', verb('other', said('{0} note'), said('{0} notes'))],
]);

const PLAIN: Verb = verb('other', said('{0} step'), said('{0} steps'));

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
  read: said('read of an entry'),
  write: said('write of an entry'),
  free: said('end of a page'),
  page: said('new life of a page'),
  lock: said('lock taken or asked for'),
  unlock: said('lock released'),
  section: said('RCU, interrupts or preemption'),
  wait: said('flush or wait'),
  other: said('other step'),
};

/** The operation without what the page shows elsewhere: `!! use-after-free`, `(wait)`. */
export const operationText = (text: string): string =>
  text
    .replace(/!!.*$/s, '')
    .replace(/\(wait\)/, '')
    .trimEnd()
    .replace(' -> ', ' → ');

/** What a folded run does, in order of first appearance: `4 stores, 2 flushes`. */
export function summary(texts: readonly string[], t: Translate = ENGLISH): string {
  const counts = new Map<Verb, number>();
  for (const text of texts) {
    const found = verbOf(text);
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return [...counts].map(([found, count]) => t(count === 1 ? found.one : found.many, count)).join(', ');
}
