/**
 * From the bytes of a file, a mailbox or a clipboard to a series of patches: one door for all kinds of input. Never throws; what
 * holds no patch gives a series of none and notes that say why.
 */
import { binaryOf, utf8Of } from './mail/binary.js';
import { readMail, textLines, type Mail } from './mail/mail.js';
import { looksLikeMail, splitMbox } from './mail/mbox.js';
import { readBody, type Body } from './patch/body.js';
import type { Diff, Patch, Series } from './patch/patch.js';
import { readSubject } from './patch/subject.js';

export async function readSeries(bytes: Uint8Array): Promise<Series> {
  const binary = binaryOf(bytes);
  return looksLikeMail(binary) ? seriesOfMails(binary) : seriesOfText(utf8Of(binary));
}

interface Candidate {
  readonly patch: Patch;
  readonly isReply: boolean;
}

async function seriesOfMails(binary: string): Promise<Series> {
  const notes: string[] = [];
  const candidates: Candidate[] = [];
  const covers: Series['cover'][] = [];
  const bases: string[] = [];
  for (const raw of splitMbox(binary)) {
    const read = await readMail(raw);
    if (!read.ok) {
      notes.push(`the mail at line ${raw.line} could not be read: ${read.reason}`);
      continue;
    }
    const { mail } = read;
    const subject = readSubject(mail.head.subject);
    const texts = textsOf(mail);
    const withDiff = texts.filter(({ body }) => hasDiff(body.diff));
    if (withDiff.length === 0) {
      const [own] = texts;
      if (own?.body.baseCommit !== undefined) bases.push(own.body.baseCommit);
      if (subject.number === 0 && !subject.isReply)
        covers.push({ head: mail.head, message: own?.body.message ?? '' });
      else notes.push(`no patch in "${mail.head.subject}"${subject.isReply ? ' (a reply)' : ''}`);
      continue;
    }
    for (const { lines, body, inputLine } of withDiff)
      candidates.push({ patch: patchOf(mail, lines, body, inputLine), isReply: subject.isReply });
  }
  return chosen(candidates, covers.at(-1), bases.at(-1), notes);
}

interface BodyText {
  readonly lines: readonly string[];
  readonly body: Body;
  readonly inputLine?: number;
}

/** The mail's own text, and the attached patches; those may be mails again, of which only the text counts. */
function textsOf(mail: Mail): readonly BodyText[] {
  const own = { lines: mail.lines, body: readBody(mail.lines) };
  const first = mail.inputLine === undefined ? own : { ...own, inputLine: mail.inputLine };
  return [first, ...mail.attached.map(({ lines }) => ({ lines, body: readBody(lines) }))];
}

const hasDiff = ({ files, defects }: Diff): boolean => files.length > 0 || defects.length > 0;

function patchOf(
  { head, commit }: Mail,
  lines: readonly string[],
  body: Body,
  inputLine: number | undefined,
): Patch {
  const { title, version, number, total } = readSubject(head.subject);
  return {
    title,
    version,
    ...(number === undefined || total === undefined ? {} : { number, total }),
    mail: head,
    ...(commit === undefined ? {} : { commit }),
    lines,
    ...(inputLine === undefined ? {} : { inputLine }),
    ...body,
  };
}

/**
 * The newest version of the series, in the order of its numbers. A reply counts only where nothing else has a patch. Of two mails
 * with one number the later one is a resend.
 */
function chosen(
  candidates: readonly Candidate[],
  cover: Series['cover'],
  base: string | undefined,
  before: readonly string[],
): Series {
  const notes = [...before];
  const proper = candidates.filter(({ isReply }) => !isReply);
  const pool = (proper.length > 0 ? proper : candidates).map(({ patch }) => patch);
  for (const { patch } of proper.length > 0 ? candidates.filter(({ isReply }) => isReply) : [])
    notes.push(`left aside: the patch in the reply "${patch.mail?.subject ?? patch.title}"`);
  const version = Math.max(1, ...pool.map((patch) => patch.version));
  const older = [...new Set(pool.map((patch) => patch.version))]
    .filter((each) => each < version)
    .sort((a, b) => a - b);
  for (const each of older) notes.push(`left aside: version ${each}; version ${version} is reviewed`);
  const newest = pool.filter((patch) => patch.version === version);
  const patches = newest.filter((patch, at) => {
    const isResent = newest.some(
      (other, later) =>
        later > at &&
        other.number !== undefined &&
        other.number === patch.number &&
        other.title === patch.title,
    );
    if (isResent)
      notes.push(
        `left aside: an earlier mail of ${patch.number ?? 0}/${patch.total ?? 0}, which was sent again`,
      );
    return !isResent;
  });
  const inOrder = patches
    .map((patch, at) => ({ patch, at }))
    .sort((a, b) => (a.patch.number ?? a.at + 1) - (b.patch.number ?? b.at + 1) || a.at - b.at)
    .map(({ patch }) => patch);
  notes.push(...missing(inOrder));
  const baseCommit = base ?? inOrder.find((patch) => patch.baseCommit !== undefined)?.baseCommit;
  return {
    patches: inOrder,
    version,
    ...(cover === undefined ? {} : { cover }),
    ...(baseCommit === undefined ? {} : { baseCommit }),
    notes,
  };
}

function missing(patches: readonly Patch[]): readonly string[] {
  const total = Math.max(0, ...patches.map((patch) => patch.total ?? 0));
  if (total === 0) return [];
  const there = new Set(patches.map(({ number }) => number));
  const absent = Array.from({ length: total }, (_, at) => at + 1).filter((number) => !there.has(number));
  if (absent.length === 0) return [];
  const which = absent.slice(0, 10).join(', ');
  return [
    `not here: ${absent.length === 1 ? 'patch' : 'patches'} ${which} of ${total}: what is reviewed rests on the tree without them`,
  ];
}

/** A bare diff, or what `git log -p` and `git show` print: one patch for each commit. */
function seriesOfText(text: string): Series {
  const lines = textLines(text);
  const starts = lines.flatMap((line, at) => (/^commit [0-9a-f]{7,64}\b/.test(line) ? [at] : []));
  const cuts = starts.length === 0 ? [0] : starts;
  const patches = cuts.flatMap((start, index): readonly Patch[] => {
    const own = lines.slice(start, cuts[index + 1]);
    const commit = /^commit ([0-9a-f]{7,64})/.exec(own[0] ?? '')?.[1];
    const body = readBody(own);
    if (!hasDiff(body.diff)) return [];
    const message = commit === undefined ? body.message : messageOfLog(body.message);
    return [
      {
        title: message.split('\n')[0] ?? '',
        version: 1,
        ...(commit === undefined ? {} : { commit }),
        lines: own,
        inputLine: start + 1,
        ...body,
        message,
      },
    ];
  });
  const base = patches.find((patch) => patch.baseCommit !== undefined)?.baseCommit;
  return {
    patches: starts.length > 1 ? patches.reverse() : patches,
    version: 1,
    ...(base === undefined ? {} : { baseCommit: base }),
    notes: patches.length === 0 ? ['there is no diff in the input'] : [],
  };
}

/** `git log` indents the message by four. */
function messageOfLog(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.startsWith('    ') || line === '')
    .map((line) => line.slice(4))
    .join('\n')
    .trim();
}
