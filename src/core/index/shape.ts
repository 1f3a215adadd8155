/**
 * The shape of a file: enough to tell, of its next text, which of its functions are others now, and whether that is all. What rests
 * on a file rests on its declarations and on the insides of some functions; where they are, it only tells.
 */
import type { FunctionDeclaration } from './declarations.js';
import type { FileFacts, FileShape, InvocationFact } from './facts.js';
import { lineOf, type Source } from './source.js';
import { TOKEN, endOf, startOf, type Tokens } from './tokens.js';
import { hashWithin } from './word-scan.js';

/** What has become of a file whose outside is the same. */
export interface FileChange {
  /** Functions that are others now. */
  readonly functions: ReadonlySet<string>;
  /** Hashes of the words that those have now. */
  readonly words: ReadonlySet<number>;
  /** Where a line of its text before is now; undefined: nobody can tell, it is outside of functions or of one that is another now. */
  readonly lineNow: (line: number) => number | undefined;
}

/** `raw` has the tokens of the file, preprocessor lines among them. */
export function shapeOf(
  raw: Tokens,
  source: Source,
  declared: readonly FunctionDeclaration[],
  invocations: readonly InvocationFact[],
): FileShape {
  const { tokens } = source;
  return {
    outside: outsideOf(
      raw,
      declared.map(({ open, close }) => [startOf(tokens, open), endOf(tokens, close)]),
    ),
    functions: declared.map(({ first, close }) =>
      hashWithin(tokens.text, startOf(tokens, first), endOf(tokens, close)),
    ),
    lines: declared.map(({ name }) => lineOf(source, name)),
    ends: declared.map(({ close }) => lineOf(source, close)),
    macroUses: invocations.map(({ line }) => line),
  };
}

function outsideOf(raw: Tokens, bodies: readonly (readonly [number, number])[]): number {
  let hash = 0;
  let body = 0;
  for (let at = 0; at < raw.count; at++) {
    const start = startOf(raw, at);
    while (start >= (bodies[body]?.[1] ?? Infinity)) {
      body += 1;
      hash = Math.imul(hash ^ BODY, FACTOR);
    }
    const isInside = start >= (bodies[body]?.[0] ?? Infinity);
    if (isInside && raw.kinds[at] !== TOKEN.directive) continue;
    hash = Math.imul(hash ^ hashWithin(raw.text, start, endOf(raw, at)), FACTOR) + (hash >>> 15);
  }
  return hash >>> 0;
}

const FACTOR = 0x9e3779b1;
/** Stands for the body of a function. */
const BODY = 0x85ebca6b;

/** Whether two readers of a file have seen the same. */
export function isSameShape(a: FileShape, b: FileShape): boolean {
  return (
    a.outside === b.outside &&
    isSameList(a.functions, b.functions) &&
    isSameList(a.lines, b.lines) &&
    isSameList(a.ends, b.ends) &&
    isSameList(a.macroUses, b.macroUses)
  );
}

function isSameList(left: readonly number[], right: readonly number[]): boolean {
  return left.length === right.length && left.every((value, at) => value === right[at]);
}

/** How a file has changed since it had this shape; undefined when more has than the insides of functions, and their places. */
export function changeSince(
  before: FileShape,
  { shape, functions, bodies }: FileFacts,
): FileChange | undefined {
  if (shape === undefined || shape.outside !== before.outside) return undefined;
  if (shape.functions.length !== before.functions.length) return undefined;
  if (shape.macroUses.length !== before.macroUses.length) return undefined;
  const changed = new Set<string>();
  const words = new Set<number>();
  shape.functions.forEach((hash, place) => {
    if (hash === before.functions[place]) return;
    changed.add(functions[place]?.name ?? '');
    if (bodies === undefined) return;
    for (const word of bodies.hashes.subarray(bodies.ends[place - 1] ?? 0, bodies.ends[place]))
      words.add(word);
  });
  return { functions: changed, words, lineNow: linesBetween(before, shape) };
}

/** The way from the lines of a file's text to those of its next one. */
function linesBetween(before: FileShape, now: FileShape): FileChange['lineNow'] {
  const places = new Map(before.lines.map((line, place) => [line, now.lines[place]]));
  before.macroUses.forEach((line, place) => places.set(line, now.macroUses[place]));
  return (line) => {
    const known = places.get(line);
    if (known !== undefined) return known;
    const place = before.lines.findLastIndex((start) => start < line);
    const [start = 0, end = 0] = [before.lines[place], before.ends[place]];
    const isSame = before.functions[place] === now.functions[place];
    return isSame && line <= end ? line - start + (now.lines[place] ?? 0) : undefined;
  };
}
