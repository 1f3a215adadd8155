/** Reads one line of a `.race` file, word by word, and remembers where it is for messages. */

/** Thrown inside the reader only; parse.ts turns it into a RaceError. */
export class SyntaxFault extends Error {
  constructor(
    readonly column: number,
    message: string,
  ) {
    super(message);
    this.name = 'SyntaxFault';
  }
}

export interface Cursor {
  readonly text: string;
  at: number;
}

export function fault(cursor: Cursor, message: string): never {
  throw new SyntaxFault(cursor.at + 1, message);
}

export function skipSpace(cursor: Cursor): void {
  while (cursor.text[cursor.at] === ' ' || cursor.text[cursor.at] === '\t') cursor.at++;
}

export function isAtEnd(cursor: Cursor): boolean {
  skipSpace(cursor);
  return cursor.at >= cursor.text.length;
}

/** Text up to the closing quote; a backslash takes the next character as it is. */
export function quoted(cursor: Cursor, quote: '`' | '"'): string {
  let value = '';
  for (let at = cursor.at + 1; at < cursor.text.length; at++) {
    const char = cursor.text.charAt(at);
    if (char === quote) {
      cursor.at = at + 1;
      return value;
    }
    value += char === '\\' ? cursor.text.charAt(++at) : char;
  }
  return fault(cursor, `${quote} is not closed`);
}

/** The next word: up to white space, or between backticks. */
export function word(cursor: Cursor, what: string): string {
  skipSpace(cursor);
  if (cursor.text[cursor.at] === '`') return quoted(cursor, '`');
  const start = cursor.at;
  while (cursor.at < cursor.text.length && !/\s/.test(cursor.text.charAt(cursor.at))) cursor.at++;
  return start === cursor.at ? fault(cursor, `expected ${what}`) : cursor.text.slice(start, cursor.at);
}

export function rest(cursor: Cursor): string {
  skipSpace(cursor);
  const text = cursor.text.slice(cursor.at).trim();
  cursor.at = cursor.text.length;
  return text;
}

export function expectEnd(cursor: Cursor): void {
  if (!isAtEnd(cursor)) fault(cursor, `unexpected ${cursor.text.slice(cursor.at).trim()}`);
}

export function oneOf<const T extends string>(cursor: Cursor, what: string, words: readonly T[]): T {
  skipSpace(cursor);
  const start = cursor.at;
  const found = word(cursor, what);
  const match = words.find((candidate) => candidate === found);
  if (match !== undefined) return match;
  cursor.at = start;
  return fault(cursor, `expected ${what} (${words.join(', ')}), not ${found}`);
}

/** The line up to its comment: a `#` that begins a word, outside quotes. */
export function withoutComment(line: string): string {
  const at = outsideQuotes(line, '#', (index) => index === 0 || isSpaceAt(line, index - 1));
  return at < 0 ? line : line.slice(0, at);
}

/** Offset of ` @ ` that starts the place, outside quotes; -1 when there is none. */
export const placeMark = (line: string): number =>
  outsideQuotes(line, '@', (index) => isSpaceAt(line, index - 1) && isSpaceAt(line, index + 1));

const isSpaceAt = (line: string, index: number): boolean => /\s/.test(line.charAt(index));

/** Offset of the first such character outside quotes that is meant; -1 when there is none. */
function outsideQuotes(line: string, mark: string, isMeant: (index: number) => boolean): number {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    if (quote !== '') {
      if (char === '\\') at++;
      else if (char === quote) quote = '';
    } else if (char === '`' || char === '"') quote = char;
    else if (char === mark && isMeant(at)) return at;
  }
  return -1;
}
