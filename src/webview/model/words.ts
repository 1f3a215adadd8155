/** The words that the page uses for verdicts, kinds and states: one row each, so that every view says the same. */
import type { ReplayReport } from '../../core/report/report.js';
import { violationClass } from '../../core/machine/scenario.js';
import type { ViolationKind } from '../../core/machine/scenario.js';
import type { TraceStep } from '../../core/trace/trace.js';
import { ENGLISH, said, type Translate } from '../l10n.js';
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

/** What is counted: one of it, and many. */
const UNITS = {
  step: [said('{0} step'), said('{0} steps')],
  state: [said('{0} state'), said('{0} states')],
  entry: [said('{0} entry'), said('{0} entries')],
  laneChange: [said('{0} lane change'), said('{0} lane changes')],
  assumption: [said('{0} assumption'), said('{0} assumptions')],
} as const;

/** `1 step`, `1 284 states`. */
export const count = (value: number, unit: keyof typeof UNITS, t: Translate): string =>
  t(UNITS[unit][value === 1 ? 0 : 1], number(value));

const CLASS_WORDS = { race: said('Race'), bug: said('Bug'), info: said('Note') } as const;

export function verdictWords(
  report: Pick<ReplayReport, 'verdict' | 'consequence' | 'states' | 'bounds'>,
  t: Translate = ENGLISH,
): VerdictWords {
  const states = count(report.states, 'state', t);
  switch (report.verdict) {
    case 'confirmed':
      return {
        tone:
          report.consequence !== null && violationClass(report.consequence) === 'info' ? 'neutral' : 'bad',
        word: t(CLASS_WORDS[report.consequence === null ? 'race' : violationClass(report.consequence)]),
        basis: t('{0} searched', states),
      };
    case 'refuted':
      return { tone: 'good', word: t('No race within bounds'), basis: t('all {0} searched', states) };
    case 'unknown':
      return { tone: 'unsure', word: t('Unknown'), basis: t('no race in the {0} before it gave up', states) };
    case 'not-replayable':
      return { tone: 'neutral', word: t('Not replayable'), basis: t('nothing was run') };
  }
}

/** What a violation means, for somebody who meets the word for the first time. */
export const KIND_WORDS: Readonly<Record<ViolationKind, string>> = {
  'use-after-free': said('A table is read after its page was freed.'),
  'bogus-descent': said('A page that somebody else uses now, or that was poisoned, is read as a table.'),
  'null-descent': said('The entry was none when it was read again: the walk goes through a null table.'),
  'leaf-descent': said('The entry had become a leaf: mapped memory is read as a table.'),
  'removed-memory': said('Memory that is no longer there is read.'),
  'sleep-in-atomic': said('A call that may sleep is made where sleeping is forbidden.'),
  'double-unlock': said('A lock is released that is not held.'),
  'lock-leak': said('A path leaves with a lock still held.'),
  deadlock: said('No CPU can go on.'),
  'stale-leaf': said('A leaf is used after it was cleared; its page is still there. Harmless.'),
  'lock-order': said('Two locks are taken in both orders.'),
};

export const TABLE_WORDS: Readonly<Record<TableWord, { readonly letter: string; readonly meaning: string }>> =
  {
    live: { letter: '✓', meaning: said('in use') },
    cleared: { letter: '∅', meaning: said('no entry leads to it any more; its page is not freed yet') },
    freed: { letter: '✕', meaning: said('its page was given back to the allocator') },
    reused: { letter: '↻', meaning: said('its page belongs to somebody else now') },
    poisoned: { letter: '#', meaning: said('its page was freed and filled with a pattern') },
    offline: { letter: '○', meaning: said('its memory is offline') },
    removed: { letter: '–', meaning: said('its memory is gone') },
  };

type Mark = NonNullable<TraceStep['mark']>;

/** The three steps that matter, in the words of the violation: a pointer that outlives its table, or a check that does not hold. */
export function markWord(mark: Mark, kind: ViolationKind | undefined, t: Translate = ENGLISH): string {
  const isCheck = kind === 'null-descent' || kind === 'leaf-descent';
  switch (mark) {
    case 'took':
      return isCheck ? t('checked the entry') : t('took the pointer');
    case 'freed':
      return isCheck ? t('changed the entry') : kind === 'removed-memory' ? t('took it away') : t('freed it');
    case 'used':
      return isCheck ? t('went through it') : t('used it');
  }
}

/** The names of the two lines that connect them. */
export const lineWords = (
  kind: ViolationKind | undefined,
): { readonly pointer: string; readonly freed: string } =>
  kind === 'null-descent' || kind === 'leaf-descent'
    ? { pointer: said('check relied on'), freed: said('entry changed') }
    : {
        pointer: said('pointer held'),
        freed: kind === 'removed-memory' ? said('memory gone') : said('page freed'),
      };

/** `mem_hotplug_lock (read)`. */
export const heldAs = (name: string, mode: 'read' | 'write', t: Translate): string =>
  mode === 'read' ? t('{0} (read)', name) : t('{0} (write)', name);

/** `mem_hotplug_lock:r` -> `mem_hotplug_lock (read)`; `rcu` and `irqs off` stay. */
const heldWord = (held: string, t: Translate): string => {
  const [, name = held, mode] = /^(.*):([rw])\w*$/.exec(held) ?? [];
  return mode === undefined ? name : heldAs(name, mode === 'r' ? 'read' : 'write', t);
};

export const heldWords = (held: readonly string[], t: Translate = ENGLISH): string =>
  held.length === 0 ? t('nothing') : held.map((each) => heldWord(each, t)).join(', ');

export const protectionWords = (protections: readonly string[], t: Translate): string =>
  protections.length === 0 ? t('as written') : t('with {0}', conjunction(protections, t));

/** `a and b and c`. */
export const conjunction = (names: readonly string[], t: Translate): string =>
  names.slice(1).reduce((all, name) => t('{0} and {1}', all, name), names[0] ?? '');
