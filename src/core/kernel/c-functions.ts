/** Functions of kernel C by the shape of the text: a name and `(` at the left margin, a body to the `}` at the left margin. */

/** Bodies by name, header included. A name that is defined twice (under #ifdef) has both texts. */
export function functionsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const starts =
    /^(?=[A-Za-z_])(?!(?:if|for|while|switch|return|else|do|struct|union|enum|typedef|EXPORT_\w+)\b)[^;{}=#]*?\b(\w+)\s*\([^;{}]*\)[^;{}=]*\{$/gm;
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const name = match[1] ?? '';
    const end = text.indexOf('\n}', starts.lastIndex - 1);
    const body = text.slice(match.index, end < 0 ? text.length : end + 2);
    found.set(name, `${found.get(name) ?? ''}${body}\n`);
  }
  return found;
}

/** The text without comments and strings, same length: words in them are no code. */
export function codeOnly(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"/g, (found) =>
    found.replace(/[^\n]/g, ' '),
  );
}
