/** The words that the page uses for verdicts, kinds and states: one row each, so that every view says the same. */
import type { ReplayReport } from '../../core/report/report.js';
import { violationClass } from '../../core/machine/scenario.js';
import type { ViolationKind } from '../../core/machine/scenario.js';
import type { TraceStep } from '../../core/trace/trace.js';
import type { TableWord } from './picture.js';

export type Tone = 'bad' | 'good' | 'unsure' | 'neutral';

export interface VerdictWords {
  readonly tone: Tone;
  /** `Race`, `No race within bounds`. */
  readonly word: string;
  /** Is the search behind it complete? What does the word rest on? */
  readonly basis: string;
}

const number = (value: number): string => value.toLocaleString('en-US').replaceAll(',', '\u00a0');
export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number(value)} ${value === 1 ? one : many}`;

const CLASS_WORDS = { race: 'Race', bug: 'Bug', info: 'Note' } as const;

export function verdictWords(
  report: Pick<ReplayReport, 'verdict' | 'consequence' | 'states' | 'bounds'>,
): VerdictWords {
  const states = count(report.states, 'state');
  switch (report.verdict) {
    case 'confirmed':
      return {
        tone:
          report.consequence !== null && violationClass(report.consequence) === 'info' ? 'neutral' : 'bad',
        word: report.consequence === null ? 'Race' : CLASS_WORDS[violationClass(report.consequence)],
        basis: `${states} searched`,
      };
    case 'refuted':
      return { tone: 'good', word: 'No race within bounds', basis: `all ${states} searched` };
    case 'unknown':
      return { tone: 'unsure', word: 'Unknown', basis: `no race in the ${states} before it gave up` };
    case 'not-replayable':
      return { tone: 'neutral', word: 'Not replayable', basis: 'nothing was run' };
  }
}

/** What a violation means, for somebody who meets the word for the first time. */
export const KIND_WORDS: Readonly<Record<ViolationKind, string>> = {
  'use-after-free': 'A table is read after its page was freed.',
  'bogus-descent': 'A page that somebody else uses now, or that was poisoned, is read as a table.',
  'null-descent': 'The entry was none when it was read again: the walk goes through a null table.',
  'leaf-descent': 'The entry had become a leaf: mapped memory is read as a table.',
  'removed-memory': 'Memory that is no longer there is read.',
  'sleep-in-atomic': 'A call that may sleep is made where sleeping is forbidden.',
  'double-unlock': 'A lock is released that is not held.',
  'lock-leak': 'A path leaves with a lock still held.',
  deadlock: 'No CPU can go on.',
  'stale-leaf': 'A leaf is used after it was cleared; its page is still there. Harmless.',
  'lock-order': 'Two locks are taken in both orders.',
};

export const TABLE_WORDS: Readonly<Record<TableWord, { readonly letter: string; readonly meaning: string }>> =
  {
    live: { letter: '✓', meaning: 'in use' },
    cleared: { letter: '∅', meaning: 'no entry leads to it any more; its page is not freed yet' },
    freed: { letter: '✕', meaning: 'its page was given back to the allocator' },
    reused: { letter: '↻', meaning: 'its page belongs to somebody else now' },
    poisoned: { letter: '#', meaning: 'its page was freed and filled with a pattern' },
    offline: { letter: '○', meaning: 'its memory is offline' },
    removed: { letter: '–', meaning: 'its memory is gone' },
  };

type Mark = NonNullable<TraceStep['mark']>;

/** The three steps that matter, in the words of the violation: a pointer that outlives its table, or a check that does not hold. */
export function markWord(mark: Mark, kind: ViolationKind | undefined): string {
  const isCheck = kind === 'null-descent' || kind === 'leaf-descent';
  switch (mark) {
    case 'took':
      return isCheck ? 'checked the entry' : 'took the pointer';
    case 'freed':
      return isCheck ? 'changed the entry' : kind === 'removed-memory' ? 'took it away' : 'freed it';
    case 'used':
      return isCheck ? 'went through it' : 'used it';
  }
}

/** The names of the two lines that connect them. */
export const lineWords = (
  kind: ViolationKind | undefined,
): { readonly pointer: string; readonly freed: string } =>
  kind === 'null-descent' || kind === 'leaf-descent'
    ? { pointer: 'check relied on', freed: 'entry changed' }
    : { pointer: 'pointer held', freed: kind === 'removed-memory' ? 'memory gone' : 'page freed' };

/** `mem_hotplug_lock:r` -> `mem_hotplug_lock (read)`; `rcu` and `irqs off` stay. */
export const heldWord = (held: string): string =>
  held.replace(/:r\w*$/, ' (read)').replace(/:w\w*$/, ' (write)');

export const heldWords = (held: readonly string[]): string =>
  held.length === 0 ? 'nothing' : held.map(heldWord).join(', ');

export const protectionWords = (protections: readonly string[]): string =>
  protections.length === 0 ? 'as written' : `with ${protections.join(' and ')}`;
