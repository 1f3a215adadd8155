/**
 * The lines of the function around a line, from the text alone: its braces stand in the first column, as kernel style has
 * them. Good enough to find the walker under the cursor in half-typed C, where no parser helps.
 */

/** The line where the head of the function begins that holds a line (from 0); the line itself where no head is found. */
export function functionStart(lines: readonly string[], line: number): number {
  let brace = line;
  while (brace > 0 && lines[brace]?.startsWith('{') !== true) {
    if (brace < line && lines[brace]?.startsWith('}') === true) return line;
    brace -= 1;
  }
  if (lines[brace]?.startsWith('{') !== true) return line;
  let head = brace;
  while (head > 0 && isOfHead(lines[head - 1] ?? '')) head -= 1;
  return head;
}

/** A line over the brace that still belongs to the head: no blank, no end of something else, no directive or comment. */
const isOfHead = (line: string): boolean =>
  line.trim() !== '' && !/^(#|\}|\/\/)|[;}]\s*$|\*\/\s*$/.test(line);

/** Lines count from 0; the last line of the text where no closing brace is found. */
export function functionEnd(lines: readonly string[], first: number): number {
  for (let line = first; line < lines.length; line += 1) {
    if (lines[line]?.startsWith('}') === true) return line;
  }
  return Math.max(first, lines.length - 1);
}

export interface Spanned {
  readonly line: number;
  readonly endLine: number;
}

/** The innermost of `items` that holds the line; the one that begins last. */
export function holding<T extends Spanned>(items: readonly T[], line: number): T | undefined {
  return items
    .filter((item) => item.line <= line && line <= item.endLine)
    .reduce<T | undefined>(
      (best, item) => (best === undefined || item.line >= best.line ? item : best),
      undefined,
    );
}
