#!/usr/bin/env node
/** Writes l10n/bundle.l10n.json: every string of src/extension that goes through l10n.t, in the code's own (English) words. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const CALL = /\bl10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** @param {string} directory */
export function translatable(directory) {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  const strings = files.flatMap((name) =>
    [...readFileSync(join(directory, name), 'utf8').matchAll(CALL)].map((call) =>
      (call[1] ?? call[2]).replace(/\\(.)/g, '$1'),
    ),
  );
  return [...new Set(strings)].sort();
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync('l10n', { recursive: true });
  const bundle = Object.fromEntries(translatable('src/extension').map((text) => [text, text]));
  writeFileSync('l10n/bundle.l10n.json', `${JSON.stringify(bundle, null, 2)}\n`);
}
