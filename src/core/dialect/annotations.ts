/** Blanks the words that only say where an object lies or what a checker shall know about it. */
import { matchBrackets } from './brackets.js';
import type { Blanking } from './edits.js';
import { lex, PUNCTUATION, STRING, WORD, type Tokens } from './lex.js';
import { ANNOTATIONS, STATEMENT_KEYWORDS } from './words.js';

type Takes = 'nothing' | 'arguments' | 'maybe';

const TAKES: ReadonlyMap<string, Takes> = new Map(
  ANNOTATIONS.flatMap((row) => row.words.split(/\s+/).map((word): [string, Takes] => [word, row.takes])),
);
/** First characters of the annotations: most words are none, and are passed over by it. */
const FIRST: ReadonlySet<number> = new Set([...TAKES.keys()].map((word) => word.charCodeAt(0)));
const KEYWORDS: ReadonlySet<string> = new Set(STATEMENT_KEYWORDS);

export interface AnnotationPlan {
  readonly blankings: readonly Blanking[];
  /** Tokens that are blanked. */
  readonly gone: Uint8Array;
}

/** Finds the annotations of {@link ANNOTATIONS} that stand where an annotation can stand. */
export function planAnnotations(tokens: Tokens, match: Int32Array): AnnotationPlan {
  const gone = new Uint8Array(tokens.count);
  const blankings: Blanking[] = [];
  const blank = (from: number, to: number): void => {
    gone.fill(1, from, to + 1);
    blankings.push({ start: tokens.start[from] ?? 0, end: tokens.end[to] ?? 0, word: '' });
  };
  let previous = -1;
  for (let token = 0; token < tokens.count; token++) {
    const isCandidate =
      tokens.kind[token] === WORD && FIRST.has(tokens.text.charCodeAt(tokens.start[token] ?? 0));
    const takes = isCandidate ? TAKES.get(tokens.word[token] ?? '') : undefined;
    let last = token;
    if (takes !== undefined && takes !== 'nothing' && tokens.word[token + 1] === '(')
      last = match[token + 1] ?? -1;
    const needsArguments = takes === 'arguments' && last === token;
    if (
      takes === undefined ||
      needsArguments ||
      last < 0 ||
      !canAnnotate(tokens, previous, last + 1, takes)
    ) {
      previous = token;
      continue;
    }
    blank(token, last);
    token = last;
  }
  return { blankings, gone };
}

/** False where the word is a variable, a member or a called function that happens to have an annotation's name. */
function canAnnotate(tokens: Tokens, previous: number, next: number, takes: Takes): boolean {
  const before = previous < 0 ? ';' : (tokens.word[previous] ?? '');
  const after = next < tokens.count ? (tokens.word[next] ?? '') : ';';
  const wordAfter = tokens.kind[next] === WORD && next < tokens.count;
  if (before === 'struct' || before === 'union' || before === 'enum') return wordAfter || after === '{';
  if (previous >= 0 && tokens.kind[previous] === WORD) {
    if (KEYWORDS.has(before)) return wordAfter && takes === 'nothing';
    return wordAfter || ';,)={*[(:'.includes(after);
  }
  if (previous >= 0 && tokens.kind[previous] !== PUNCTUATION) return false;
  switch (before) {
    case ')':
      return wordAfter || (takes === 'nothing' ? ';,)={*('.includes(after) : ';,={)'.includes(after));
    case ']':
    case '*':
      return wordAfter || ';,)=*{[('.includes(after);
    case '}':
    case ';':
    case '{':
      return (
        wordAfter ||
        (takes === 'nothing' && (after === '*' || after === '(')) ||
        (before === '}' && ';,='.includes(after))
      );
    case '(':
    case ',':
      return wordAfter || after === '*';
    default:
      return wordAfter && before !== '.' && before !== '>' && tokens.kind[next] !== STRING;
  }
}

/** The annotations in a piece of C, as written, in order: `__init`, `__must_hold(&mm->mmap_lock)`. */
export function annotationsIn(text: string): readonly string[] {
  const tokens = lex(text);
  const { match } = matchBrackets(tokens);
  const found: string[] = [];
  for (let token = 0; token < tokens.count; token++) {
    const takes = tokens.kind[token] === WORD ? TAKES.get(tokens.word[token] ?? '') : undefined;
    if (takes === undefined) continue;
    const last = takes !== 'nothing' && tokens.word[token + 1] === '(' ? (match[token + 1] ?? token) : token;
    found.push(text.slice(tokens.start[token], tokens.end[Math.max(last, token)]));
  }
  return found;
}
