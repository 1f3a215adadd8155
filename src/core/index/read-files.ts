/**
 * The files that were read so far, and the reading of more. What somebody asks about a file is noted as used, so that an answer
 * can be kept for as long as the file says the same.
 */
import type { IndexBounds } from './bounds.js';
import { NO_FACTS, type FileFacts } from './facts.js';
import {
  addBodiesWith,
  addFacts,
  emptyLinks,
  forgetAll,
  forgetFile,
  type Links,
  type TableRef,
} from './link.js';
import { createMadeByMacros, withMade } from './made-by-macros.js';
import { createNotedWords, type NotedWords } from './noted-words.js';
import type { FactReader } from './reader.js';
import type { FineUses, UseLog } from './uses.js';
import { hashOfWord } from './word-scan.js';
import type { WordIndex } from './words.js';

export interface ReadFiles {
  /** From names to what the files that were read define and mention. */
  readonly links: Links;
  readonly words: NotedWords;
  readonly bounds: IndexBounds;
  readonly uses: UseLog;
  /** Facts of one file, with what its macro uses make; empty when there is no such file. */
  readonly facts: (file: string) => FileFacts;
  readonly load: (files: Iterable<string>) => void;
  /**
   * Reads files and gives them as a set: an answer is made of these only, not of what other questions have read before.
   * Of too many files, none but the first few are read.
   */
  readonly readable: (files: readonly string[]) => ReadonlySet<string>;
  /** The files that have the name of a member or type, with their bodies that have it; `file` alone when they are too many. */
  readonly havingWord: (word: string, file: string | undefined) => ReadonlySet<string>;
  /** Of these files, the functions that have a word are read to their ends. */
  readonly readBodies: (word: string, files: Iterable<string>) => void;
  /** Notes that what a function says was told: where it stands in the text counts, too. */
  readonly told: <R extends { readonly file: string; readonly facts: { readonly name: string } }>(
    from: R,
  ) => R;
  /** The same for a table, which may stand in a function. */
  readonly toldTable: (table: TableRef) => TableRef;
  /** Forgets what was read, to make room. */
  readonly forget: () => void;
  /** Some files have changed: they are read again when they are asked for. */
  readonly update: (words: WordIndex, changed: Iterable<string>) => void;
}

export function createReadFiles(
  tree: WordIndex,
  reader: FactReader,
  bounds: IndexBounds,
  uses: UseLog,
): ReadFiles {
  const links = emptyLinks();
  const words = createNotedWords(tree, uses);
  const macros = createMadeByMacros(links, words, reader, bounds, uses);
  /** What the macros that each file uses have led to. */
  const usesOfMacros = new Map<string, FineUses>();

  const add = (file: string): void => {
    const own = reader.facts(file) ?? NO_FACTS;
    links.files.set(file, own);
    addFacts(links, file, own);
    if (own.invocations.length === 0) return;
    const { answer: made, uses: used } = uses.during(() => macros.madeBy(file, own.invocations));
    usesOfMacros.set(file, used);
    if (made.length === 0) return;
    links.files.set(file, withMade(own, made));
    for (const facts of made) addFacts(links, file, facts);
  };
  const facts = (file: string): FileFacts => {
    uses.file(file);
    if (!links.files.has(file)) add(file);
    const used = usesOfMacros.get(file);
    if (used) uses.again(used);
    return links.files.get(file) ?? NO_FACTS;
  };
  const load = (files: Iterable<string>): void => {
    for (const file of files) facts(file);
  };
  const readable = (files: readonly string[]): ReadonlySet<string> => {
    const read = files.slice(0, bounds.filesOfName + 1);
    load(read);
    return new Set(read);
  };
  const readBodies = (word: string, files: Iterable<string>): void => {
    const hash = hashOfWord(word);
    uses.aside(() => {
      for (const file of files) addBodiesWith(links, file, hash);
    });
  };

  return {
    links,
    words,
    bounds,
    uses,
    facts,
    load,
    readable,
    havingWord: (word, file) => {
      const files = words.mentioning(word);
      const read = readable(files.length > bounds.filesOfName ? (file === undefined ? [] : [file]) : files);
      readBodies(word, read);
      return read;
    },
    readBodies,
    ...telling(uses),
    forget: () => {
      forgetAll(links);
      usesOfMacros.clear();
    },
    update: (now, changed) => {
      words.update(now);
      macros.forget();
      for (const file of changed) {
        usesOfMacros.delete(file);
        forgetFile(links, file);
      }
    },
  };
}

const telling = (uses: UseLog): Pick<ReadFiles, 'told' | 'toldTable'> => ({
  told: (from) => {
    uses.body(from.file, from.facts.name);
    return from;
  },
  toldTable: (table) => {
    if (table.facts.within !== undefined) uses.body(table.file, table.facts.within);
    return table;
  },
});
