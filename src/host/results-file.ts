/** How results are kept: tables of what they rest on, and results that name their uses by their places in the tables. */
import type { FileShape } from '../core/index/facts.js';
import type { Uses } from '../core/index/uses.js';
import type { ScannedFile } from '../core/scan.js';
import type { FileStamp } from './file-stamp.js';

export interface StoredResults {
  readonly facts: string;
  readonly files: readonly (readonly [path: string, stamp: FileStamp, shape: FileShape | null])[];
  readonly functions: readonly string[];
  readonly mentioned: readonly Answer[];
  readonly defined: readonly Answer[];
  readonly asked: readonly string[];
  readonly results: readonly StoredResult[];
}

/** A name, and a digest of the files that the word lists gave for it. */
export type Answer = readonly [name: string, digest: string];

export interface StoredResult {
  readonly path: string;
  readonly found: ScannedFile;
  readonly files: readonly number[];
  readonly texts: readonly number[];
  /** A file, and functions of it. */
  readonly insides: readonly (readonly number[])[];
  readonly mentioned: readonly number[];
  readonly defined: readonly number[];
  readonly asked: readonly number[];
}

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

export function decodeResults(bytes: Buffer | undefined): StoredResults | undefined {
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as StoredResults);
}

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
