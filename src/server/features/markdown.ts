/** Markdown of hovers: what comes from a tree's text can write none of its own. */

export const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

/** Names as code; `nothing` for none. */
export const list = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.map(code).join(', ');

export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
