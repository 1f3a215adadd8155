/**
 * A review as the answer to a mail: what is said stands under the line that it is about, everything else of the patch is left out.
 * The text is whole, for git send-email, mutt or a file; nothing is ever sent.
 */
import type { Patch } from '../patch/patch.js';
import type { Comment, ReviewReport } from '../report.js';
import { addressHeader, idHeader, textHeader } from './headers.js';

export interface Reply {
  /** The patch, from 1. */
  readonly patch: number;
  readonly headers: string;
  readonly body: string;
}

const WIDTH = 78;
/** Lines of the patch that are quoted above a remark. */
const QUOTED = 8;

/** One reply for each patch that something is said of. */
export function repliesOf(report: ReviewReport, patches: readonly Patch[]): readonly Reply[] {
  return patches.flatMap((patch, at) => {
    const comments = report.comments.filter((comment) => comment.patch === at + 1);
    if (comments.length === 0) return [];
    return [{ patch: at + 1, headers: headersOf(patch), body: bodyOf(patch, comments, report) }];
  });
}

/** Headers, an empty line, the text. */
export const replyMail = ({ headers, body }: Reply): string => `${headers}\n\n${body}`;

function headersOf({ mail, title }: Patch): string {
  const subject = (mail?.subject ?? title).replace(/^(\s*re\s*:)+\s*/i, '');
  const to =
    mail === undefined
      ? []
      : mail.replyTo.length > 0
        ? mail.replyTo
        : mail.from === undefined
          ? []
          : [mail.from];
  const known = new Set(to.map(plainAddress));
  const cc = [...(mail?.to ?? []), ...(mail?.cc ?? [])].filter((address) => {
    const plain = plainAddress(address);
    return !known.has(plain) && known.add(plain);
  });
  const parents =
    mail === undefined
      ? []
      : mail.references.length > 0
        ? mail.references
        : mail.inReplyTo === undefined
          ? []
          : [mail.inReplyTo];
  const id = mail?.messageId;
  return [
    ...(to.length > 0 ? [addressHeader('To', to)] : []),
    ...(cc.length > 0 ? [addressHeader('Cc', cc)] : []),
    textHeader('Subject', `Re: ${subject}`),
    ...(id === undefined
      ? []
      : [`In-Reply-To: ${id}`, idHeader('References', [...parents.filter((each) => each !== id), id])]),
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ].join('\n');
}

const plainAddress = (address: string): string => (/<([^<>]*)>$/.exec(address)?.[1] ?? address).toLowerCase();

function bodyOf(patch: Patch, comments: readonly Comment[], report: ReviewReport): string {
  const parts: string[] = [];
  const who = patch.mail?.from
    ?.replace(/<[^<>]*>$/, '')
    .trimEnd()
    .replace(/^"(.*)"$/, '$1');
  if (who !== undefined)
    parts.push(`${patch.mail?.date === undefined ? '' : `On ${patch.mail.date}, `}${who} wrote:`);
  let quotedTo = 0;
  for (const [index, comment] of comments.entries()) {
    const isSameLine = comments[index - 1]?.patchLine === comment.patchLine;
    if (!isSameLine) {
      parts.push(...quoteOf(patch, comment.patchLine, quotedTo));
      quotedTo = comment.patchLine;
    }
    parts.push('', ...wrapped(comment.text, WIDTH), ...interleaving(comment, report), '');
  }
  return `${parts
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** The lines up to the one that the remark is about; a hunk's head and its file's, where they are further up. */
function quoteOf({ lines, diff }: Patch, to: number, from: number): readonly string[] {
  const file = diff.files.findLast(({ at }) => at <= to);
  const hunk = file?.hunks.findLast(({ at }) => at <= to);
  const start = Math.max(from + 1, hunk?.at ?? 1, to - QUOTED + 1);
  const heads = [
    ...(file && file.at > from && file.at < start ? [file.at] : []),
    ...(hunk && hunk.at > from && hunk.at < start ? [hunk.at] : []),
  ];
  const own = lines.slice(start - 1, to);
  const isCut = start > from + 1 && (heads.at(-1) ?? from) < start - 1;
  return [
    ...heads.map((at) => quoted(lines[at - 1] ?? '')),
    ...(isCut ? ['> [...]'] : []),
    ...own.map(quoted),
  ];
}

const quoted = (line: string): string =>
  (line.startsWith('>') ? `>${line}` : `> ${line}`).trimEnd().slice(0, 900);

/** The steps of the race, under the remark about it. */
function interleaving({ finding: id }: Comment, { findings }: ReviewReport): readonly string[] {
  const lines = findings.find((finding) => finding.id === id)?.interleaving ?? [];
  return lines.length === 0 ? [] : ['', ...lines.map((line) => `  ${line}`.trimEnd())];
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
