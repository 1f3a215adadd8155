/** `.race` text -> AST. All errors of a file are told at once; each line stands for itself. */
import type { RaceError, RaceFile } from './ast.js';
import type { Cursor } from './cursor.js';
import { SyntaxFault, withoutComment } from './cursor.js';
import { readHeader } from './header.js';
import type { Draft, Reader } from './reader.js';
import { closeBlocks, readStatement } from './parse-statement.js';
import { isTraceLine, readTraceLine } from './parse-trace.js';
import { flatten, locksOf, roleOf } from './statements.js';

/** Reads a whole file. `errors` is never empty when it is there; lines and columns count from 1. */
export function parseRace(
  text: string,
):
  | { readonly file: RaceFile; readonly errors?: never }
  | { readonly file?: never; readonly errors: readonly RaceError[] } {
  const lines = text.split(/\r\n|\n|\r/).map(withoutComment);
  const pages = new Set(lines.flatMap((line) => /^\s*page\s+`?([^\s`]+)/.exec(line)?.[1] ?? []));
  const reader: Reader = {
    draft: emptyDraft(),
    names: { pages },
    errors: [],
    blocks: [],
    firstUse: new Map(),
    section: 'header',
    lastFile: '',
    line: 0,
  };
  lines.forEach((line, index) => {
    reader.line = index + 1;
    if (line.trim() === '') return;
    const cursor: Cursor = { text: line, at: 0 };
    try {
      readLine(reader, cursor);
    } catch (error) {
      if (!(error instanceof SyntaxFault)) throw error;
      reader.errors.push({ line: reader.line, column: error.column, message: error.message });
    }
  });
  closeBlocks(reader);
  const { draft } = reader;
  if (draft.what === undefined && reader.errors.length === 0)
    reader.errors.push({ line: 1, column: 1, message: 'expected `race 1` or `freer ID`' });
  checkReferences(reader);
  if (reader.errors.length > 0 || draft.what === undefined) return { errors: reader.errors };
  return { file: finish(draft, draft.what) };
}

function emptyDraft(): Draft {
  return {
    what: undefined,
    title: '',
    arch: [],
    profile: [],
    variant: undefined,
    tables: undefined,
    ranges: [],
    when: [],
    versions: undefined,
    config: undefined,
    expect: undefined,
    orders: [],
    above: [],
    assumptions: [],
    pages: [],
    roots: [],
    locks: [],
    threads: [],
    traces: [],
  };
}

function finish(draft: Draft, what: RaceFile['what']): RaceFile {
  const { title, arch, profile, ranges, when, orders, above, assumptions, pages, roots, locks, traces } =
    draft;
  const threads = draft.threads.map(({ role, ...thread }) => ({
    ...thread,
    role: role ?? roleOf(thread.body),
  }));
  return {
    what,
    title,
    arch,
    profile,
    ...(draft.variant === undefined ? {} : { variant: draft.variant }),
    ...(draft.tables === undefined ? {} : { tables: draft.tables }),
    ranges,
    when,
    ...(draft.versions === undefined ? {} : { versions: draft.versions }),
    ...(draft.config === undefined ? {} : { config: draft.config }),
    orders,
    above,
    assumptions,
    pages,
    roots,
    locks,
    threads,
    ...(draft.expect === undefined ? {} : { expect: draft.expect }),
    traces,
  };
}

function checkReferences(reader: Reader): void {
  const { draft, errors } = reader;
  const locks = new Set(draft.locks.map((lock) => lock.name));
  for (const thread of draft.threads) {
    for (const lock of locksOf(thread.body)) {
      if (locks.has(lock)) continue;
      locks.add(lock);
      errors.push({
        line: lineOf(reader, lock),
        column: 1,
        message: `lock ${lock} is used but not declared: write \`lock ${lock} KIND\``,
      });
    }
  }
  for (const thread of draft.threads) {
    const inside = flatten(thread.body);
    const labels = new Set(
      inside.flatMap((statement) => (statement.kind === 'label' ? [statement.label] : [])),
    );
    for (const statement of inside) {
      if (statement.kind !== 'goto' || labels.has(statement.label)) continue;
      errors.push({
        line: lineOf(reader, `goto ${statement.label}`),
        column: 1,
        message: `no label ${statement.label} in thread ${thread.name}`,
      });
    }
  }
  for (const page of draft.pages) {
    for (const entry of page.entries) {
      const isKnown = ['none', 'leaf', 'bad', '?'].includes(entry) || reader.names.pages.has(entry);
      if (!isKnown)
        errors.push({
          line: lineOf(reader, `page ${page.name}`),
          column: 1,
          message: `page ${page.name}: ${entry} is neither none, leaf, bad nor a page`,
        });
    }
  }
}

function lineOf(reader: Reader, what: string): number {
  return reader.firstUse.get(what) ?? 1;
}

function readLine(reader: Reader, cursor: Cursor): void {
  if (reader.section === 'trace' && isTraceLine(reader, cursor)) readTraceLine(reader, cursor);
  else if (readHeader(reader, { ...cursor })) closeBlocks(reader);
  else readStatement(reader, cursor);
}
