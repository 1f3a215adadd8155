/** Reading below one root: what is read, and what is no file. */
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rootedFiles } from '../../../src/host/files.js';
import { findRoot } from '../../../src/host/root.js';
import { sourceFiles } from '../../../src/host/tree.js';
import { SILENT_LOG, type Log } from '../../../src/core/ports.js';

let top: string;
let root: string;
const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message) };

beforeAll(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'walkrace-files-')));
  root = join(top, 'tree');
  for (const directory of ['mm', 'tools', 'Documentation', '.git', 'fs/deep', 'loop', 'locked'])
    mkdirSync(join(root, directory), { recursive: true });
  for (const name of [
    'Kbuild',
    'Kconfig',
    'mm/b.c',
    'mm/a.h',
    'mm/a.c',
    'mm/a.o',
    'fs/deep/x.c',
    'tools/t.c',
    '.git/g.c',
    'Documentation/d.c',
  ]) {
    writeFileSync(join(root, name), `/* ${name} */\n`);
  }
  writeFileSync(join(top, 'secret.c'), 'secret');
  mkdirSync(join(top, 'tree-2'));
  writeFileSync(join(top, 'tree-2', 'near.c'), 'near');
  writeFileSync(join(root, 'latin1.c'), Buffer.from([0x2f, 0x2a, 0xe9, 0x2a, 0x2f]));
  writeFileSync(join(root, 'utf8.c'), '/* é ü */\r\nint x;\r\n');
  symlinkSync(join(top, 'secret.c'), join(root, 'escape.c'));
  symlinkSync('mm/a.c', join(root, 'inside.c'));
  symlinkSync('../loop', join(root, 'loop', 'loop'));
  symlinkSync('self.c', join(root, 'self.c'));
});
afterAll(() => {
  chmodSync(join(root, 'locked'), 0o755);
  rmSync(top, { recursive: true, force: true });
});

describe('files below a root', () => {
  it('are read by their relative path, in UTF-8 or Latin-1, line ends kept', () => {
    const files = rootedFiles(root, SILENT_LOG);
    expect(files.read('mm/a.c')).toBe('/* mm/a.c */\n');
    expect(files.read('mm/../mm/a.c')).toBe('/* mm/a.c */\n');
    expect(files.read('inside.c')).toBe('/* mm/a.c */\n');
    expect(files.read('latin1.c')).toBe('/*é*/');
    expect(files.read('utf8.c')).toBe('/* é ü */\r\nint x;\r\n');
  });

  it('do not leave the root: by dots, absolute, by a link, by a name that begins like it', () => {
    const files = rootedFiles(root, SILENT_LOG);
    for (const path of [
      '../secret.c',
      'mm/../../secret.c',
      join(top, 'secret.c'),
      'escape.c',
      '../tree-2/near.c',
      'C:\\x.c',
      'mm/a.c\0',
    ]) {
      expect(files.read(path), path).toBeUndefined();
    }
    expect(files.list('..')).toEqual([]);
  });

  it('that are missing, directories, loops or pipes are no files, and nothing waits for them', () => {
    execFileSync('mkfifo', [join(root, 'pipe.c')]);
    const files = rootedFiles(root, SILENT_LOG);
    for (const path of ['mm/none.c', 'mm', 'self.c', 'loop/loop/loop/x.c', 'mm/a.c/x', 'pipe.c'])
      expect(files.read(path), path).toBeUndefined();
  });

  it('that may not be read are told', () => {
    writeFileSync(join(root, 'forbidden.c'), 'x');
    chmodSync(join(root, 'forbidden.c'), 0);
    warnings.length = 0;
    const text = rootedFiles(root, log).read('forbidden.c');
    // The superuser may read everything: then there is nothing to tell.
    if (process.getuid?.() === 0) expect(text).toBe('x');
    else expect([text, warnings]).toEqual([undefined, ['forbidden.c: not read: EACCES']]);
  });

  it('are listed in order, directories with a slash', () => {
    expect(rootedFiles(root, SILENT_LOG).list('mm')).toEqual(['a.c', 'a.h', 'a.o', 'b.c']);
    expect(rootedFiles(root, SILENT_LOG).list('')).toContain('mm/');
    expect(rootedFiles(root, SILENT_LOG).list('none')).toEqual([]);
  });
});

describe('the sources of a tree', () => {
  it('are its .c and .h files in order, without links, hidden directories and what is no kernel code', () => {
    const files = sourceFiles(root, SILENT_LOG).filter((file) => file.includes('/'));
    expect(files).toEqual(['fs/deep/x.c', 'mm/a.c', 'mm/a.h', 'mm/b.c']);
  });
});

describe('the root of a tree', () => {
  it('is found upwards by Kbuild, Kconfig and mm/', () => {
    expect(findRoot(join(root, 'fs', 'deep', 'x.c'))).toBe(root);
    expect(findRoot(top)).toBeUndefined();
  });
});
