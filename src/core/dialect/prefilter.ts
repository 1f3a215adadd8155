/** Which files are worth parsing: those that contain one of some words. */

/** A compiled search for whole words. Words are C identifiers. */
export type WordFilter = (text: string) => boolean;

/**
 * A filter that says whether a text contains one of `words` as a whole identifier, in comments too.
 * One pass of one expression; alternatives share their beginnings, so that a position is given up after a character or two.
 */
export function wordFilter(words: readonly string[]): WordFilter {
  if (words.length === 0) return () => false;
  const whole = new RegExp(`\\b${alternatives([...new Set(words)].sort())}\\b`);
  return (text) => whole.test(text);
}

/** `(?:p(?:md_offset|te_offset))`: sorted words as a tree of prefixes. */
function alternatives(words: readonly string[]): string {
  const byFirst = new Map<string, string[]>();
  for (const word of words) {
    const rest = byFirst.get(word.charAt(0));
    if (rest === undefined) byFirst.set(word.charAt(0), [word.slice(1)]);
    else rest.push(word.slice(1));
  }
  const parts = [...byFirst].map(([first, rests]) => {
    if (first === '') return '';
    const [only] = rests;
    return rests.length === 1 && only !== undefined
      ? first.replace('$', '\\$') + only.replaceAll('$', '\\$')
      : first + alternatives(rests);
  });
  return `(?:${parts.sort((a, b) => b.length - a.length).join('|')})`;
}
