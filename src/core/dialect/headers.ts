/** What a function's header has beside type, name and parameters goes: marks that no table knows. */
import { WORD } from './lex.js';
import { blank, type Sheet } from './sheet.js';
import { AGGREGATES, ARITHMETIC_TYPES, SPECIFIERS } from './words.js';

const SPECIFIER_WORDS: ReadonlySet<string> = new Set([...SPECIFIERS, 'inline', '__inline', '__inline__']);
const ARITHMETIC: ReadonlySet<string> = new Set(ARITHMETIC_TYPES);

/** Settles the header from `first` up to the brace at `body`. */
export function planHeader(sheet: Sheet, first: number, body: number): void {
  const { tokens, match } = sheet;
  const open = parameterList(sheet, first, body);
  if (open < 0) return;
  const close = match[open] ?? -1;
  const name = open - 1;
  // behind the parameters: attributes, unless it is an old-style list of declarations
  let hasDeclarations = false;
  for (let token = close + 1; token < body; token++) if (tokens.word[token] === ';') hasDeclarations = true;
  if (
    !hasDeclarations &&
    close + 1 < body &&
    tokens.word[close + 1] !== ')' &&
    tokens.word[close + 1] !== '('
  )
    blank(sheet, close + 1, body - 1);
  if (tokens.kind[name] !== WORD) return;
  // before the name: the type is what is surely one, or the last word that can be one
  const candidates: number[] = [];
  let sure = false;
  for (let token = first; token < name; token++) {
    const word = tokens.word[token] ?? '';
    if (word === '(') {
      const end = match[token] ?? -1;
      if (end < 0 || end >= name) return;
      blank(sheet, token, end);
      token = end;
    } else if (AGGREGATES.includes(word)) {
      sure = true;
      token++;
    } else if (ARITHMETIC.has(word)) sure = true;
    else if (tokens.kind[token] === WORD && !SPECIFIER_WORDS.has(word)) candidates.push(token);
  }
  const type = sure
    ? undefined
    : (candidates.find((token) => !/^__|^[A-Z0-9_]+$/.test(tokens.word[token] ?? '')) ?? candidates.at(-1));
  for (const token of candidates) if (token !== type) blank(sheet, token, token);
}

/** The parenthesis that opens the parameters: the first at file level that stands behind the name. */
function parameterList({ tokens, match }: Sheet, first: number, body: number): number {
  for (let token = first; token < body; token++) {
    if (tokens.word[token] !== '(') continue;
    const close = match[token] ?? -1;
    if (close < 0 || close >= body) return -1;
    if (tokens.word[token + 1] === '*') return -1; // int (*f(void))(int)
    const next =
      tokens.kind[close + 1] === WORD && close + 1 < body && hasParametersLater(tokens.word, close + 1, body);
    if (!next) return token;
    token = close;
  }
  return -1;
}

/** Another `NAME (` follows where only attributes may: then the first one was an attribute. */
function hasParametersLater(words: readonly string[], from: number, body: number): boolean {
  for (let token = from; token < body; token++)
    if (words[token] === '(') return !/^__/.test(words[token - 1] ?? '');
  return false;
}
