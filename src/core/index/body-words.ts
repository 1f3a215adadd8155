/** Which words the bodies of a file have: what tells the bodies that are worth reading. */
import type { BodyWords } from './facts.js';
import type { Source } from './source.js';
import { TOKEN, kindAt } from './tokens.js';
import { WordSet, hashWithin } from './word-scan.js';

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
