/** Headers of a mail, as RFC 5322 and RFC 2047 want them: folded, and in ASCII. */
import type { Address } from '../patch/patch.js';

const WIDTH = 76;
/** Characters of an encoded word without `=?UTF-8?q?` and `?=`, so that `References: ` has room before it. */
const WORD = WIDTH - 12 - 12;

/** `Subject: ...`, folded between words, with encoded words where it is not ASCII. */
export function textHeader(name: string, text: string): string {
  const clean = text.replace(/[\r\n]+/g, ' ');
  return folded(name, isPlain(clean) ? clean.split(' ') : encodedWords(clean));
}

/** `To: ...`, one address after the other. */
export function addressHeader(name: string, addresses: readonly Address[]): string {
  const words = addresses.map(encodedAddress);
  return folded(
    name,
    words.map((word, at) => (at < words.length - 1 ? `${word},` : word)),
  );
}

/** `References: <a> <b>` */
export const idHeader = (name: string, ids: readonly string[]): string => folded(name, ids);

const isPlain = (text: string): boolean => /^[\x20-\x7e]*$/.test(text) && !text.includes('=?');

/** The words, a blank between two; a line that would be too long goes on in the next one. */
function folded(name: string, words: readonly string[]): string {
  let line = `${name}:`;
  const lines: string[] = [];
  for (const word of words) {
    const isTooLong = line.length + 1 + word.length > WIDTH;
    if (isTooLong && line.trim() !== `${name}:`) {
      lines.push(line);
      line = ` ${word}`;
    } else line += ` ${word}`;
  }
  return [...lines, line].join('\n');
}

function encodedAddress(address: Address): string {
  const [, before, mail] = /^([^<]*)<([^<>]*)>$/.exec(address) ?? [];
  const name = before?.trimEnd();
  if (name === undefined || mail === undefined) return address.replace(/[^\x21-\x7e]/g, '');
  const plain = mail.replace(/[^\x21-\x7e]/g, '');
  if (isPlain(name)) return `${name} <${plain}>`;
  const unquoted = name.replace(/^"(.*)"$/, '$1').replace(/\\(.)/g, '$1');
  return `${encodedWords(unquoted).join(' ')} <${plain}>`;
}

/** Encoded words in the Q encoding, cut between characters. */
function encodedWords(text: string): readonly string[] {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    const encoded = quoted(character);
    if (word.length + encoded.length > WORD) {
      words.push(word);
      word = '';
    }
    word += encoded;
  }
  return [...words, word].map((each) => `=?UTF-8?q?${each}?=`);
}

function quoted(character: string): string {
  if (character === ' ') return '_';
  if (/^[A-Za-z0-9!*+/-]$/.test(character)) return character;
  // A lone half of a pair has no encoding.
  const safe = /^[\ud800-\udfff]$/.test(character) ? '\ufffd' : character;
  const bytes = /^[\x00-\x7f]$/.test(safe)
    ? `%${safe.charCodeAt(0).toString(16).padStart(2, '0')}`
    : encodeURIComponent(safe);
  return bytes.toUpperCase().replaceAll('%', '=');
}
