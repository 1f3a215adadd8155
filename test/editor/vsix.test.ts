/** The VSIX holds what it should and nothing else, and is small. */
import { readFileSync, statSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { packVsix } from './vsix.js';

let vsix = '';
let names: readonly string[] = [];
beforeAll(() => {
  vsix = packVsix();
  names = entriesOf(vsix);
});

/** Names in a zip, out of its central directory: 46 bytes a file, then the name (APPNOTE.TXT, 4.3.12). */
function entriesOf(path: string): readonly string[] {
  const bytes = readFileSync(path);
  const found: string[] = [];
  let at = bytes.readUInt32LE(bytes.lastIndexOf('PK\u0005\u0006') + 16);
  while (bytes.toString('latin1', at, at + 4) === 'PK\u0001\u0002') {
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    found.push(bytes.toString('utf8', at + 46, at + 46 + (name ?? 0)));
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return found.sort();
}

const FIXED = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/LICENSE.txt',
  'extension/changelog.md',
  'extension/dist/THIRD-PARTY.txt',
  'extension/dist/extension.js',
  'extension/dist/language-client.js',
  'extension/dist/server.js',
  'extension/dist/tree-sitter-c.wasm',
  'extension/dist/tree-sitter.wasm',
  'extension/dist/webview/trace.css',
  'extension/dist/webview/trace.js',
  'extension/dist/worker.js',
  'extension/l10n/bundle.l10n.json',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/readme.md',
  'extension/syntaxes/race.language-configuration.json',
  'extension/syntaxes/race.tmLanguage.json',
];
const FOLDERS = [
  /^extension\/docs\/rules\/[\w-]+\/[\w-]+\.(md|svg)$/,
  /^extension\/docs\/rules\/[\w-]+\.md$/,
  /^extension\/sample\//,
  /^extension\/media\/(icon\.png|trace\.png|walkers\.svg|walkthrough\/[\w-]+\.md)$/,
];

test('every file that it needs is in it', () => {
  expect(FIXED.filter((name) => !names.includes(name))).toEqual([]);
  expect(names.filter((name) => name.startsWith('extension/sample/'))).not.toEqual([]);
  expect(names.filter((name) => name.startsWith('extension/docs/rules/'))).not.toEqual([]);
});

test('nothing else is in it', () => {
  expect(
    names.filter((name) => !FIXED.includes(name) && !FOLDERS.some((folder) => folder.test(name))),
  ).toEqual([]);
});

test('it has at most 2 MB', () => {
  expect(statSync(vsix).size).toBeLessThanOrEqual(2_000_000);
});
