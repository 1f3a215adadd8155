/** Offsets to lines and columns. */
import type { Place } from '../program/ir.js';

/** Offset of the first character of each line. */
export function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Line and column of an offset, both from 0. */
export function pointAt(starts: readonly number[], offset: number): { row: number; column: number } {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { row: low, column: offset - (starts[low] ?? 0) };
}

/** The stretch [start, end) as a place. */
export function placeAt(starts: readonly number[], file: string, start: number, end: number): Place {
  const from = pointAt(starts, start);
  const to = pointAt(starts, end);
  return { file, line: from.row + 1, column: from.column + 1, endLine: to.row + 1, endColumn: to.column + 1 };
}
