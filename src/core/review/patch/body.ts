/** Where in a mail's text the message of the commit ends and the diff begins. */
import type { Diff } from './patch.js';
import { isDiffStart, readDiff } from './unified.js';

export interface Body {
  readonly message: string;
  readonly diff: Diff;
  readonly baseCommit?: string;
}

/** A line to cut along, as `git am --scissors` knows it: dashes, scissors and blanks, the first two at least once. */
const PERFORATION = /^(?:[-\s]|>8|8<|%<|>%)+$/;
const isScissors = (line: string): boolean =>
  line.includes('-') && />8|8<|%<|>%/.test(line) && PERFORATION.test(line);

/**
 * The message ends at a line `---`, or where the diff begins. A diff that is shown in the message stands before that line, and
 * is none of the patch; a line `---` inside of a hunk is a line that was removed.
 */
export function readBody(lines: readonly string[]): Body {
  const scissors = lines.findIndex(isScissors);
  const from = scissors < 0 ? 0 : scissors + 1;
  const starts = lines.flatMap((_, at) => (at >= from && isDiffStart(lines, at) ? [at] : []));
  const [first] = starts;
  const separator = first === undefined ? -1 : separatorOf(lines, from, starts);
  const begin = separator >= 0 ? separator + 1 : (first ?? lines.length);
  const messageEnd = separator >= 0 ? separator : begin;
  const base = /^base-commit:\s*([0-9a-f]{7,64})\s*$/m.exec(lines.join('\n'))?.[1];
  return {
    message: lines.slice(from, messageEnd).join('\n').trimEnd(),
    diff: readDiff(lines, begin),
    ...(base === undefined ? {} : { baseCommit: base }),
  };
}

/** The line `---` behind the message; -1: there is none. */
function separatorOf(lines: readonly string[], from: number, starts: readonly number[]): number {
  const last = starts.at(-1) ?? lines.length;
  const inHunks = new Set(
    readDiff(lines, from).files.flatMap(({ hunks }) =>
      hunks.flatMap((hunk) => hunk.lines.map(({ at }) => at - 1)),
    ),
  );
  return lines.findIndex((line, at) => at >= from && at < last && /^---\s*$/.test(line) && !inHunks.has(at));
}
