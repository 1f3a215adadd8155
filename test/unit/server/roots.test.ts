import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locate, uriOf } from '../../../src/server/roots.js';
import { targetsOf } from '../../../src/server/scans.js';

let home = '';
const uri = (path: string): string => pathToFileURL(join(home, path)).href;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'walkrace roots '));
  mkdirSync(join(home, 'linux', 'mm'), { recursive: true });
  mkdirSync(join(home, 'linux', 'arch', 'arm64', 'mm'), { recursive: true });
  mkdirSync(join(home, 'lone'));
  for (const mark of ['Kbuild', 'Kconfig']) writeFileSync(join(home, 'linux', mark), '');
});
afterAll(() => rmSync(home, { recursive: true }));

test('a kernel tree is found upwards from the file', () => {
  expect(locate(uri('linux/arch/arm64/mm/dump.c'))).toEqual({
    root: join(home, 'linux'),
    kernelTree: true,
    path: 'arch/arm64/mm/dump.c',
  });
});

test('an architecture that has these files, too, is no tree of its own', () => {
  mkdirSync(join(home, 'linux', 'arch', 'arm', 'mm'), { recursive: true });
  for (const mark of ['Kbuild', 'Kconfig']) writeFileSync(join(home, 'linux', 'arch', 'arm', mark), '');
  expect(locate(uri('linux/arch/arm/mm/dump.c')).root).toBe(join(home, 'linux'));
});

test('a lone file belongs to its folder', () => {
  expect(locate(uri('lone/a b.c'))).toEqual({ root: join(home, 'lone'), kernelTree: false, path: 'a b.c' });
});

test('a configured root counts for the files in it, and for no others', () => {
  expect(locate(uri('lone/a.c'), home)).toEqual({ root: home, kernelTree: false, path: 'lone/a.c' });
  expect(locate(uri('lone/a.c'), join(home, 'lo'))).toMatchObject({ root: join(home, 'lone') });
});

test('what is no file has no root, and never throws', () => {
  expect(locate('untitled:Untitled-1')).toEqual({ root: '', kernelTree: false, path: 'Untitled-1' });
  expect(locate('git:/tree/mm/a.c?ref=HEAD')).toEqual({ root: '', kernelTree: false, path: 'a.c' });
  expect(locate('file://elsewhere/a.c').root).toBe('');
  expect(locate('').path).toBe('');
});

test('paths of a report become URIs of the tree', () => {
  expect(uriOf(home, 'lone/a b.c')).toBe(uri('lone/a b.c'));
});

test('targets of a scan are paths of one tree', () => {
  expect(targetsOf([uri('linux/mm'), uri('linux/arch')], '')).toEqual({
    root: join(home, 'linux'),
    paths: ['mm', 'arch'],
  });
  expect(targetsOf([uri('linux')], '')).toEqual({ root: join(home, 'linux'), paths: [] });
  expect(targetsOf([uri('lone')], '')).toEqual({ root: join(home, 'lone'), paths: [] });
  expect(() => targetsOf([uri('linux/mm'), uri('lone')], '')).toThrow('is not under');
  expect(() => targetsOf([uri('')], join(home, 'linux'))).toThrow(`${home} is not under`);
  expect(() => targetsOf(['http://x/y.c'], '')).toThrow('no file');
});
