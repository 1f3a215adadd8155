/** What a primitive of the tables does, in a sentence: what it reads, where it points, what has to be checked. */
import { CAPABILITIES } from '../../core/kernel/capabilities.js';
import { primitivesOf } from '../../core/kernel/primitives.js';
import type { Primitive, When } from '../../core/kernel/types.js';
import type { EntryTest } from '../../core/program/ir.js';
import { code, escapeMarkdown } from './markdown.js';

/** A paragraph for each meaning that the name has, by what the tree can do; none for a name that nobody would ask about. */
export function describePrimitive(name: string): readonly string[] {
  const rows = primitivesOf(name).flatMap((row) => {
    const sentence = sentenceOf(row);
    return sentence === undefined ? [] : [{ row, sentence }];
  });
  return rows.map(
    ({ row, sentence }) =>
      `**${code(`${name}()`)}** ${sentence}${circumstances(row.when)} *${code(row.source)}*`,
  );
}

function circumstances(when: When | undefined): string {
  const parts = (when ?? []).map((condition) => {
    const id = condition.replace(/^!/, '');
    const title = escapeMarkdown(CAPABILITIES.find((each) => each.id === id)?.title ?? id);
    return condition.startsWith('!') ? `not where “${title}”` : `where “${title}”`;
  });
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

/** Undefined for what neither reads a table nor points into one. */
function sentenceOf(row: Primitive): string | undefined {
  switch (row.kind) {
    case 'root':
    case 'top-entry':
      return 'points to the entry of the top table; nothing is read.';
    case 'descent':
      return `reads the entry above again, and points into the ${code(row.to)} table that it finds there.`;
    case 'descent-by-value':
      return `points into the ${code(row.to)} table of a value that was read before; nothing is read again.`;
    case 'chain':
      return `walks from the top down to the ${code(row.to)} table${row.checks ? ', and gives NULL at an empty entry' : '; no entry on the way is checked'}.`;
    case 'allocate':
      return `points into the ${code(row.to)} table, and makes one where there is none.`;
    case 'new-table':
      return `gives a new ${code(row.level)} table, which no entry points to yet.`;
    case 'read':
      return `reads one ${code(row.level)} entry${row.access === 'once' ? ', once' : ', plainly: the compiler may read it again'}.`;
    case 'test':
      return `asks of a ${code(row.level)} value that was read before whether it is ${asked(row.tests, row.negated)}; nothing is read.`;
    case 'read-test':
      return `reads one ${code(row.level)} entry, and asks whether it is ${asked(row.tests)}.`;
    case 'page-of-entry':
      return 'gives the page that a value points to; nothing is read.';
    case 'map':
      return [
        `reads the ${code('pmd')} entry and gives the pte`,
        row.rcu ? ', inside RCU until it is unmapped' : '',
        row.locks ? ', with the lock of its table held' : '',
        row.nullable ? '; NULL where the table is gone, which has to be checked' : '',
        '.',
      ].join('');
    case 'unmap':
      return `ends what mapping began${row.rcu ? ': RCU' : ''}${row.unlocks ? ', and lets go of the lock of the table' : ''}.`;
    case 'entry-lock':
      return `takes the lock of the ${code(row.level)} table${row.nullable ? ', or gives NULL without it' : ''}: the entries do not change, but nobody is kept from freeing tables by that alone.`;
    case 'locked-chain':
      return `walks down by itself, and gives back what it found with the lock of the last table held${row.rcu ? ', inside RCU' : ''}.`;
    case 'store':
      return `writes one ${code(row.level)} entry.`;
    case 'exchange':
      return `takes what one ${code(row.level)} entry holds, and leaves none${row.flushes === true ? '; flushes' : ''}.`;
    case 'free':
      return `frees a table${row.deferred === 'rcu' ? ' after a grace period of RCU' : ' at once'}.`;
    case 'walk':
      return `walks a whole range by itself${row.asserts === 'none' ? '; it demands no lock of its callers' : `; its callers must hold ${DEMANDED[row.asserts]}`}.`;
    case 'translate':
      return `walks down by itself, and only a page or a number comes out${row.guarded ? '; it protects that walk' : '; it protects nothing'}.`;
    case 'pfn-to-page':
      return 'points into the memory map; nothing is read.';
    case 'pfn-check':
      return `reads the section of a page frame${row.online ? ', and asks whether it is online' : ''}: it says nothing about later.`;
    case 'page-read':
      return 'reads a struct page: its memory map must still be there.';
    case 'page-ext':
      return row.rcu === 'enter'
        ? 'enters RCU; NULL where there is none, which has to be checked.'
        : undefined;
    default:
      return undefined;
  }
}

const DEMANDED = {
  'mmap-any': 'the mmap lock',
  'mmap-write': 'the mmap lock for write',
  i_mmap: 'the lock of the mapping',
} as const;

const TESTS: Readonly<Record<EntryTest, string>> = {
  none: 'empty',
  table: 'a table',
  leaf: 'a leaf',
  bad: 'bad',
  present: 'present',
};

const asked = (tests: readonly EntryTest[], negated = false): string =>
  `${negated ? 'not ' : ''}${tests.map((test) => TESTS[test]).join(negated ? ' nor ' : ' or ')}`;
