/** Lines of a `.race` file outside its threads: what it is, pages, locks, threads' first lines, what is expected. */
import type { LockKind, PageLevel } from '../../machine/scenario.js';
import { VIOLATION_KINDS } from '../../machine/scenario.js';
import { ASSUMPTION_KINDS, LEVELS } from '../../program/ir.js';
import type { ProfileWord } from './ast.js';
import { OTHER_LEVELS, PROFILE_WORDS } from './ast.js';
import type { Cursor } from './cursor.js';
import { expectEnd, fault, isAtEnd, oneOf, rest, skipSpace, word } from './cursor.js';
import { readPlace, type Reader } from './reader.js';

const LOCK_KINDS: readonly LockKind[] = ['rwsem', 'percpu-rwsem', 'mutex', 'spinlock', 'rwlock'];
const PAGE_LEVELS: readonly PageLevel[] = [...LEVELS, ...OTHER_LEVELS, 'data'];
const ROLES = ['walker', 'freer', 'environment'] as const;

type Line = (reader: Reader, cursor: Cursor) => void;

const LINES: Readonly<Record<string, Line>> = {
  race: ({ draft }, cursor) => {
    if (word(cursor, 'a version') !== '1') fault(cursor, 'only version 1 of the language is known');
    draft.what = { kind: 'race', version: 1 };
  },
  freer: ({ draft }, cursor) => {
    draft.what = { kind: 'freer', id: word(cursor, "the freer's id") };
  },
  title: ({ draft }, cursor) => void (draft.title = rest(cursor)),
  arch: ({ draft }, cursor) => void (draft.arch = words(cursor, 'an architecture')),
  profile: ({ draft }, cursor) => {
    const found: ProfileWord[] = [];
    while (!isAtEnd(cursor)) found.push(oneOf(cursor, 'what the architecture does', PROFILE_WORDS));
    draft.profile = found;
  },
  variant: ({ draft }, cursor) => void (draft.variant = word(cursor, 'a variant')),
  tables: ({ draft }, cursor) =>
    void (draft.tables = oneOf(cursor, 'whose tables', ['kernel', 'user', 'pfn'])),
  range: ({ draft }, cursor) => void (draft.ranges = words(cursor, 'a range')),
  when: ({ draft }, cursor) => void (draft.when = words(cursor, 'a capability')),
  versions: ({ draft }, cursor) => void (draft.versions = rest(cursor)),
  config: ({ draft }, cursor) => void (draft.config = rest(cursor)),
  order: (reader, cursor) => readOrder(reader, cursor),
  above: (reader, cursor) => {
    const place = readPlace(reader, cursor, word(cursor, 'a place'));
    reader.draft.above.push({ place, above: readPlace(reader, cursor, word(cursor, 'the place above')) });
  },
  assume: ({ draft }, cursor) => {
    draft.assumptions.push({
      kind: oneOf(cursor, 'a kind of assumption', ASSUMPTION_KINDS),
      text: rest(cursor),
    });
  },
  page: (reader, cursor) => readPage(reader, cursor),
  root: ({ draft }, cursor) => {
    draft.roots.push({
      tables: oneOf(cursor, 'whose tables', ['kernel', 'user']),
      page: word(cursor, 'a page'),
    });
  },
  lock: ({ draft }, cursor) => {
    const name = word(cursor, 'the name of a lock');
    if (draft.locks.some((lock) => lock.name === name)) fault(cursor, `lock ${name} is declared twice`);
    draft.locks.push({ name, kind: oneOf(cursor, 'a kind of lock', LOCK_KINDS) });
  },
  thread: (reader, cursor) => {
    const name = word(cursor, 'the name of a thread');
    if (reader.draft.threads.some((thread) => thread.name === name))
      fault(cursor, `thread ${name} is there twice`);
    oneOf(cursor, '`cpu`', ['cpu']);
    const cpu = word(cursor, 'a number');
    if (!/^[0-9]{1,3}$/.test(cpu)) fault(cursor, `expected the number of a CPU, not ${cpu}`);
    reader.draft.threads.push({ name, cpu: Number(cpu), title: rest(cursor), role: undefined, body: [] });
  },
  role: ({ draft }, cursor) => {
    const thread = draft.threads.at(-1);
    if (thread === undefined) return fault(cursor, '`role` belongs to a thread');
    thread.role = oneOf(cursor, 'a role', ROLES);
  },
  expect: ({ draft }, cursor) => {
    const verdict = oneOf(cursor, 'a verdict', ['race', 'none', 'unknown']);
    const kinds: (typeof VIOLATION_KINDS)[number][] = [];
    while (verdict === 'race' && !isAtEnd(cursor))
      kinds.push(oneOf(cursor, 'a kind of violation', VIOLATION_KINDS));
    draft.expect = verdict === 'race' ? { verdict, kinds } : { verdict };
  },
  trace: ({ draft }, cursor) =>
    void draft.traces.push({ kind: oneOf(cursor, 'a kind of violation', VIOLATION_KINDS), steps: [] }),
};

