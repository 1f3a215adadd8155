/**
 * What a scan has found in each file of a tree, kept for the next one, with what each result rests on: how the files looked that were
 * read for it, and what the word lists said. A result of which any of that is different now is not used; of a file that has changed,
 * only what the result rests on has to be the same: its declarations, and the functions that were looked into.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findingsAt, walkersAt, type LineNow } from '../core/analysis/moved.js';
import { factsOf } from '../core/index/extract.js';
import { remembered } from '../core/index/remembered.js';
import type { FileShape } from '../core/index/facts.js';
import { changeSince, isSameShape, type FileChange } from '../core/index/shape.js';
import type { Uses } from '../core/index/uses.js';
import { hashOfWord } from '../core/index/word-scan.js';
import type { WordIndex } from '../core/index/words.js';
import type { ScannedFile, ScanResults } from '../core/scan.js';
import type { Cache } from './cache.js';
import { isSameStamp, settled, stampOfFile, type FileStamp } from './file-stamp.js';
import {
  decodeResults,
  encodeResults,
  type Answer,
  type Known,
  type StoredResult,
  type StoredResults,
} from './results-file.js';

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
  readonly read: (path: string) => string | undefined;
}

/** What has become of a file since; undefined: it can't be told, or more than the insides of functions. */
type Since = FileChange | undefined;

const UNCHANGED: FileChange = { functions: new Set(), words: new Set(), lineNow: (line) => line };

export function openResults({ cache, root, key, facts, words, read }: ResultsOptions): KeptResults {
  const started = Date.now();
  const cacheKey = `results\0${root}\0${key}`;
  // What has changed since the start may have been read before or after.
  const stamps = remembered((path: string) => settled(stampOfFile(join(root, path)), started));
  const mentioned = remembered((name: string) => digestOf(words.mentioning([name])));
  const defined = remembered((name: string) => digestOf(words.defining([name])));
  /** Of what the results rest on; null: it was seen to change while it was read. */
  const shapes = new Map<string, FileShape | null>();
  const known = new Map<string, Known>();
  let isNew = false;

  const changeOf = (path: string, stamp: FileStamp, shape: FileShape | null): Since => {
    if (isSameStamp(stamp, stamps(path))) {
      shapes.set(path, shape);
      return UNCHANGED;
    }
    isNew = true;
    const text = shape === null ? undefined : read(path);
    if (shape === null || text === undefined) return undefined;
    const now = factsOf(text);
    shapes.set(path, now.shape ?? null);
    return changeSince(shape, now);
  };

  const stored = cache.read(cacheKey, decodeResults);
  if (stored?.facts === facts) {
    const changes = stored.files.map(([path, stamp, shape]) => changeOf(path, stamp, shape));
    const before = usesIn(stored, changes, {
      mentioned: stored.mentioned.map(([name, digest]) => mentioned(name) === digest),
      defined: stored.defined.map(([name, digest]) => defined(name) === digest),
    });
    const lineNow = linesSince(stored, changes);
    stored.results.forEach((result) => {
      const uses = before(result);
      const found = uses && (lineNow ? movedFile(result.found, lineNow) : result.found);
      if (found) known.set(result.path, { found, uses });
      else isNew = true;
    });
  }
  return {
    known: (path) => known.get(path)?.found,
    keep: (path, found, uses, shapeOf) => {
      known.set(path, { found, uses });
      for (const file of uses.files) {
        const shape = shapeOf(file);
        if (shape) shapes.set(file, agreed(shapes.get(file), shape));
      }
      isNew = true;
    },
    save: () => {
      if (isNew) cache.write(cacheKey, [encodeResults({ facts, known, stamps, mentioned, defined, shapes })]);
      isNew = false;
    },
  };
}

/** Where lines of the files are now; undefined: where they were, no file has changed. */
function linesSince({ files }: StoredResults, changes: readonly Since[]): LineNow | undefined {
  const since = new Map(
    files.flatMap(([path], place) => {
      const change = changes[place];
      return change === UNCHANGED || change === undefined ? [] : [[path, change] as const];
    }),
  );
  if (since.size === 0) return undefined;
  return (path, line) => {
    const change = since.get(path);
    return change ? change.lineNow(line) : line;
  };
}

/** What was found in a file, with the lines that all places have now; undefined where these can not be told. */
function movedFile(found: ScannedFile, lineNow: LineNow): ScannedFile | undefined {
  const findings = findingsAt(found.findings, lineNow);
  const walkers = walkersAt(found.walkers, lineNow);
  return findings && walkers && { ...found, findings, walkers };
}

/** What two readers of a file say of its shape. */
function agreed(before: FileShape | null | undefined, now: FileShape): FileShape | null {
  return before === undefined || (before !== null && isSameShape(before, now)) ? now : null;
}

function namesAt(names: readonly string[], places: readonly number[]): Set<string> {
  return new Set(places.flatMap((place) => names[place] ?? []));
}

/** What a stored result rests on, when all of it is as it was. */
function usesIn(
  { files, functions, mentioned, defined, asked }: StoredResults,
  changes: readonly Since[],
  isKept: { readonly mentioned: readonly boolean[]; readonly defined: readonly boolean[] },
): (result: StoredResult) => Uses | undefined {
  const changed = new Set(changes.flatMap((change, place) => (change === UNCHANGED ? [] : [place])));
  const nameOf = ([name]: Answer): string => name;
  const paths = files.map(([path]) => path);
  const names = { mentioned: mentioned.map(nameOf), defined: defined.map(nameOf) };
  return (result) => {
    if (!result.mentioned.every((place) => isKept.mentioned[place])) return undefined;
    if (!result.defined.every((place) => isKept.defined[place])) return undefined;
    if (result.texts.some((place) => changed.has(place))) return undefined;
    const uses: Uses = {
      files: namesAt(paths, result.files),
      texts: namesAt(paths, result.texts),
      insides: new Map(
        result.insides.map(
          ([file = -1, ...inside]) => [paths[file] ?? '', namesAt(functions, inside)] as const,
        ),
      ),
      mentioned: namesAt(names.mentioned, result.mentioned),
      defined: namesAt(names.defined, result.defined),
      asked: namesAt(asked, result.asked),
    };
    const isSame = (place: number): boolean => !isTouched(uses, paths[place] ?? '', changes[place]);
    return result.files.every((place) => !changed.has(place) || isSame(place)) ? uses : undefined;
  };
}

/** Whether a change of a file may change what rests on these uses. */
function isTouched({ insides, mentioned, defined, asked }: Uses, path: string, change: Since): boolean {
  if (change === undefined) return true;
  const inside = insides.get(path);
  if (inside && [...change.functions].some((name) => inside.has(name))) return true;
  if (change.words.size === 0) return false;
  return [mentioned, defined, asked].some((names) =>
    [...names].some((name) => change.words.has(hashOfWord(name))),
  );
}

function digestOf(files: readonly string[]): string {
  return createHash('sha1').update(files.join('\n')).digest('base64');
}
