/**
 * Renders docs/knowledge.md from the tables of src/core/kernel, so that the page can't say what the tool does not do.
 * `npx vitest run --project unit test/unit/kernel/docs.test.ts -u` writes it; the same test tells when it is out of date.
 */
import { FLUSHES } from '../src/core/kernel/architectures.js';
import { CAPABILITIES } from '../src/core/kernel/capabilities.js';
import { CONTEXTS, ENTRY_POINTS, SECTION_MARKS } from '../src/core/kernel/contexts.js';
import { EXCLUSIONS } from '../src/core/kernel/exclusions.js';
import { FREER_FRAGMENTS } from '../src/core/kernel/fragments.js';
import { FREER_SUPPORT } from '../src/core/kernel/freer-support.js';
import { FREERS } from '../src/core/kernel/freers.js';
import { GENERIC_GUARDS, GENERIC_LOCK_CALLS } from '../src/core/kernel/generic-locks.js';
import { KERNEL_MMS } from '../src/core/kernel/kernel-mms.js';
import { OPEN_SOURCES, OWNER_CALLS, OWNER_FIELDS } from '../src/core/kernel/owners.js';
import { PRIMITIVES } from '../src/core/kernel/primitives.js';
import { PROTECTIONS } from '../src/core/kernel/protections.js';
import { OPERATION_TABLES, REGISTRATIONS, ROOT_MACROS } from '../src/core/kernel/roots.js';
import type { Exclusion, Primitive } from '../src/core/kernel/types.js';
import { FREER_IDS } from '../src/core/kernel/types.js';
import { parseRace } from '../src/core/trace/language/parse.js';

const MARKS = { yes: '✔', partly: '◐', no: '✘' } as const;

type Cells = readonly (string | number)[];

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
const codes = (names: Iterable<string>): string => [...new Set(names)].map(code).join(' ');
const when = (conditions: readonly string[] | undefined): string => codes(conditions ?? []);

function matrixTable(): string {
  const protections = PROTECTIONS.filter(({ id }) => EXCLUSIONS.some((row) => row.protection === id));
  const cell = (rows: readonly Exclusion[]): string => {
    const marks = [...new Set(rows.map(({ excludes }) => MARKS[excludes]))];
    return marks.length === 0 ? MARKS.no : marks.join(' / ');
  };
  const rows = protections.map(({ id }) => [
    code(id),
    ...FREER_IDS.map((freer) =>
      cell(EXCLUSIONS.filter((row) => row.freer === freer && row.protection === id)),
    ),
  ]);
  return table(['held over the whole walk', ...FREER_IDS], rows);
}

function cellTable(): string {
  return FREER_IDS.map((freer) => {
    const rows = EXCLUSIONS.filter((row) => row.freer === freer).map(
      ({ protection, mode, of, where, excludes, when: conditions, note, source }) => [
        code(protection),
        [mode === 'any' ? '' : mode, of === undefined ? '' : `of ${of}`, where ?? '']
          .filter((each) => each !== '')
          .join(', '),
        MARKS[excludes],
        when(conditions),
        note,
        code(source),
      ],
    );
    return `### ${freer}\n\n${table(['protection', 'how', '', 'when', 'why', 'source'], rows)}`;
  }).join('\n\n');
}

function fragmentTable(): string {
  const rows = FREER_FRAGMENTS.map(({ file, text }) => {
    const race = parseRace(text).file;
    return [
      code(file),
      race?.arch.join(' ') ?? '',
      race?.tables ?? '',
      when(race?.when),
      race?.versions ?? '',
      race?.title ?? '',
    ];
  });
  return table(['fragment', 'architecture', 'tables', 'when', 'versions', 'what'], rows);
}

function protectionTable(): string {
  const names = (calls: (typeof PROTECTIONS)[number]['calls'], effect: string): string =>
    codes(calls.filter((call) => call.effect === effect).map(({ api }) => api));
  return table(
    ['protection', 'what', 'taken by', 'let go by', 'demanded by', 'guards', 'fields', 'source'],
    PROTECTIONS.map(({ id, title, calls, guards, fields, source }) => [
      code(id),
      title,
      names(calls, 'acquire'),
      names(calls, 'release'),
      names(calls, 'assert'),
      codes(guards.map(({ name }) => name)),
      codes(fields),
      code(source),
    ]),
  );
}

/** Rows of one kind, by what they mean: `pmd_offset` and `pud_offset` differ in nothing but the level. */
function primitiveTables(): string {
  const kinds = [...new Set(PRIMITIVES.map(({ kind }) => kind))];
  return kinds
    .map((kind) => {
      const rows = PRIMITIVES.filter((primitive) => primitive.kind === kind);
      const meanings = groupBy(rows, meaningOf);
      return `### ${kind}\n\n${table(
        ['names', 'meaning', 'when'],
        [...meanings].map(([meaning, group]) => [
          codes(group.map(({ name }) => name)),
          meaning,
          when(group[0]?.when),
        ]),
      )}`;
    })
    .join('\n\n');
}

