/**
 * The lines of a function whose first line is known, from the text alone: it ends at the first `}` in the first column,
 * as kernel style has it. Good enough to find the walker under the cursor in half-typed C, where no parser helps.
 */

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
