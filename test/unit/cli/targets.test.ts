/** What a user types, and which root and paths are meant. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locate } from '../../../src/cli/targets.js';

let top = '';
const at = (...parts: readonly string[]): string => join(top, ...parts);
beforeAll(() => {
  top = realpathSync.native(mkdtempSync(join(tmpdir(), 'walkrace-targets-')));
  const files = [
    'linux/Kbuild',
    'linux/Kconfig',
    'linux/mm/ptdump.c',
    'linux/README',
    'lone/a.c',
    'lone/sub/b.c',
    'other/Kbuild',
    'other/Kconfig',
    'other/mm/x.c',
  ];
  for (const file of files) {
    mkdirSync(dirname(at(file)), { recursive: true });
    writeFileSync(at(file), '');
  }
  symlinkSync(at('linux'), at('link'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

test('the root is found upwards, from inside or from outside of the tree, also through a link', () => {
  const wanted = { root: at('linux'), isTree: true, files: ['mm/ptdump.c'], directories: [] };
  expect(locate({ paths: ['ptdump.c'], directory: at('linux/mm') })).toEqual(wanted);
  expect(locate({ paths: ['linux/mm/ptdump.c'], directory: top })).toEqual(wanted);
  expect(locate({ paths: [at('link/mm/ptdump.c')], directory: '/' })).toEqual(wanted);
});

test('a path may be given from the root of the tree, wherever one is', () => {
  expect(locate({ paths: ['mm/ptdump.c'], root: at('linux'), directory: '/' }).files).toEqual([
    'mm/ptdump.c',
  ]);
  expect(locate({ paths: ['mm/ptdump.c'], directory: at('linux/mm') }).files).toEqual(['mm/ptdump.c']);
});

test('no path: the whole tree around; no tree: it says what to do', () => {
  expect(locate({ paths: [], directory: at('linux/mm') })).toMatchObject({
    root: at('linux'),
    directories: [''],
  });
  expect(() => locate({ paths: [], directory: at('lone') })).toThrow(/no kernel tree .* --root/);
});

test('lone files: what holds them all is the root, and there is no tree', () => {
  expect(locate({ paths: ['a.c', 'sub/b.c'], directory: at('lone') })).toEqual({
    root: at('lone'),
    isTree: false,
    files: ['a.c', 'sub/b.c'],
    directories: [],
  });
});

test('a directory ends with a slash, the root of a tree is empty', () => {
  expect(locate({ paths: ['linux/mm', 'linux'], directory: top }).directories).toEqual(['mm/', '']);
});

test('one tree at a time', () => {
  expect(() => locate({ paths: ['mm/ptdump.c', '../other/mm/x.c'], directory: at('linux') })).toThrow(
    /outside of the tree/,
  );
});

test.each([
  ['missing.c', /no file or directory missing\.c/],
  ['README', /README is no C source/],
])('%s: %s', (path, message) => {
  expect(() => locate({ paths: [path], directory: at('linux') })).toThrow(message);
});