function meaningOf(primitive: Primitive): string {
  const hidden = new Set(['name', 'source', 'kind', 'when']);
  const parts = Object.entries(primitive).filter(([key]) => !hidden.has(key));
  return [...parts.map(([key, value]) => `${key} ${JSON.stringify(value)}`), ...(primitive.when ? [''] : [])]
    .join(', ')
    .replaceAll('"', '')
    .replace(/, $/, '');
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function freerTable(): string {
  return table(
    ['freer', 'tables', 'ranges', 'frees', 'holds', 'Kconfig', 'source'],
    FREERS.map(({ id, tables, ranges, frees, holds, source }) => [
      code(id),
      tables.join(', '),
      ranges.join(', '),
      frees,
      holds,
      codes(FREER_SUPPORT.find(({ freer }) => freer === id)?.symbols ?? []),
      code(source),
    ]),
  );
}

function capabilitySection(): string {
  return `What a tree (or one architecture of it) has is found by looking; where the file is missing, the version in the Makefile tells, or words that the kernel has given up since (mmap_sem); then the newest kernel's answer is taken.\n\n${table(
    ['capability', 'what', 'of', 'since', 'newest', 'looks in', 'source'],
    CAPABILITIES.map(({ id, title, of, since = '', newest, looks, symbols, source }) => [
      code(id),
      title,
      of,
      since,
      newest ? 'yes' : 'no',
      [codes(looks.map(({ file }) => file)), codes(symbols ?? [])].filter((each) => each !== '').join(' '),
      code(source),
    ]),
  )}`;
}

function flushTable(): string {
  return table(
    ['architecture', 'waits for CPUs with interrupts off', 'how', 'source'],
    FLUSHES.map(({ architecture, waitsForIrqsOff, note, source }) => [
      architecture,
      waitsForIrqsOff ? 'yes' : 'no',
      note,
      code(source),
    ]),
  );
}

function contextTable(): string {
  return table(
    ['context', 'what', 'reach', 'may sleep', 'holds', 'keeps out', 'source'],
    CONTEXTS.map(({ id, title, reach, sleeps, holds, excludes, source }) => [
      code(id),
      title,
      reach,
      sleeps ? 'yes' : 'no',
      codes(holds.map(({ protection, mode }) => `${protection} ${mode}`)),
      excludes === 'all' ? 'all' : codes(excludes),
      code(source),
    ]),
  );
}

/** What starts code in each context. */
function rootTable(): string {
  return table(
    ['context', 'operation tables', 'macros', 'registrations', 'marks and entry points'],
    CONTEXTS.map(({ id }) => [
      code(id),
      codes(OPERATION_TABLES.filter(({ context }) => context === id).map(({ type }) => type)),
      codes(ROOT_MACROS.filter(({ context }) => context === id).map(({ macro }) => macro)),
      codes(REGISTRATIONS.filter(({ context }) => context === id).map(({ api }) => api)),
      codes([
        ...SECTION_MARKS.filter(({ context }) => context === id).map(({ mark }) => mark),
        ...ENTRY_POINTS.filter(({ context }) => context === id).map((entry) => entry.function),
      ]),
    ]),
  );
}

function ownerSection(): string {
  return `${table(
    ['ranges', 'calls that give or find an owner'],
    [...groupBy(OWNER_CALLS, ({ pins }) => pins.join(', '))].map(([pins, calls]) => [
      pins,
      codes(calls.map(({ api }) => api)),
    ]),
  )}\n\nFields: ${codes(OWNER_FIELDS.map(({ type, field }) => `${type}.${field}`))}.\n\nAddresses that nobody owns come from ${codes(OPEN_SOURCES.map(({ name }) => name))}.\n\nMms of no process: ${codes(KERNEL_MMS.map(({ name }) => name))}.`;
}

/** The page, as Markdown. */
export function renderKnowledge(): string {
  const sections: readonly (readonly [title: string, body: string])[] = [
    ['Freers', freerTable()],
    [
      'Their steps',
      `Each is a program in the .race language; the explorer runs it beside the walker.\n\n${fragmentTable()}`,
    ],
    [
      'Which protection keeps which freer out',
      `✔ yes, ✘ no, ◐ partly; several marks where it depends on the mode, the mm, the tree or the architecture (the cells below say on what). What is not here is no protection.\n\n${matrixTable()}`,
    ],
    ['The cells', cellTable()],
    ['Protections', protectionTable()],
    [
      'Locks by address',
      `${codes(GENERIC_LOCK_CALLS.map(({ api }) => api))}\n\nWhich lock it is comes from the last name of the argument: a row's field above, or a class of its own. Guards: ${codes(GENERIC_GUARDS.keys())}.`,
    ],
    ['Capabilities', capabilitySection()],
    ['How a flush of kernel TLBs reaches other CPUs', flushTable()],
    ['Contexts', contextTable()],
    ['Roots', rootTable()],
    ['Owners', ownerSection()],
    ['Primitives', primitiveTables()],
  ];
  const head =
    '# What Walkrace knows of the kernel\n\nWritten by scripts/knowledge-docs.ts from the tables in src/core/kernel: change them there. Sources are `file:name` of Linux 6.12, `@` names another version; a test looks each of them up in the trees that are laid out.';
  return `${[head, ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n')}\n`;
}
