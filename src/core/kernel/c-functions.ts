/** Functions of kernel C by the shape of the text: a body is what stands between `{` and `}` at the left margin. */

/** A header longer than this is none: the search for it stays linear whatever the text is. */
const LONGEST_HEADER = 2000;
/** Words with an argument list that may stand before or after a function's own. */
const ATTRIBUTE =
  /^(?:__attribute__|__section|__aligned|__printf|__releases|__acquires|__must_hold|__no_sanitize|if|while|for|switch)$/;

/** Bodies by name, header included. A name that is defined twice (under #ifdef) has both texts. */
export function functionsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let end = 0;
  for (let open = text.indexOf('\n{'); open >= 0; open = text.indexOf('\n{', end)) {
    const close = text.indexOf('\n}', open + 1);
    end = close < 0 ? text.length : close + 2;
    const header = headerBefore(text, open);
    const name = nameOf(header);
    if (name !== undefined) found.set(name, `${found.get(name) ?? ''}${header}${text.slice(open, end)}\n`);
  }
  return found;
}

/** What stands before the `{`, back to the last `;`, `}`, directive or empty line. */
function headerBefore(text: string, open: number): string {
  const before = text.slice(Math.max(0, open - LONGEST_HEADER), open);
  const directive = before.lastIndexOf('\n#');
  const start = Math.max(
    before.lastIndexOf(';') + 1,
    before.lastIndexOf('}') + 1,
    before.lastIndexOf('\n\n') + 2,
    directive < 0 ? 0 : before.indexOf('\n', directive + 1) + 1 || before.length,
  );
  return before.slice(start).trimStart();
}

function nameOf(header: string): string | undefined {
  if (header.includes('=')) return undefined;
  for (const [, name = ''] of header.matchAll(/\b(\w+)\s*\(/g)) if (!ATTRIBUTE.test(name)) return name;
  return undefined;
}

/** The text without comments and strings, same length: words in them are no code. An unclosed one goes to the end. */
export function codeOnly(text: string): string {
  const parts: string[] = [];
  let done = 0;
  const opening = /\/[*/]|"/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const end = endOf(text, match.index, match[0]);
    parts.push(text.slice(done, match.index), text.slice(match.index, end).replace(/[^\n]/g, ' '));
    done = end;
    opening.lastIndex = end;
  }
  return [...parts, text.slice(done)].join('');
}

/** Where the comment or string that opens at `start` ends: at the end of the text or line, where nothing closes it. */
function endOf(text: string, start: number, opening: string): number {
  if (opening === '/*') {
    const close = text.indexOf('*/', start + 2);
    return close < 0 ? text.length : close + 2;
  }
  const newline = text.indexOf('\n', start);
  const lineEnd = newline < 0 ? text.length : newline;
  if (opening === '//') return lineEnd;
  for (let at = start + 1; at < lineEnd; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at + 1;
  }
  return lineEnd;
}
