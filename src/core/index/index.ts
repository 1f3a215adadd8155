/**
 * The index of a whole tree, filled on demand: nobody parses sixty thousand files. A question about a name first asks the
 * word lists which files can have the answer, reads the facts of those that were not read yet, and answers from all.
 * What was left unread because a name is in too many files is part of the answer.
 */
import { bodiesWith } from './body-words.js';
import { INDEX_BOUNDS, type IndexBounds } from './bounds.js';
import type { BodyWords, FieldFact, FileFacts } from './facts.js';
import { definitionsOf, macrosOf, namesakesOf } from './find-definitions.js';
import { mentionsOf, type Callers } from './find-mentions.js';
import {
  fieldCalls,
  functionsInField,
  initializer,
  isTable,
  tablesOf,
  type FieldCall,
} from './find-tables.js';
import type { FunctionRef, MacroRef, TableRef } from './link.js';
import { createReadFiles, type ReadFiles } from './read-files.js';
import type { FactReader } from './reader.js';
import { createUseLog, type UseLog } from './uses.js';
import type { Viewpoint } from './visibility.js';
import { hashOfWord } from './word-scan.js';
import type { WordIndex } from './words.js';

export interface TreeIndex {
  /** Facts of one file, with what its macro uses make; empty when there is no such file. */
  facts(file: string): FileFacts;
  /** Reads files beforehand; the same answers come without it. */
  load(files: Iterable<string>): void;
  loaded(): readonly string[];
  /** Forgets what was read, to make room; the same answers come after it. */
  forget(): void;
  /** Some files have changed: `words` are the word lists of the tree as it is now; their facts are read again. */
  update(words: WordIndex, changed: Iterable<string>): void;
  functionsIn(file: string): readonly FunctionRef[];
  /** Functions of a file that call something by one of these names. */
  functionsCalling(file: string, names: ReadonlySet<string>): readonly FunctionRef[];
  /** Functions of a file whose bodies have one of these words, as whatever. */
  functionsWith(file: string, words: ReadonlySet<string>): readonly FunctionRef[];
  /** The function whose text has this line; the innermost when there are several. */
  functionAt(file: string, line: number): FunctionRef | undefined;
  /** Functions that a call of `name` can reach: those of the file itself, or all that it sees. */
  definitions(name: string, from: Viewpoint): readonly FunctionRef[];
  /** All functions of a name, whoever can see them; none when the name is in too many files. */
  namesakes(name: string): readonly FunctionRef[];
  macros(name: string, from: Viewpoint): readonly MacroRef[];
  /** Every place that calls, passes or stores a function, or a table. */
  mentionsOf(name: string, definedIn: string, isStatic: boolean): Callers;
  callers(target: FunctionRef): Callers;
  /** What a table has in a member: `initializer('ptdump_ops', 'pmd_entry', {file})`. */
  initializer(variable: string, field: string, from: Viewpoint): readonly FieldFact[];
  /** Whether the index knows the initial values of a variable, so that a member which `initializer` does not find is 0. */
  isTable(variable: string, from: Viewpoint): boolean;
  /** Tables of a struct with a value for a member; none when the struct is in too many files. */
  tables(type: string, field?: string): readonly TableRef[];
  /** Functions that some table, of a type when it is known, has in a member; a member in too many files: those of the file. */
  functionsInField(field: string, from: Viewpoint, type?: string): readonly FunctionRef[];
  /** Calls of a member by its name; none when it is in too many files. */
  fieldCalls(field: string): readonly FieldCall[];
}

/** The index over the facts of files and the tree's word lists. */
export function createIndex(
  words: WordIndex,
  reader: FactReader,
  { bounds = INDEX_BOUNDS, uses = createUseLog() }: { bounds?: IndexBounds; uses?: UseLog } = {},
): TreeIndex {
  const read = createReadFiles(words, reader, bounds, uses);
  const mentions = (name: string, definedIn: string, isStatic: boolean): Callers =>
    mentionsOf(read, { name, definedIn, isStatic });
  return {
    facts: read.facts,
    load: read.load,
    loaded: () => [...read.links.files.keys()].sort(),
    forget: read.forget,
    update: read.update,
    functionsIn: (file) => read.facts(file).functions.map((facts) => ({ file, facts })),
    functionsCalling: (file, names) => functionsCalling(read, file, names),
    functionsWith: (file, names) => functionsWith(read, file, names),
    functionAt: (file, line) => functionAt(read, file, line),
    definitions: (name, from) => definitionsOf(read, name, from),
    namesakes: (name) => namesakesOf(read, name),
    macros: (name, from) => macrosOf(read, name, from),
    mentionsOf: mentions,
    callers: ({ file, facts }) => mentions(facts.name, file, facts.isStatic),
    initializer: (variable, field, from) => initializer(read, variable, field, from),
    isTable: (variable, from) => isTable(read, variable, from),
    tables: (type, field) => tablesOf(read, type, field),
    functionsInField: (field, from, type) => functionsInField(read, field, from, type),
    fieldCalls: (field) => fieldCalls(read, field),
  };
}

function functionsCalling(read: ReadFiles, file: string, names: ReadonlySet<string>): readonly FunctionRef[] {
  const { functions, bodies } = read.facts(file);
  const counted = bodies?.ends.length ?? 0;
  const having = bodiesWithAny(bodies, names);
  names.forEach(read.uses.asked);
  return functions
    .filter(
      (facts, index) =>
        (index >= counted || having.has(index)) && facts.calls.some(({ callee }) => names.has(callee)),
    )
    .map((facts) => ({ file, facts }));
}

function functionsWith(read: ReadFiles, file: string, words: ReadonlySet<string>): readonly FunctionRef[] {
  const { functions, bodies } = read.facts(file);
  const having = bodiesWithAny(bodies, words);
  words.forEach(read.uses.asked);
  return functions.filter((_, index) => having.has(index)).map((facts) => ({ file, facts }));
}

/** Indexes of the bodies that have one of some words. */
function bodiesWithAny(bodies: BodyWords | undefined, words: ReadonlySet<string>): ReadonlySet<number> {
  return new Set(bodies && [...words].flatMap((word) => bodiesWith(bodies, hashOfWord(word))));
}

function functionAt(read: ReadFiles, file: string, line: number): FunctionRef | undefined {
  const { functions } = read.facts(file);
  read.uses.text(file);
  const innermost = functions.filter((facts) => facts.line <= line && line <= facts.endLine).at(-1);
  return innermost === undefined ? undefined : { file, facts: innermost };
}
