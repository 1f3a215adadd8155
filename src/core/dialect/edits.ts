/** Changes of a text that keep its length and its lines: a stretch is blanked, and may get a short word in its place. */

export interface Blanking {
  readonly start: number;
  readonly end: number;
  /** Stands at `start` if there is room for it on that line; the rest of the stretch becomes blanks, newlines excepted. */
  readonly word: string;
}

const BLANKS = ' '.repeat(256);

/** `length` blanks for a stretch of text without newlines. */
const blanks = (length: number): string =>
  length <= BLANKS.length ? BLANKS.slice(0, length) : ' '.repeat(length);

/** The stretch of text with all but its line ends (and what comes before, when it is `word`) blanked. */
function blanked(text: string, start: number, end: number, word: string): string {
  const line = text.slice(start, Math.min(end, start + word.length));
  const put = line.length < word.length || /[\r\n]/.test(line) ? '' : word;
  let out = put;
  let from = start + put.length;
  for (let i = from; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code !== 10 && code !== 13) continue;
    out += blanks(i - from) + (code === 10 ? '\n' : '\r');
    from = i + 1;
  }
  return out + blanks(end - from);
}

/** Applies blankings that don't overlap, in any order. The result has the same length and the same line ends. */
export function applyBlankings(text: string, blankings: readonly Blanking[]): string {
  const sorted = [...blankings].sort((a, b) => a.start - b.start);
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, word } of sorted) {
    if (start < at) continue;
    parts.push(text.slice(at, start), blanked(text, start, end, word));
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** A replaced stretch: what was from `start` to `oldEnd` is now from `start` to `newEnd`. UTF-16 offsets. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The smallest stretch outside of which two texts are equal; undefined when they are equal. */
export function editBetween(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let same = 0;
  const most = shorter - start;
  while (
    same < most &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same++;
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}
