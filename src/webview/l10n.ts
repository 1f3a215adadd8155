/**
 * The page's words in the reader's language. English is the key, as in `vscode.l10n`; `{0}` stands for what is put in. What comes from
 * a report (sentences of the emulator, code, names, the vocabulary of traces) is data, and stays as it is.
 */
export type Translate = (english: string, ...values: readonly (string | number)[]) => string;

/** What the host gave: a text for each English one; what is missing stays English. */
export type Translations = Readonly<Record<string, string>>;

export const translator =
  (translations: Translations): Translate =>
  (english, ...values) =>
    filled(translated(translations, english), values);

const translated = (translations: Translations, english: string): string =>
  Object.hasOwn(translations, english) ? (translations[english] ?? english) : english;

const filled = (text: string, values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (whole, at) => String(values[Number(at)] ?? whole));

/** The page as it is where nobody translates: a standalone file, the exports. */
export const ENGLISH: Translate = translator({});

/** Marks a text of a table that is translated where it is shown (scripts/l10n.mjs collects these). */
export function said(english: string): string {
  return english;
}
