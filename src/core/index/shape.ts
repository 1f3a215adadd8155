/**
 * The shape of a file: enough to tell, of its next text, which of its functions are others now, and whether that is all. What rests
 * on a file rests on its declarations, on the insides of some functions, and on where those are.
 */
import type { FunctionDeclaration } from './declarations.js';
import type { FileFacts, FileShape, InvocationFact } from './facts.js';
import { lineOf, type Source } from './source.js';
import { TOKEN, endOf, startOf, type Tokens } from './tokens.js';
import { hashWithin } from './word-scan.js';

/** Stands for all that uses of macros make in a file, in place of the name of a function. */
export const MADE_BY_MACROS = '#';

/** What has become of a file whose outside is the same. */
export interface FileChange {
  /** Functions that are others now, or elsewhere. */
  readonly functions: ReadonlySet<string>;
  /** Hashes of the words that those which are others have now. */
  readonly words: ReadonlySet<number>;
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
  const changed = new Set<string>(isSameList(shape.macroUses, before.macroUses) ? [] : [MADE_BY_MACROS]);
  const words = new Set<number>();
  shape.functions.forEach((hash, place) => {
    const isOther = hash !== before.functions[place];
    if (isOther || shape.lines[place] !== before.lines[place]) changed.add(functions[place]?.name ?? '');
    if (!isOther || bodies === undefined) return;
    for (const word of bodies.hashes.subarray(bodies.ends[place - 1] ?? 0, bodies.ends[place]))
      words.add(word);
  });
  return { functions: changed, words };
}
