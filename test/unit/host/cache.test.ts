/** A cache is never trusted: whatever happens to its files, an answer is the kept bytes or nothing. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SILENT_LOG } from '../../../src/core/ports.js';
import { NO_CACHE, defaultCacheDirectory, openCache } from '../../../src/host/cache.js';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'walkrace-cache-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const open = (version = '1.0') => openCache(directory, version, SILENT_LOG);
const kept = (key: string, version?: string): string | undefined => open(version).read(key, String);
const theFile = (): string => join(directory, readdirSync(directory)[0] ?? '');

describe('a cache', () => {
  it('gives back what was kept, in parts or whole, empty or not', () => {
    open().write('key', [Buffer.from('one '), Buffer.from('two')]);
    open().write('none', []);
    expect(kept('key')).toBe('one two');
    expect(kept('none')).toBe('');
    expect(kept('other')).toBeUndefined();
  });

  it('does not answer for another version', () => {
    open('1.0').write('key', [Buffer.from('old')]);
    expect(kept('key', '1.1')).toBeUndefined();
  });

  it('does not trust a file that was cut off at any byte', () => {
    open().write('key', [Buffer.from('content')]);
    const whole = readFileSync(theFile());
    for (let length = 0; length < whole.length; length++) {
      truncateSync(theFile(), length);
      expect(kept('key'), `${length} bytes`).toBeUndefined();
      writeFileSync(theFile(), whole);
    }
    expect(kept('key')).toBe('content');
  });

  it('does not trust a changed byte or a foreign file', () => {
    open().write('key', [Buffer.from('content')]);
    const whole = readFileSync(theFile());
    for (let at = 0; at < whole.length; at++) {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 1;
      writeFileSync(theFile(), changed);
      expect(kept('key'), `byte ${at}`).toBeUndefined();
    }
    writeFileSync(theFile(), 'something else');
    expect(kept('key')).toBeUndefined();
  });

  it('is filled again after any of that, and leaves no other files behind', () => {
    open().write('key', [Buffer.from('a')]);
    writeFileSync(theFile(), 'broken');
    open().write('key', [Buffer.from('b')]);
    expect(kept('key')).toBe('b');
    expect(readdirSync(directory)).toHaveLength(1);
  });

  it('may be deleted while it is in use, and may be in a place where nothing can be written', () => {
    const cache = open();
    rmSync(directory, { recursive: true });
    cache.write('key', [Buffer.from('again')]);
    expect(kept('key')).toBe('again');
    const warnings: string[] = [];
    const nowhere = openCache(join(theFile(), 'below-a-file'), '1', {
      info: () => undefined,
      warn: (text) => void warnings.push(text),
    });
    nowhere.write('key', [Buffer.from('x')]);
    expect(nowhere.read('key', String)).toBeUndefined();
    expect(warnings[0]).toMatch(/^cache: not written: E/);
  });

  it('may be none', () => {
    NO_CACHE.write('key', [Buffer.from('x')]);
    expect(NO_CACHE.read('key', String)).toBeUndefined();
  });

  it('is where the system wants it', () => {
    expect(defaultCacheDirectory({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'walkrace'));
    expect(defaultCacheDirectory({ XDG_CACHE_HOME: '' }, 'linux')).toMatch(/\.cache.walkrace$/);
    expect(defaultCacheDirectory({}, 'darwin')).toMatch(/Library.Caches.walkrace$/);
    expect(defaultCacheDirectory({ LOCALAPPDATA: 'L' }, 'win32')).toBe(join('L', 'walkrace', 'Cache'));
  });
});
