/**
 * Bodies of functions, read when they are first asked for. A file is read for the few functions in it that mention a name; which
 * those are, the words of the bodies tell.
 */
import { bodyFacts, type BodyFacts } from './bodies.js';
import { pairBrackets } from './brackets.js';
import { preprocess, type Guards } from './directives.js';
import type { BodyWords, CallFact, FunctionFacts, ReferenceFact, TableFacts } from './facts.js';
import { linesOf } from './lines.js';
import type { Source } from './source.js';
import { TOKEN, kindAt, tokenize, type Names } from './tokens.js';
import { WordSet, hashWithin } from './word-scan.js';

/** Where a body is, and what it is read against. Nothing here keeps the text in memory. */
export interface BodyPlace {
  /** The text of the file; undefined when it is not to be had any more. */
  readonly again: () => string | undefined;
  readonly textLength: number;
  /** Offsets of its first brace, and behind its last. */
  readonly open: number;
  readonly end: number;
  /** Line of the first brace. */
  readonly line: number;
  readonly params: readonly string[];
  readonly guards: Guards;
  readonly names: Names;
  readonly isFunction: (name: string) => boolean;
}

const NO_BODY: BodyFacts = { calls: [], references: [], tables: [] };

/** A function that reads the body once. A text of another length is another text: nothing is told of it. */
export function laterBody(place: BodyPlace): () => BodyFacts {
  let read: BodyFacts | undefined;
  return () => (read ??= bodyAt(place));
}

function bodyAt({
  again,
  textLength,
  open,
  end,
  line,
  params,
  guards,
  names,
  isFunction,
}: BodyPlace): BodyFacts {
  const text = again();
  if (text?.length !== textLength) return NO_BODY;
  const { tokens } = preprocess(tokenize(text, open, end), names);
  const source: Source = {
    tokens,
    partner: pairBrackets(tokens),
    lines: linesOf(text, open, end, line),
    guards,
    names,
  };
  return bodyFacts(source, 0, tokens.count - 1, { params, isFunction });
}

/**
 * A function of a file that was read, the owner of a body that may not be. A class, for there are very many: getters of a literal
 * are made anew for each.
 */
export class ReadFunction implements FunctionFacts {
  readonly name: string;
  declare readonly macro?: string;
  readonly isStatic: boolean;
  readonly line: number;
  readonly endLine: number;
  readonly start: number;
  readonly end: number;
  readonly params: readonly string[];
  readonly annotations: readonly string[];
  readonly guards: readonly string[];

  constructor(
    header: Omit<FunctionFacts, keyof BodyFacts>,
    private readonly body: () => BodyFacts,
  ) {
    this.name = header.name;
    if (header.macro !== undefined) this.macro = header.macro;
    this.isStatic = header.isStatic;
    this.line = header.line;
    this.endLine = header.endLine;
    this.start = header.start;
    this.end = header.end;
    this.params = header.params;
    this.annotations = header.annotations;
    this.guards = header.guards;
  }

  get calls(): readonly CallFact[] {
    return this.body().calls;
  }

  get references(): readonly ReferenceFact[] {
    return this.body().references;
  }

  get tables(): readonly TableFacts[] {
    const { name, guards } = this;
    return this.body().tables.map((table) => ({ ...table, within: name, guards }));
  }
}

/** The words of some bodies, each once a body. */
export function bodyWordsOf(
  { tokens }: Pick<Source, 'tokens'>,
  bodies: readonly { readonly open: number; readonly close: number }[],
): BodyWords {
  const words = new WordSet();
  const lists = bodies.map(({ open, close }) => {
    for (let at = open + 1; at < close; at++) {
      if (kindAt(tokens, at) !== TOKEN.ident) continue;
      words.add(hashWithin(tokens.text, tokens.starts[at] ?? 0, tokens.ends[at] ?? 0));
    }
    return words.take();
  });
  const hashes = new Uint32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let end = 0;
  const ends = Uint32Array.from(lists, (list) => {
    hashes.set(list, end);
    return (end += list.length);
  });
  return { hashes, ends };
}

/** Indexes of the bodies that have a word. */
export function bodiesWith({ hashes, ends }: BodyWords, hash: number): readonly number[] {
  const found: number[] = [];
  for (let at = hashes.indexOf(hash); at >= 0;) {
    const body = bodyOf(ends, at);
    found.push(body);
    at = hashes.indexOf(hash, ends[body] ?? hashes.length);
  }
  return found;
}

/** The body whose list has the place `at`. */
function bodyOf(ends: Uint32Array, at: number): number {
  let low = -1;
  let high = ends.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((ends[middle] ?? 0) > at) high = middle;
    else low = middle;
  }
  return high;
}
