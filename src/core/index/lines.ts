/** Offsets to lines. Lines count from 1; `\r\n` and `\n` both end a line. */
export interface Lines {
  readonly starts: Int32Array;
  readonly count: number;
  /** Number of the first of them. */
  readonly first: number;
}

/** Lines of a text, or of the part of it from `from` to `to`, which begins in the line `first`. */
export function linesOf(text: string, from = 0, to = text.length, first = 1): Lines {
  let starts = new Int32Array(Math.max(16, (to - from) >> 4));
  let count = 1;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) {
    if (count === starts.length) {
      const grown = new Int32Array(count * 2);
      grown.set(starts);
      starts = grown;
    }
    starts[count++] = at + 1;
  }
  starts[0] = from;
  return { starts, count, first };
}

/** The line that an offset is in. */
export function lineAt(lines: Lines, offset: number): number {
  let low = 0;
  let high = lines.count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((lines.starts[middle] ?? 0) <= offset) low = middle;
    else high = middle;
  }
  return lines.first + low;
}
