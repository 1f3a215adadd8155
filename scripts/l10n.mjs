#!/usr/bin/env node
/**
 * Writes l10n/bundle.l10n.json: every text that goes through l10n.t in the extension, and through t or said in the trace page, in the
 * code's own (English) words.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TEXT = /\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/;
/** Where texts are, and the calls that they stand in. */
const PLACES = [
  { directory: 'src/extension', call: new RegExp(String.raw`\bl10n\.t${TEXT.source}`, 'g') },
  { directory: 'src/webview', call: new RegExp(String.raw`(?<![\w.])(?:t|said)${TEXT.source}`, 'g') },
];

/** @param {string} root the project's folder */
export function translatable(root) {
  const strings = PLACES.flatMap(({ directory, call }) =>
    sourcesIn(join(root, directory)).flatMap((text) =>
      [...text.matchAll(call)].map(([, single, double]) => (single ?? double).replace(/\\(.)/g, '$1')),
    ),
  );
  return [...new Set(strings)].sort();
}

/** @param {string} directory */
const sourcesIn = (directory) =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(directory, name), 'utf8'));

if (process.argv[1] === import.meta.filename) {
  mkdirSync('l10n', { recursive: true });
  const bundle = Object.fromEntries(translatable('.').map((text) => [text, text]));
  writeFileSync('l10n/bundle.l10n.json', `${JSON.stringify(bundle, null, 2)}\n`);
}