const SECTION_OF: Readonly<Record<string, Reader['section']>> = {
  thread: 'thread',
  role: 'thread',
  trace: 'trace',
};

/** Reads a header line; false when it is a statement of a thread. */
export function readHeader(reader: Reader, cursor: Cursor): boolean {
  skipSpace(cursor);
  const first = word(cursor, 'a line').replace(/^order@.*/, 'order');
  const line = Object.hasOwn(LINES, first) ? LINES[first] : undefined;
  if (line === undefined || (first === 'lock' && reader.section === 'thread' && isLockStatement(cursor)))
    return false;
  line(reader, cursor);
  expectEnd(cursor);
  reader.section = SECTION_OF[first] ?? 'header';
  return true;
}

/** `lock L read` inside a thread, against the declaration `lock L rwsem`. */
function isLockStatement(cursor: Cursor): boolean {
  return !LOCK_KINDS.some((kind) => new RegExp(`\\s${kind}\\s*$`).test(cursor.text));
}

function words(cursor: Cursor, what: string): readonly string[] {
  const found = [word(cursor, what)];
  while (!isAtEnd(cursor)) found.push(word(cursor, what));
  return found;
}

/** `order[@VERSION] FILE:FUNCTION CALL...`; the version was glued to the word. */
function readOrder({ draft }: Reader, cursor: Cursor): void {
  const version = /^\s*order@(\S+)/.exec(cursor.text)?.[1];
  const place = word(cursor, 'FILE:FUNCTION');
  const [file = '', name = ''] = place.split(':');
  if (file === '' || name === '') fault(cursor, `expected FILE:FUNCTION, not ${place}`);
  draft.orders.push({
    ...(version === undefined ? {} : { version }),
    file,
    function: name,
    calls: words(cursor, 'a call'),
  });
}

function readPage(reader: Reader, cursor: Cursor): void {
  const { draft } = reader;
  const name = word(cursor, 'the name of a page');
  if (draft.pages.some((page) => page.name === name)) fault(cursor, `page ${name} is declared twice`);
  const level = oneOf(cursor, 'a level', PAGE_LEVELS);
  let isStatic = false;
  const entries: string[] = [];
  for (let next = isAtEnd(cursor) ? ':' : word(cursor, ':'); next !== ':'; next = word(cursor, ':')) {
    if (next !== 'static') fault(cursor, `expected \`static\` or \`:\`, not ${next}`);
    isStatic = true;
  }
  while (!isAtEnd(cursor)) entries.push(word(cursor, 'an entry'));
  if (entries.length > 60) fault(cursor, 'more than 60 entries');
  reader.firstUse.set(`page ${name}`, reader.line);
  draft.pages.push({ name, level, isStatic, entries });
}
