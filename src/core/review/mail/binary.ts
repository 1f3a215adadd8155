/** Bytes as text with one character for each byte: what is told apart before an encoding is known. */

const CHUNK = 0x8000;

export function binaryOf(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK)
    parts.push(String.fromCharCode(...bytes.subarray(at, at + CHUNK)));
  return parts.join('');
}

export function bytesOf(binary: string): Uint8Array {
  return Uint8Array.from(binary, (character) => character.charCodeAt(0) & 0xff);
}

/** The text of the bytes: UTF-8, or Latin-1 where they are none. */
export function utf8Of(binary: string): string {
  try {
    return decodeURIComponent(
      binary.replace(
        /[%\x80-\xff]/g,
        (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
      ),
    );
  } catch {
    return binary;
  }
}
