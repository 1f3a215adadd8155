/**
 * The texts that a session works on, and the index over them: files of the tree, with what an editor holds open on top.
 * Without word lists of the whole tree, only the directories of the files that were asked for are seen, and the files of the
 * generic walkers.
 */
import { createIndex, type TreeIndex } from '../index/index.js';
import type { BodyEdit } from '../index/known-answers.js';
import { factReader } from '../index/reader.js';
import { createUseLog, type UseLog } from '../index/uses.js';
import type { FileWords } from '../index/word-scan.js';
import {
  blockOf,
  segmentOf,
  segmentOfTexts,
  wordIndex,
  wordsOfText,
  type WordIndex,
  type WordSegment,
} from '../index/words.js';
import { MODELS } from '../kernel/models/models.js';
import { PRIMITIVES } from '../kernel/primitives.js';
import type { Files } from '../ports.js';
import { bodyEdit, type DocumentFacts } from './change.js';
import { recentTexts } from './recent-texts.js';

/** A change of a text: the UTF-16 units from `start` up to `end` become `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Sources {
  readonly index: TreeIndex;
  /** Notes which texts and word lists are asked for. */
  readonly uses: UseLog;
  readonly read: (path: string) => string | undefined;
  /** The same for who notes itself which functions of it are used (`UseLog.body`). */
  readonly textOf: (path: string) => string | undefined;
  /** Makes sure that a file and what is beside it are in the index. */
  see(path: string): void;
  open(path: string, text: string): void;
  /** Edits apply one after the other. What they have changed, where it is told by the insides of functions alone; else undefined. */
  edit(path: string, edits: readonly TextEdit[]): BodyEdit | undefined;
  close(path: string): void;
  /** The same for several: the words of the tree are looked up anew once. */
  openAll(texts: Iterable<readonly [path: string, text: string]>): void;
  closeAll(paths: readonly string[]): void;
  /** Paths that have any of the words. */
  mentioning(words: Iterable<string>): readonly string[];
}

/** Files in which the generic walkers are: what a walker's callbacks are called from. */
const FRAMEWORK: readonly string[] = [
  ...new Set(
    PRIMITIVES.filter(({ kind }) => kind === 'walk' || kind === 'map').map(({ source }) =>
      source.replace(/:.*$/s, ''),
    ),
  ),
].filter((path) => path.endsWith('.c'));

export function createSources(
  files: Files,
  tree?: { readonly segments: readonly WordSegment[]; readonly gone: ReadonlySet<string> },
): Sources {
  const opened = new Map<string, string>();
  const beside = new Map<string, string>();
  const seen = new Set<string>();
  const recent = recentTexts(files);
  const wordsOfOpened = new Map<string, FileWords>();
  const wordsOf = (path: string): FileWords => {
    const list = wordsOfOpened.get(path) ?? wordsOfText(opened.get(path) ?? '');
    wordsOfOpened.set(path, list);
    return list;
  };
  const uses = createUseLog(opened);
  const textOf = (path: string): string | undefined =>
    opened.get(path) ??
    beside.get(path) ??
    MODELS.find(({ file }) => file === path)?.text ??
    recent.read(path);
  const read = (path: string): string | undefined => {
    uses.text(path);
    return textOf(path);
  };
  let besideSegment: WordSegment | undefined;

  const openedSegment = (): WordSegment => {
    const lists = [...opened.keys()].map((path) => [path, wordsOf(path)] as const);
    return segmentOf([blockOf(lists.sort(([a], [b]) => (a < b ? -1 : 1)))]);
  };
  const words = (): WordIndex => {
    besideSegment ??= tree ? undefined : segmentOfTexts(beside);
    const base = tree?.segments ?? (besideSegment ? [besideSegment] : []);
    return wordIndex(opened.size > 0 ? [...base, openedSegment()] : base, tree?.gone);
  };
  let current = words();
  const index = createIndex(
    current,
    factReader(textOf, (path) => opened.has(path), uses.body),
    { uses },
  );
  const refresh = (changed: readonly string[]): void => {
    recent.forget(changed);
    for (const path of changed) wordsOfOpened.delete(path);
    current = words();
    index.update(current, changed);
  };

  const addBeside = (path: string): void => {
    const text = opened.has(path) || beside.has(path) ? undefined : files.read(path);
    if (text === undefined) return;
    beside.set(path, text);
    besideSegment = undefined;
  };
  const see = (path: string): void => {
    if (tree) return;
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    const before = beside.size;
    addBeside(path);
    if (!seen.has(directory)) {
      seen.add(directory);
      for (const name of files.list(directory)) if (/\.[ch]$/.test(name)) addBeside(directory + name);
      for (const each of FRAMEWORK) addBeside(each);
    }
    if (beside.size !== before) refresh([path]);
  };

  const documentAt = (path: string): DocumentFacts => ({
    text: opened.get(path) ?? '',
    facts: index.facts(path),
    words: wordsOf(path),
  });

  const openAll: Sources['openAll'] = (texts) => {
    const paths: string[] = [];
    for (const [path, text] of texts) {
      opened.set(path, text);
      see(path);
      paths.push(path);
    }
    refresh(paths);
  };
  const closeAll: Sources['closeAll'] = (paths) => {
    for (const path of paths) opened.delete(path);
    refresh(paths);
  };

  return {
    index,
    uses,
    read,
    textOf,
    see,
    open: (path, text) => openAll([[path, text]]),
    openAll,
    edit: (path, edits) => {
      const text = edits.reduce(
        (now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end),
        read(path) ?? '',
      );
      const before = opened.has(path) ? documentAt(path) : undefined;
      opened.set(path, text);
      refresh([path]);
      return before && bodyEdit(path, before, documentAt(path));
    },
    close: (path) => closeAll([path]),
    closeAll,
    mentioning: (of) => {
      const names = [...of];
      names.forEach(uses.mentioned);
      return current.mentioning(names);
    },
  };
}
