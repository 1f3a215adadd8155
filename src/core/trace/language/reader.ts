/** What the parts of the reader share while a file is read. */
import type { LockDecl, PageDecl } from '../../machine/scenario.js';
import type {
  Expectation,
  OrderCitation,
  PlaceAbove,
  RaceError,
  RaceFile,
  RacePlace,
  RaceThread,
  SavedTrace,
  Statement,
  TraceLine,
} from './ast.js';
import type { Cursor } from './cursor.js';
import { fault } from './cursor.js';
import type { Names } from './parse-expression.js';

/** A block that `end` closes: the statements of its open arm go to `into`. */
export interface Block {
  readonly what: 'if' | 'for' | 'loop' | 'choose';
  readonly line: number;
  into: Statement[];
  /** Called at `else` or `or`: opens the next arm. */
  readonly next: () => Statement[] | undefined;
  readonly close: () => Statement;
}

export interface Draft {
  what: RaceFile['what'] | undefined;
  title: string;
  arch: readonly string[];
  profile: RaceFile['profile'];
  variant: string | undefined;
  tables: RaceFile['tables'] | undefined;
  ranges: readonly string[];
  when: readonly string[];
  versions: string | undefined;
  config: string | undefined;
  expect: Expectation | undefined;
  readonly orders: OrderCitation[];
  readonly above: PlaceAbove[];
  readonly assumptions: RaceFile['assumptions'][number][];
  readonly pages: PageDecl[];
  readonly roots: RaceFile['roots'][number][];
  readonly locks: LockDecl[];
  readonly threads: {
    name: string;
    cpu: number;
    title: string;
    role: RaceThread['role'] | undefined;
    body: Statement[];
  }[];
  readonly traces: { kind: SavedTrace['kind']; steps: TraceLine[] }[];
}

export interface Reader {
  readonly draft: Draft;
  readonly names: Names;
  readonly errors: RaceError[];
  readonly blocks: Block[];
  /** Line where a name was used first. */
  readonly firstUse: Map<string, number>;
  /** What the lines belong to. */
  section: 'header' | 'thread' | 'trace';
  /** File that `:12` repeats. */
  lastFile: string;
  line: number;
}

/** `file:12`, `:12` (the last file again), `file:function`, `file:function:token`. */
export function readPlace(reader: Reader, cursor: Cursor, text: string): RacePlace {
  const [file = '', second = '', ...more] = text.split(':');
  const name = file === '' ? reader.lastFile : file;
  if (name === '' || second === '')
    return fault(cursor, `expected a place: file:line, file:function or :line, not ${text}`);
  reader.lastFile = name;
  if (/^[0-9]+$/.test(second) && more.length === 0) return { file: name, line: Number(second) };
  return { file: name, function: second, ...(more.length === 0 ? {} : { token: more.join(':') }) };
}

/** Cuts ` @ PLACE` from the end of the line. */
export function takePlace(
  reader: Reader,
  cursor: Cursor,
  mark: number,
): { readonly cursor: Cursor; readonly at?: RacePlace } {
  if (mark < 0) return { cursor };
  const place: Cursor = { text: cursor.text, at: mark + 1 };
  const at = readPlace(reader, place, cursor.text.slice(mark + 1).trim());
  return { cursor: { text: cursor.text.slice(0, mark), at: cursor.at }, at };
}
