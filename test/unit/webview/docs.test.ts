import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { TABLE_WORDS } from '../../../src/webview/model/words.js';
import { KEYS } from '../../../src/webview/store/keys.js';

const page = readFileSync('docs/trace-view.md', 'utf8');

it('docs/trace-view.md lists exactly the keys of the page', () => {
  const table = page.split('## Keys')[1]?.split('## ')[0] ?? '';
  const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|$/gm)]
    .map(([, key, what]) => `${key ?? ''}: ${what ?? ''}`)
    .slice(2);
  expect(rows).toEqual(KEYS.map(({ label, meaning }) => `${label}: ${meaning}`));
});

it('docs/trace-view.md names every word that a table can have', () => {
  for (const word of Object.keys(TABLE_WORDS)) expect(page).toContain(`*${word}*`);
});
