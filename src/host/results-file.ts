/** How results are kept: tables of what they rest on, and results that name their uses by their places in the tables. */
import * as v from 'valibot';
import type { FileShape } from '../core/index/facts.js';
import type { Uses } from '../core/index/uses.js';
import type { ScannedFile } from '../core/scan.js';
import type { FileStamp } from './file-stamp.js';
import { KeptFile, Numbers, Stamp, TreePath } from './kept.js';

/** A name, and a digest of the files that the word lists gave for it. */
const Answer = v.tuple([v.string(), v.string()]);
export type Answer = v.InferOutput<typeof Answer>;

const Shape = v.object({
  outside: v.number(),
  functions: Numbers,
  lines: Numbers,
  ends: Numbers,
  macroUses: Numbers,
});

const StoredResult = v.object({
  path: TreePath,
  found: KeptFile,
  files: Numbers,
  texts: Numbers,
  /** A file, and functions of it. */
  insides: v.array(Numbers),
  mentioned: Numbers,
  defined: Numbers,
  asked: Numbers,
});
export type StoredResult = v.InferOutput<typeof StoredResult>;

const StoredResults = v.object({
  facts: v.string(),
  files: v.array(v.tuple([TreePath, Stamp, v.nullable(Shape)])),
  functions: v.pipe(v.array(v.string()), v.readonly()),
  mentioned: v.array(Answer),
  defined: v.array(Answer),
  asked: v.pipe(v.array(v.string()), v.readonly()),
  results: v.array(StoredResult),
});
export type StoredResults = v.InferOutput<typeof StoredResults>;

export interface Known {
  readonly found: ScannedFile;
  readonly uses: Uses;
}

export function encodeResults({
  facts,
  known,
  stamps,
  mentioned,
  defined,
  shapes,
}: {
  readonly facts: string;
  readonly known: ReadonlyMap<string, Known>;
  readonly stamps: (path: string) => FileStamp;
  readonly mentioned: (name: string) => string;
  readonly defined: (name: string) => string;
  readonly shapes: ReadonlyMap<string, FileShape | null>;
}): Buffer {
  const files = createTable();
  const functions = createTable();
  const mentions = createTable();
  const definitions = createTable();
  const asked = createTable();
  const results = [...known].map(([path, { found, uses }]): StoredResult => ({
    path,
    found,
    files: Array.from(uses.files, files.placeOf),
    texts: Array.from(uses.texts, files.placeOf),
    insides: Array.from(uses.insides, ([file, names]) => [
      files.placeOf(file),
      ...Array.from(names, functions.placeOf),
    ]),
    mentioned: Array.from(uses.mentioned, mentions.placeOf),
    defined: Array.from(uses.defined, definitions.placeOf),
    asked: Array.from(uses.asked, asked.placeOf),
  }));
  const stored: StoredResults = {
    facts,
    files: files.names().map((path) => [path, stamps(path), shapes.get(path) ?? null]),
    functions: functions.names(),
    mentioned: mentions.names().map((name) => [name, mentioned(name)]),
    defined: definitions.names().map((name) => [name, defined(name)]),
    asked: asked.names(),
    results,
  };
  return Buffer.from(JSON.stringify(stored));
}

/** Throws where the bytes are not what {@link encodeResults} makes of some results. */
export const decodeResults = (bytes: Buffer): StoredResults =>
  v.parse(StoredResults, JSON.parse(bytes.toString('utf8')));

interface Table {
  readonly placeOf: (name: string) => number;
  readonly names: () => readonly string[];
}

function createTable(): Table {
  const places = new Map<string, number>();
  return {
    placeOf: (name) => {
      const place = places.get(name) ?? places.size;
      places.set(name, place);
      return place;
    },
    names: () => [...places.keys()],
  };
}
