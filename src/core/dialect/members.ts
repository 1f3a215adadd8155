/** Members of structures that a macro declares: DECLARE_BITMAP(bits, n); struct_group(name, int a; int b;); */
import { WORD, type Tokens } from './lex.js';
import { blank, splitArguments, type Sheet } from './sheet.js';
import { AGGREGATES, ARITHMETIC_TYPES } from './words.js';

const TYPES: ReadonlySet<string> = new Set([...ARITHMETIC_TYPES, ...AGGREGATES]);

/** Does the brace open the members of a `struct` or `union`? */
export function isMembers(tokens: Tokens, brace: number): boolean {
  const [before, last] = [tokens.word[brace - 2] ?? '', tokens.word[brace - 1] ?? ''];
  return (
    last === 'struct' ||
    last === 'union' ||
    (tokens.kind[brace - 1] === WORD && (before === 'struct' || before === 'union'))
  );
}

/** Settles the members between the braces at `open` and `close`. */
export function planMembers(sheet: Sheet, open: number, close: number): void {
  const { tokens, match } = sheet;
  let isStart = true;
  let wasStart = false;
  for (let token = open + 1; token < close; token++) {
    const word = tokens.word[token] ?? '';
    if (
      isStart &&
      tokens.kind[token] === WORD &&
      tokens.word[token + 1] === '(' &&
      !TYPES.has(word) &&
      tokens.word[token + 2] !== '*'
    ) {
      const end = match[token + 1] ?? -1;
      if (end > token) settleMember(sheet, token, end);
    }
    // a bit-field without a name: `u32 : 8;` and `, : 4`
    if (word === ':' && (tokens.word[token - 1] === ',' || (wasStart && tokens.kind[token - 1] === WORD))) {
      let end = token;
      while (end + 1 < close && tokens.word[end + 1] !== ',' && tokens.word[end + 1] !== ';') end++;
      const isWhole = tokens.word[token - 1] !== ',' && tokens.word[end + 1] === ';';
      blank(sheet, token - 1, isWhole ? end + 1 : end);
    }
    wasStart = isStart;
    isStart = word === ';' || word === '{' || word === '}';
  }
}

function settleMember(sheet: Sheet, macro: number, close: number): void {
  const { tokens } = sheet;
  sheet.settled.add(macro);
  const args = splitArguments(sheet, macro + 1, close);
  const members = args.findIndex(([from, to]) => tokens.word.slice(from, to + 1).includes(';'));
  const group = args[members];
  if (group !== undefined) {
    // struct_group(name, members): the members stay
    blank(sheet, macro, group[0] - 1);
    blank(sheet, close, tokens.word[close + 1] === ';' ? close + 1 : close);
    return;
  }
  const [name] = args;
  if (name !== undefined && name[0] === name[1] && tokens.kind[name[0]] === WORD) {
    blank(sheet, macro + 1, macro + 1);
    blank(sheet, name[1] + 1, close);
  } else blank(sheet, macro, tokens.word[close + 1] === ';' ? close + 1 : close);
}
