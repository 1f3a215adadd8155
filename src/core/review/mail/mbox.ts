/** Mails of a mailbox file (mboxrd, mboxo, and what git format-patch writes), as bytes in text. */

export interface RawMail {
  /** Headers and body, without the `From ` line. */
  readonly text: string;
  /** Line of the file on which the mail's first header stands, from 1. */
  readonly line: number;
  /** Commit of the `From ` line that git writes. */
  readonly commit?: string;
}

/** `From 0123... Mon Sep 17 00:00:00 2001`, `From anna@example.org Thu Jan  1 00:00:00 1970` */
const FROM = /^From (\S+)\s.*?\d\d:\d\d/;
const HEADER = /^[\x21-\x39\x3b-\x7e]+:(?:\s|$)/;

/** Whether a text begins as a mail or a mailbox does. */
export function looksLikeMail(binary: string): boolean {
  const lines = binary.slice(0, 100_000).split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const line = lines[first] ?? '';
  if (FROM.test(line)) return true;
  if (!HEADER.test(line) || /^Index:\s/.test(line)) return false;
  // A commit message may begin with `mm: do this`: a mail has the headers that matter before its first empty line.
  const end = lines.findIndex((each, at) => at > first && each === '');
  const head = lines.slice(first, end < 0 ? undefined : end);
  return (
    head.every((each) => HEADER.test(each) || /^[ \t]/.test(each)) &&
    head.some((each) => /^(from|subject|message-id|date):/i.test(each))
  );
}

/** A `From ` line counts at the beginning, or behind an empty line with headers behind it. */
export function splitMbox(binary: string): readonly RawMail[] {
  const lines = binary.split('\n');
  const isBoundary = (at: number): boolean =>
    FROM.test((lines[at] ?? '').replace(/\r$/, '')) &&
    (at === 0 || (lines[at - 1] ?? '').replace(/\r$/, '') === '') &&
    HEADER.test(lines[at + 1] ?? '');
  const starts = lines.flatMap((_, at) => (isBoundary(at) ? [at] : []));
  if (starts.length === 0) {
    const first = Math.max(
      0,
      lines.findIndex((line) => line.trim() !== ''),
    );
    return [{ text: lines.slice(first).join('\n'), line: first + 1 }];
  }
  return starts.map((start, index) => {
    const commit = /^From ([0-9a-f]{40}) /.exec(lines[start] ?? '')?.[1];
    const own = lines.slice(start + 1, starts[index + 1]);
    return {
      text: own.map((line) => line.replace(/^>(>*From )/, '$1')).join('\n'),
      line: start + 2,
      ...(commit === undefined || /^0+$/.test(commit) ? {} : { commit }),
    };
  });
}
