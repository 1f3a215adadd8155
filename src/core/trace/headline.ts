/** One sentence that tells the violation: who, where, after what, holding what. */
import type { Exploration } from '../explorer/exploration.js';
import type { ViolationKind } from '../machine/scenario.js';
import type { Marks } from './marks.js';
import type { TraceStep } from './trace.js';

/** `dump.c:302` */
function shortPlace(at: string | undefined): string {
  return at === undefined ? '' : ` (${at.slice(at.lastIndexOf('/') + 1)})`;
}

const who = (step: TraceStep): string => (step.function === undefined ? step.t : `${step.function}()`);

/** `mem_hotplug_lock (read) and rcu` */
const heldWords = ({ held }: Pick<TraceStep, 'held'>): string =>
  held.map((each) => each.replace(/:r$/, ' (read)').replace(/:w$/, ' (write)')).join(' and ');

/** `it holds rcu, with irqs off` */
function holds({ held }: TraceStep): string {
  if (held.length === 0) return 'it holds nothing';
  const isOff = (each: string): boolean => each.endsWith(' off');
  const locks = held.filter((each) => !isOff(each));
  const off = held.filter(isOff);
  const words = locks.length === 0 ? 'it holds no lock' : `it holds ${heldWords({ held: locks })}`;
  return off.length === 0 ? words : `${words}, with ${off.join(' and ')}`;
}

export function headlineOf(
  kind: ViolationKind,
  steps: readonly TraceStep[],
  marks: Marks | undefined,
): string {
  const last = steps.at(-1);
  if (last === undefined) return 'nothing can move from the start';
  const place = shortPlace(last.at);
  const took = steps[marks?.took ?? -1];
  const freed = steps[marks?.freed ?? -1];
  const operation = last.text.replace(/ !! .*$/s, '');
  const entry = entryOf(last.text);
  const table = entry.replace(/\[.*/, '');
  const by = (what: string): string =>
    freed === undefined ? '' : ` after ${freed.t} ${what}${shortPlace(freed.at)}`;
  const verb = /^(store|xchg)/.test(last.text) ? 'writes' : 'reads';
  switch (kind) {
    case 'use-after-free':
      if (/^free/.test(last.text))
        return `${who(last)} frees ${last.text.split(' ')[1] ?? ''}${place} a second time`;
      return `${who(last)} ${verb} ${entry}${place}${by(`freed ${table}`)}; ${holds(last)}`;
    case 'bogus-descent':
      if (freed === undefined)
        return `${who(last)} takes ${entry}${place} for an entry of a table, and it is none; ${holds(last)}`;
      return `${who(last)} ${verb} ${entry}${place} as a table${by(`freed ${table}`)} and somebody else took the page; ${holds(last)}`;
    case 'removed-memory':
      return `${who(last)} ${verb} ${entry}${place}${by(`took away ${table}`)}; ${holds(last)}`;
    case 'null-descent':
    case 'leaf-descent': {
      const cell = took === undefined ? 'an entry' : entryOf(took.text);
      const what = kind === 'null-descent' ? 'is none' : 'maps a leaf';
      const cause = freed === undefined ? '' : `: ${freed.t} changed it${shortPlace(freed.at)}`;
      // The walk that reads the entry only after the change has checked nothing.
      const checked = marks?.took !== undefined && marks.freed !== undefined && marks.took < marks.freed;
      const since = checked ? ` after the check${shortPlace(took?.at)}` : '';
      return `${who(last)} descends through ${cell}${place}, which ${what}${cause}${since}; ${holds(last)}`;
    }
    case 'sleep-in-atomic':
      return `${who(last)} may sleep in \`${operation}\`${place} with ${heldWords(last)}`;
    case 'double-unlock':
      return `${who(last)} does \`${operation}\`${place} and does not hold it`;
    case 'lock-leak':
      return `${who(last)} ends${place} and still holds ${leaked(last)}`;
    case 'deadlock':
      return `deadlock: nothing can move any more after \`${last.text}\` of ${last.t}${place}`;
    case 'stale-leaf':
      return `${who(last)} reads ${entry}${place} after another lane cleared it; the table is still there: harmless`;
    case 'lock-order':
      return `${who(last)} does \`${last.text}\`${place} in the other order than elsewhere; ${holds(last)}`;
  }
}

function leaked(step: TraceStep): string {
  return step.held.length === 0 ? 'a lock' : heldWords(step);
}

/** `pmd0[0]` of `load pmd pmd0[0] -> pte0`. */
function entryOf(text: string): string {
  return /(?<![^\s[])[^\s[]+\[[^\][]*\]/.exec(text)?.[0] ?? 'an entry';
}

export function headlineWithout(exploration: Exploration): string {
  const { states, stopped } = exploration;
  if (stopped === undefined) return `no race within bounds: all ${states} states were seen`;
  switch (stopped) {
    case 'alone':
      return `unknown: what was found in ${states} states needs no freer`;
    case 'states':
      return `unknown: stopped after ${states} states`;
    case 'time':
      return `unknown: stopped at the time limit, after ${states} states`;
    case 'cancelled':
      return `unknown: cancelled after ${states} states`;
  }
}
