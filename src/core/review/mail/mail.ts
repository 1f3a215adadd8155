/** One mail: its head, its text, and what is attached to it, with all encodings undone (by postal-mime). */
import PostalMime, { type Address as MailAddress, type Email } from 'postal-mime';
import { messageOf } from '../../message-of.js';
import type { Address, MailHead } from '../patch/patch.js';
import { binaryOf, bytesOf, utf8Of } from './binary.js';
import type { RawMail } from './mbox.js';

export interface Mail {
  readonly head: MailHead;
  readonly lines: readonly string[];
  /** Line of the input on which `lines[0]` stands; undefined: the text was encoded. */
  readonly inputLine?: number;
  readonly commit?: string;
  /** Texts of attached patches, in their order. */
  readonly attached: readonly { readonly name: string; readonly lines: readonly string[] }[];
}

export type MailRead =
  | { readonly ok: true; readonly mail: Mail }
  /** Why it is no mail that can be read. */
  | { readonly ok: false; readonly reason: string };

/** Bounds for what strangers send. */
const LIMITS = { maxNestingDepth: 20, maxHeadersSize: 1_000_000 } as const;

export async function readMail(raw: RawMail): Promise<MailRead> {
  try {
    const email = await PostalMime.parse(bytesOf(raw.text), { ...LIMITS, attachmentEncoding: 'arraybuffer' });
    return { ok: true, mail: mailOf(email, raw) };
  } catch (error) {
    return { ok: false, reason: messageOf(error) };
  }
}

function mailOf(email: Email, raw: RawMail): Mail {
  const attached = email.attachments.flatMap((part) => {
    const name = part.filename ?? '';
    const isPatch = /\.(patch|diff|txt|mbox)$/i.test(name) || /^text\//.test(part.mimeType);
    if (!isPatch || typeof part.content === 'string') return [];
    const bytes = part.content instanceof Uint8Array ? part.content : new Uint8Array(part.content);
    return [{ name, lines: textLines(utf8Of(binaryOf(bytes))) }];
  });
  const lines = textLines(email.text ?? '');
  const inputLine = lineOfBody(lines, raw);
  return {
    head: headOf(email),
    lines,
    ...(inputLine === undefined ? {} : { inputLine }),
    ...(raw.commit === undefined ? {} : { commit: raw.commit }),
    attached,
  };
}

/**
 * Lines without their ends. Where every line that is not empty ends with a carriage return, mail put it there; where only some
 * do, it is a part of the patched file.
 */
export function textLines(text: string): readonly string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  const isMailEnding =
    lines.some((line) => line.endsWith('\r')) && lines.every((line) => line === '' || line.endsWith('\r'));
  return isMailEnding ? lines.map((line) => line.replace(/\r$/, '')) : lines;
}

/** The line of the input on which the text begins, if it stands there as it is. */
function lineOfBody(lines: readonly string[], { text, line }: RawMail): number | undefined {
  const raw = text.split('\n').map((each) => each.replace(/\r$/, ''));
  const body = raw.indexOf('') + 1;
  if (body === 0) return undefined;
  const isSame = lines.every(
    (each, at) => (raw[body + at] ?? '') === each || utf8Of(raw[body + at] ?? '') === each,
  );
  return isSame ? line + body : undefined;
}

function headOf(email: Email): MailHead {
  const all = (name: string): readonly string[] =>
    email.headers.filter(({ key }) => key === name).map(({ value }) => value);
  const ids = (values: readonly string[]): readonly string[] =>
    values.flatMap((value) => value.match(/<[^<>\s]+>/g) ?? []);
  return {
    subject: (email.subject ?? '').replace(/\s+/g, ' ').trim(),
    from: addressesOf(email.from === undefined ? [] : [email.from])[0],
    replyTo: addressesOf(email.replyTo ?? []),
    to: addressesOf(email.to ?? []),
    cc: addressesOf(email.cc ?? []),
    messageId: ids(all('message-id'))[0],
    inReplyTo: ids(all('in-reply-to'))[0],
    references: ids(all('references')),
    date: all('date')[0],
  };
}

/** `Anna Example <anna@example.org>`; members of groups one by one, and what has no address left out. */
function addressesOf(addresses: readonly MailAddress[]): readonly Address[] {
  return addresses
    .flatMap((each) => each.group ?? [each])
    .flatMap(({ name, address }) => {
      const plain = address.replace(/[\r\n<>]/g, '').trim();
      if (plain === '') return [];
      const shown = name.replace(/\s+/g, ' ').trim();
      return [shown === '' ? plain : `${quotedName(shown)} <${plain}>`];
    });
}

/** A name with characters that mean something in a header stands in quotes. */
function quotedName(name: string): string {
  return /[^\p{L}\p{M}\p{N} !#$%&'*+/=?^_`{|}~-]/u.test(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : name;
}
