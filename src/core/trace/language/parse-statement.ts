/** Statements of a thread. */
import { LEVELS } from '../../program/ir.js';
import type { LockMode } from '../../program/ir.js';
import type { RacePlace, Statement } from './ast.js';
import { JUMP_OPS, LIFE_OPS, OTHER_LEVELS, PLAIN_OPS } from './ast.js';
import type { Cursor } from './cursor.js';
import { expectEnd, fault, isAtEnd, oneOf, placeMark, rest, skipSpace, word } from './cursor.js';
import { expression, name } from './parse-expression.js';
import type { Block, Reader } from './reader.js';
import { takePlace } from './reader.js';

const MODES: readonly LockMode[] = ['read', 'write'];
type Place = { readonly at?: RacePlace };

export function readStatement(reader: Reader, whole: Cursor): void {
  const thread = reader.draft.threads.at(-1);
  skipSpace(whole);
  if (thread === undefined || reader.section !== 'thread') {
    return fault(
      whole,
      `expected a header line (page, lock, thread, ...), not ${whole.text.trim().split(/\s/)[0] ?? ''}`,
    );
  }
  const { cursor, ...place } = takePlace(reader, whole, placeMark(whole.text));
  const target = reader.blocks.at(-1)?.into ?? thread.body;
  const first = word(cursor, 'a statement');
  const plain = [...PLAIN_OPS, ...JUMP_OPS].find((op) => op === first);
  if (plain !== undefined) target.push({ kind: plain, ...place });
  else if (!readBlock(reader, cursor, first, place)) target.push(simple(reader, cursor, first, place));
  expectEnd(cursor);
}

function simple(reader: Reader, cursor: Cursor, first: string, place: Place): Statement {
  const { names } = reader;
  const life = LIFE_OPS.find((op) => op === first);
  if (life !== undefined) return { kind: life, page: expression(cursor, names), ...place };
  switch (first) {
    case 'load':
      return { kind: 'load', dst: name(cursor, 'a variable'), from: expression(cursor, names), ...place };
    case 'store':
      return { kind: 'store', to: expression(cursor, names), value: expression(cursor, names), ...place };
    case 'xchg':
      return {
        kind: 'xchg',
        dst: name(cursor, 'a variable'),
        to: expression(cursor, names),
        value: expression(cursor, names),
        ...place,
      };
    case 'alloc':
      return {
        kind: 'alloc',
        dst: name(cursor, 'a variable'),
        level: oneOf(cursor, 'a level', [...LEVELS, ...OTHER_LEVELS]),
        ...place,
      };
    case 'let':
      return { kind: 'let', dst: name(cursor, 'a variable'), value: expression(cursor, names), ...place };
    case 'lock':
    case 'unlock':
      return { kind: first, lock: lockName(reader, cursor), mode: oneOf(cursor, 'a mode', MODES), ...place };
    case 'trylock':
      return {
        kind: 'trylock',
        dst: name(cursor, 'a variable'),
        lock: lockName(reader, cursor),
        mode: oneOf(cursor, 'a mode', MODES),
        ...place,
      };
    case 'downgrade':
      return { kind: 'downgrade', lock: lockName(reader, cursor), ...place };
    case 'note':
      return { kind: 'note', text: rest(cursor), ...place };
    case 'label':
      return { kind: 'label', label: labelName(cursor), ...place };
    case 'goto': {
      const label = labelName(cursor);
      if (!reader.firstUse.has(`goto ${label}`)) reader.firstUse.set(`goto ${label}`, reader.line);
      return { kind: 'goto', label, ...place };
    }
    default:
      cursor.at = cursor.text.length - cursor.text.trimStart().length;
      return fault(cursor, `${first} is no statement`);
  }
}

/** `again` or `again:`. */
function labelName(cursor: Cursor): string {
  const label = word(cursor, 'a label').replace(/:$/, '');
  if (cursor.text[cursor.at] === ':') cursor.at++;
  return label;
}

function lockName(reader: Reader, cursor: Cursor): string {
  const lock = word(cursor, 'a lock');
  if (!reader.firstUse.has(lock)) reader.firstUse.set(lock, reader.line);
  return lock;
}

/** `if`, `for`, `loop`, `choose` open a block, `else` and `or` its next arm, `end` closes it. */
function readBlock(reader: Reader, cursor: Cursor, first: string, place: Place): boolean {
  switch (first) {
    case 'if': {
      const arms: Statement[][] = [[]];
      const condition = expression(cursor, reader.names);
      open(reader, 'if', arms, 2, () => ({
        kind: 'if',
        condition,
        then: arms[0] ?? [],
        else: arms[1] ?? [],
        ...place,
      }));
      return true;
    }
    case 'for': {
      const variable = name(cursor, 'a variable');
      const count = isAtEnd(cursor)
        ? undefined
        : (oneOf(cursor, '`in`', ['in']), expression(cursor, reader.names));
      const body: Statement[] = [];
      open(reader, 'for', [body], 1, () => ({
        kind: 'for',
        variable,
        ...(count === undefined ? {} : { count }),
        body,
        ...place,
      }));
      return true;
    }
    case 'loop': {
      const body: Statement[] = [];
      open(reader, 'loop', [body], 1, () => ({ kind: 'loop', body, ...place }));
      return true;
    }
    case 'choose': {
      const ways: Statement[][] = [[]];
      const text = rest(cursor);
      open(reader, 'choose', ways, Infinity, () => ({ kind: 'choose', text, ways, ...place }));
      return true;
    }
    case 'else':
    case 'or': {
      const block = reader.blocks.at(-1);
      if (block === undefined || block.what !== (first === 'else' ? 'if' : 'choose')) {
        return fault(cursor, `\`${first}\` outside ${first === 'else' ? 'an `if`' : 'a `choose`'}`);
      }
      const into = block.next();
      if (into === undefined) return fault(cursor, 'second `else` of this `if`');
      block.into = into;
      return true;
    }
    case 'end': {
      const block = reader.blocks.pop();
      if (block === undefined) return fault(cursor, '`end` without a block');
      const outer = reader.blocks.at(-1)?.into ?? reader.draft.threads.at(-1)?.body;
      outer?.push(block.close());
      return true;
    }
    default:
      return false;
  }
}

function open(
  reader: Reader,
  what: Block['what'],
  arms: Statement[][],
  most: number,
  close: () => Statement,
): void {
  const next = (): Statement[] | undefined => {
    if (arms.length >= most) return undefined;
    const arm: Statement[] = [];
    arms.push(arm);
    return arm;
  };
  reader.blocks.push({ what, line: reader.line, into: arms[0] ?? [], next, close });
}

/** At the end of a thread: every block that is still open is an error. */
export function closeBlocks(reader: Reader): void {
  for (const block of reader.blocks.splice(0)) {
    reader.errors.push({ line: block.line, column: 1, message: `\`${block.what}\` has no \`end\`` });
  }
}
