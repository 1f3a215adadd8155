/** What a cache gives back, whole and with the right checksum, but written by somebody else: no path of it leaves the tree. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { segmentOfTexts } from '../../../src/core/index/words.js';
import { SILENT_LOG } from '../../../src/core/ports.js';
import { toJson } from '../../../src/core/report/json.js';
import { scanSarif } from '../../../src/core/report/sarif.js';
import { PLAIN, scanText } from '../../../src/core/report/text.js';
import { reportOf, type ScannedFile } from '../../../src/core/scan.js';
import { NO_CACHE } from '../../../src/host/cache.js';
import { rootedFiles } from '../../../src/host/files.js';
import { decodeResults, encodeResults } from '../../../src/host/results-file.js';
import { readingOfTree } from '../../../src/host/tree-reading.js';
import { decodeWords, encodeWords } from '../../../src/host/words-file.js';
import { cacheOf } from '../../support/kept-cache.js';
import { openedTree } from '../../support/open-session.js';

const TIMEOUT_MS = 60_000;
const OUTSIDE = ['../../etc/passwd', '/etc/passwd', 'mm/../../x.c', '..\\x.c', 'C:\\x.c', 'mm/x\0.c'];

let root: string;
beforeAll(() => {
  root = join(mkdtempSync(join(tmpdir(), 'walkrace-kept-')), 'tree');
  cpSync('sample', root, { recursive: true });
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

type Json = null | number | string | boolean | Json[] | { [key: string]: Json };

/** Every value in another one, by what leads to it. */
function* nodesOf(value: Json, way: readonly string[] = []): Generator<readonly string[]> {
  yield way;
  if (value === null || typeof value !== 'object') return;
  for (const [key, inner] of Object.entries(value)) yield* nodesOf(inner, [...way, key]);
}

/** A copy with another value at one place. */
function spoilt(value: Json, [key, ...way]: readonly string[], by: Json): Json {
  if (key === undefined) return by;
  if (value === null || typeof value !== 'object') throw new Error('no way there');
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === key ? spoilt(each, way, by) : each));
  return { ...value, [key]: spoilt(value[key] ?? null, way, by) };
}

describe('kept results', { timeout: TIMEOUT_MS }, () => {
  let stored: Json;
  beforeAll(async () => {
    const path = 'arch/arm64/mm/dump_unprotected.c';
    const { session } = await openedTree(root, NO_CACHE);
    const { answer, uses } = session.scanFile(path, { replay: false });
    expect(answer.findings).not.toEqual([]);
    const bytes = encodeResults({
      facts: '',
      known: new Map([[path, { found: answer, uses }]]),
      stamps: () => [1, 2, 3, 4],
      mentioned: () => '',
      defined: () => '',
      shapes: new Map([[path, { outside: 1, functions: [1], lines: [1], ends: [1], macroUses: [] }]]),
    });
    stored = JSON.parse(bytes.toString()) as Json;
  }, TIMEOUT_MS);

  const decoded = (json: Json): ReturnType<typeof decodeResults> | undefined => {
    try {
      return decodeResults(Buffer.from(JSON.stringify(json)));
    } catch {
      return undefined;
    }
  };

  it('are taken as they were written', () => {
    expect(decoded(stored)).toEqual(stored);
  });

  it('name no file outside of the tree', () => {
    const places = [...nodesOf(stored)].filter(
      (way) => ['file', 'path'].includes(way.at(-1) ?? '') || /^files,\d+,0$/.test(way.join()),
    );
    expect(places.length).toBeGreaterThan(5);
    for (const way of places)
      for (const path of OUTSIDE)
        expect(decoded(spoilt(stored, way, path)), `${way.join('.')} = ${path}`).toBeUndefined();
  });

  it('with a value of another kind anywhere are refused, or can be told', () => {
    const told = ({ results }: ReturnType<typeof decodeResults>): void => {
      const found: readonly ScannedFile[] = results.map((result) => result.found);
      const report = {
        ...reportOf({ tool: 't', root }, ['a.c'], found, [], {
          read: () => undefined,
          architectures: ['x86'],
        }),
        stats: { ...reportOf({ tool: 't', root }, [], found, [], { read: () => undefined }).stats, ms: 0 },
      };
      toJson(report);
      scanText(report, { paints: PLAIN, sourceLine: () => undefined });
      scanSarif(report, { version: '1', rootUri: 'file:///', rules: [], traceOf: () => undefined });
    };
    let refused = 0;
    for (const way of nodesOf(stored)) {
      for (const by of [null, 7, 'other', [], {}]) {
        const taken = decoded(spoilt(stored, way, by));
        if (taken) expect(() => told(taken), `${way.join('.')} = ${JSON.stringify(by)}`).not.toThrow();
        else refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe('kept words', () => {
  const segment = segmentOfTexts(new Map([['mm/a.c', 'int a(void) { return b(); }']]));
  const bytes = (header: (parts: readonly number[]) => unknown, changed = segment): Buffer => {
    const [first = new Uint8Array(), ...lists] = encodeWords({ segment: changed, stamps: [[1, 2, 3, 4]] });
    const { parts } = JSON.parse(Buffer.from(first).toString()) as { parts: readonly number[] };
    return Buffer.concat([Buffer.from(`${JSON.stringify(header(parts))}\n`), ...lists]);
  };

  it('are taken as they were written', () => {
    expect(decodeWords(bytes((parts) => ({ files: ['mm/a.c'], parts }))).segment).toEqual(segment);
  });

  it.each(OUTSIDE)('name no file outside of the tree: %j', (path) => {
    expect(() => decodeWords(bytes((parts) => ({ files: [path], parts })))).toThrow('leaves the tree');
  });

  it.each<[string, (parts: readonly number[]) => unknown]>([
    ['no object', () => null],
    ['no parts', () => ({ files: ['mm/a.c'] })],
    ['parts below zero', (parts) => ({ files: ['mm/a.c'], parts: parts.map((part) => -part) })],
    ['parts of any size', (parts) => ({ files: ['mm/a.c'], parts: parts.map(() => 2 ** 45) })],
    ['parts that share otherwise', (parts) => ({ files: ['mm/a.c'], parts: parts.toReversed() })],
    ['files without stamps', (parts) => ({ files: ['mm/a.c', 'mm/b.c'], parts })],
  ])('with %s are refused', (_, header) => {
    expect(() => decodeWords(bytes(header))).toThrow();
  });

  it('that lead out of their lists are refused', () => {
    const starts = segment.words.starts.slice();
    starts[starts.length - 1] = 0xffff_ffff;
    const other = { ...segment, words: { ...segment.words, starts } };
    expect(() => decodeWords(bytes((parts) => ({ files: ['mm/a.c'], parts }), other))).toThrow('do not fit');
  });
});

describe('kept facts of a tree', () => {
  const files = (): ReturnType<typeof rootedFiles> => rootedFiles(root, SILENT_LOG);
  const afresh = (): unknown => readingOfTree(root, files(), [], NO_CACHE, 'code');

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['no reading', { stamps: [] }],
    ['no files', { reading: { facts: {} }, stamps: [] }],
    ['stamps that are none', { reading: { facts: {}, from: new Set(['Makefile']) }, stamps: [{}] }],
    ...OUTSIDE.map((path): [string, unknown] => [
      path,
      { reading: { facts: {}, from: new Set([path]) }, stamps: [] },
    ]),
  ])('that are %s are read afresh', (_, kept) => {
    expect(readingOfTree(root, files(), [], cacheOf(serialize(kept)), 'code')).toEqual(afresh());
  });
});
