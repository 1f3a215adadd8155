/**
 * What a scan has found in each file of a tree, kept for the next one, with what each result rests on: how the files looked that were
 * read for it, and what the word lists said. A result of which any of that is different now is not used.
 */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { remembered } from '../core/index/remembered.js';
import type { Uses } from '../core/index/uses.js';
import type { WordIndex } from '../core/index/words.js';
import type { ScannedFile, ScanResults } from '../core/scan.js';
import type { Cache } from './cache.js';
import { NO_LOOK, lookOf, type Look } from './scan-files.js';

export interface KeptResults extends ScanResults {
  /** Writes down what is known now. */
  save(): void;
}

export interface ResultsOptions {
  readonly cache: Cache;
  readonly root: string;
  /** Everything else that results depend on: the code of the tool, and what it is asked to do. */
  readonly key: string;
  /** What is known of the tree as a whole (Session.treeFacts). */
  readonly facts: string;
  readonly words: WordIndex;
}

/** A file as the cache has it: tables of what was used, and results that name their uses by their places in them. */
interface Stored {
  readonly facts: string;
  readonly files: readonly (readonly [path: string, look: Look])[];
  readonly mentioned: readonly Answer[];
  readonly defined: readonly Answer[];
  readonly results: readonly StoredResult[];
}

/** A name, and a digest of the files that the word lists gave for it. */
type Answer = readonly [name: string, digest: string];

interface StoredResult {
  readonly path: string;
  readonly found: ScannedFile;
  readonly files: readonly number[];
  readonly mentioned: readonly number[];
  readonly defined: readonly number[];
}

interface Known {
  readonly found: ScannedFile;
  readonly uses: Uses;
}

/** A look of what is not there. */
const ABSENT: Look = [-2, 0, 0, 0];

export function openResults({ cache, root, key, facts, words }: ResultsOptions): KeptResults {
  const started = Date.now();
  const cacheKey = `results\0${root}\0${key}`;
  const looks = remembered((path: string): Look => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false });
    // What has changed since the start may have been read before or after.
    return stats === undefined ? ABSENT : lookOf(stats, started);
  });
  const mentioned = remembered((name: string) => digestOf(words.mentioning([name])));
  const defined = remembered((name: string) => digestOf(words.defining([name])));
  const known = new Map<string, Known>();
  let isNew = false;

  const stored = decode(cache.read(cacheKey));
  if (stored?.facts === facts) {
    const files = stored.files.map(([path, look]) => (isSameLook(look, looks(path)) ? path : undefined));
    const mentions = stored.mentioned.map(([name, digest]) =>
      mentioned(name) === digest ? name : undefined,
    );
    const definitions = stored.defined.map(([name, digest]) => (defined(name) === digest ? name : undefined));
    for (const result of stored.results) {
      const uses = {
        files: namesAt(files, result.files),
        mentioned: namesAt(mentions, result.mentioned),
        defined: namesAt(definitions, result.defined),
      };
      if (uses.files && uses.mentioned && uses.defined)
        known.set(result.path, {
          found: result.found,
          uses: { files: uses.files, mentioned: uses.mentioned, defined: uses.defined },
        });
      else isNew = true;
    }
  }
  return {
    known: (path) => known.get(path)?.found,
    keep: (path, found, uses) => {
      known.set(path, { found, uses });
      isNew = true;
    },
    save: () => {
      if (isNew) cache.write(cacheKey, [encode(facts, known, looks, mentioned, defined)]);
      isNew = false;
    },
  };
}

function namesAt(names: readonly (string | undefined)[], places: readonly number[]): Set<string> | undefined {
  const found = new Set<string>();
  for (const place of places) {
    const name = names[place];
    if (name === undefined) return undefined;
    found.add(name);
  }
  return found;
}

function isSameLook(before: Look, now: Look): boolean {
  return now !== NO_LOOK && before.every((value, part) => value === now[part]);
}

function encode(
  facts: string,
  known: ReadonlyMap<string, Known>,
  looks: (path: string) => Look,
  mentioned: (name: string) => string,
  defined: (name: string) => string,
): Buffer {
  const files = createTable();
  const mentions = createTable();
  const definitions = createTable();
  const results = [...known].map(([path, { found, uses }]): StoredResult => ({
    path,
    found,
    files: Array.from(uses.files, files.placeOf),
    mentioned: Array.from(uses.mentioned, mentions.placeOf),
    defined: Array.from(uses.defined, definitions.placeOf),
  }));
  const stored: Stored = {
    facts,
    files: files.names().map((path) => [path, looks(path)]),
    mentioned: mentions.names().map((name) => [name, mentioned(name)]),
    defined: definitions.names().map((name) => [name, defined(name)]),
    results,
  };
  return Buffer.from(JSON.stringify(stored));
}

function decode(bytes: Buffer | undefined): Stored | undefined {
  return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as Stored);
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

function digestOf(files: readonly string[]): string {
  return createHash('sha1').update(files.join('\n')).digest('base64');
}
