/** Stable ids of findings: they survive moved lines and changed white space, and differ between rules, places and walks. */

/** 64 bits of FNV-1a (Fowler, Noll, Vo) over the parts, in hexadecimal. */
export function findingId(...parts: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const unit of parts.map((part) => part.replace(/\s+/g, ' ').trim()).join('\0')) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(unit.codePointAt(0) ?? 0)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
