/**
 * The texts that a session works on, and the index over them: files of the tree, with what an editor holds open on top.
 * Without word lists of the whole tree, only the directories of the files that were asked for are seen, and the files of the
 * generic walkers.
 */
import { createIndex, type TreeIndex } from '../index/index.js';
import type { BodyEdit } from '../index/known-answers.js';
import { factReader } from '../index/reader.js';
import { createUseLog, type UseLog } from '../index/uses.js';
import { wordIndex, type WordIndex, type WordSegment } from '../index/words.js';
import { MODELS } from '../kernel/models/models.js';
import type { Files } from '../ports.js';
import { bodyEdit, type DocumentFacts } from './change.js';
import { createNeighbours } from './neighbours.js';
import { openedTexts } from './opened-texts.js';
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
  readonly see: (path: string) => void;
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

/** The words of a whole tree, without those of paths that are gone. */
export interface WordsOfTree {
  readonly segments: readonly WordSegment[];
  readonly gone: ReadonlySet<string>;
}

export function createSources(files: Files, tree?: WordsOfTree): Sources {
  const documents = openedTexts();
  const opened = documents.texts;
  const neighbours = createNeighbours(files, (path) => opened.has(path));
  const recent = recentTexts(files);
  const uses = createUseLog(opened);
  const textOf = (path: string): string | undefined =>
    opened.get(path) ??
    neighbours.text(path) ??
    MODELS.find(({ file }) => file === path)?.text ??
    recent.read(path);
  const read = (path: string): string | undefined => {
    uses.text(path);
    return textOf(path);
  };

  const words = (): WordIndex => {
    const base = tree?.segments ?? [neighbours.segment()];
    return wordIndex(opened.size > 0 ? [...base, documents.segment()] : base, tree?.gone);
  };
  let current = words();
  const reader = factReader(textOf, (path) => opened.has(path), uses.body);
  const index = createIndex(current, reader, { uses });
  const refresh = (changed: readonly string[]): void => {
    recent.forget(changed);
    documents.forgetWords(changed);
    current = words();
    index.update(current, changed);
  };

  const see = (path: string): void => {
    if (!tree && neighbours.see(path)) refresh([path]);
  };

  const documentAt = (path: string): DocumentFacts => ({
    text: opened.get(path) ?? '',
    facts: index.facts(path),
    words: documents.wordsOf(path),
  });

  const openAll: Sources['openAll'] = (texts) => {
    const paths: string[] = [];
    for (const [path, text] of texts) {
      documents.open(path, text);
      see(path);
      paths.push(path);
    }
    refresh(paths);
  };
  const closeAll: Sources['closeAll'] = (paths) => {
    paths.forEach(documents.close);
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
      const text = edited(read(path) ?? '', edits);
      const before = opened.has(path) ? documentAt(path) : undefined;
      documents.open(path, text);
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

const edited = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
