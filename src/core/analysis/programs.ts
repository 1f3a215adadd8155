/**
 * Programs of the functions of a tree, lowered when they are first asked for. Only the function's own text is parsed, and a
 * function whose text stays the same is not lowered again when the rest of its file changes.
 */
import { isHeader } from '../index/architecture.js';
import type { FunctionRef, MacroRef } from '../index/link.js';
import type { Assumption, FunctionProgram, Place, Step } from '../program/ir.js';
import type { LocalNames } from '../program/lower/names.js';
import { lowerFunction } from '../program/lower/lower.js';
import { DEEPEST, isDeeperThan } from '../syntax/depth.js';
import { functionsOf } from '../syntax/functions.js';
import { withTree, type CParser } from '../syntax/parser.js';
import type { SyntaxTree } from '../syntax/tree.js';
import type { FileNames } from './file-names.js';
import { functionOfMacro } from './macro-functions.js';

export interface Programs {
  /** The program of a function; undefined when its text can't be parsed into a function, or is nested too deep. */
  of(ref: FunctionRef): FunctionProgram | undefined;
  /** The program of the function that a macro stands for; undefined when it stands for none. Its places mean nothing. */
  ofMacro(ref: MacroRef): FunctionProgram | undefined;
  /** What a file says of the names in it. */
  namesIn(file: string): FileNames;
  /** Tells a function's text from any other; undefined when there is no such text. */
  identity(ref: FunctionRef): string | undefined;
  /** Tells that the text of a file is another now. */
  changed(file: string): void;
  /** Forgets all programs, to make room. */
  forget(): void;
}

interface FilePrograms {
  /** By name and offset, as the index has them now. */
  readonly byPlace: Map<string, PlacedProgram>;
  /** By text, wherever it was when it was last asked for. */
  readonly byText: Map<string, FunctionProgram | undefined>;
  /** Those of the text before the last change, as far as they were asked for. */
  readonly before: ReadonlyMap<string, FunctionProgram | undefined>;
  /** What the file says of names, once it was asked. */
  names: FileNames | undefined;
}

interface PlacedProgram {
  readonly identity: string;
  readonly program: FunctionProgram | undefined;
}

const NO_PROGRAMS: ReadonlyMap<string, undefined> = new Map();

/**
 * `read` gives the text of a file as the index saw it, and `names` what that file says of names; `seen` is told each time that the
 * program of a function is asked for.
 */
export function createPrograms(
  parser: CParser,
  names: (file: string) => FileNames,
  read: (file: string) => string | undefined,
  seen: (file: string, name: string) => void = () => undefined,
): Programs {
  const files = new Map<string, FilePrograms>();
  const newPrograms = (file: string, before: FilePrograms['before']): FilePrograms => {
    const made = { byPlace: new Map(), byText: new Map(), before, names: undefined };
    files.set(file, made);
    return made;
  };
  const programsOf = (file: string): FilePrograms => files.get(file) ?? newPrograms(file, NO_PROGRAMS);
  const namesIn = (file: string): FileNames => {
    const known = programsOf(file);
    known.names ??= names(file);
    known.names.noteHeaders();
    return known.names;
  };
  /** The program with what it was made of; undefined when there is no such text. */
  const placed = ({ file, facts }: FunctionRef): PlacedProgram | undefined => {
    seen(file, facts.name);
    const known = programsOf(file);
    const local = namesIn(file);
    const place = `${facts.name}:${facts.start}`;
    const before = known.byPlace.get(place);
    if (before) return before;
    const text = read(file);
    if (text === undefined) return undefined;
    const slice = copied(text.slice(facts.start, facts.end));
    const identity = `${facts.name} ${digest(slice + local.identity)}`;
    const lowered = [known.byText, known.before].some((programs) => programs.has(identity))
      ? (known.byText.get(identity) ?? known.before.get(identity))
      : lowerSlice(parser, local, file, facts.name, slice);
    // `facts.line` is that of the name; the text may begin some lines above it.
    const program = lowered && movedDown(lowered, facts.line - lowered.at.line);
    const made: PlacedProgram = { identity, program };
    known.byText.set(identity, program);
    known.byPlace.set(place, made);
    return made;
  };
  return {
    identity: (ref) => placed(ref)?.identity,
    ofMacro: ({ file, facts }) => {
      const text = read(file);
      const slice = text === undefined ? undefined : functionOfMacro(text, facts);
      return slice === undefined ? undefined : lowerSlice(parser, namesIn(file), file, facts.name, slice);
    },
    namesIn,
    forget: () => files.clear(),
    changed: (file) => {
      // What a header says of names, others have in their programs.
      if (isHeader(file)) files.clear();
      const known = files.get(file);
      if (known) newPrograms(file, known.byText);
    },
    of: (ref) => placed(ref)?.program,
  };
}

/** Two hashes of a text and its length: a key that does not keep the text of the whole file alive. */
function digest(text: string): string {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b) ^ (b >>> 15);
  }
  return `${text.length}:${a >>> 0}:${b >>> 0}`;
}

/** A slice of a text keeps all of that text in memory, and the steps of a program are slices of it: they have a copy of their own. */
function copied(slice: string): string {
  return ` ${slice}`.slice(1);
}

function lowerSlice(
  parser: CParser,
  names: FileNames,
  file: string,
  wanted: string,
  slice: string,
): FunctionProgram | undefined {
  const uses: SyntaxTree[] = [];
  const local: LocalNames = {
    writtenOut: (name, args) => {
      const text = names.useAsFunction(name, args);
      if (text === undefined) return undefined;
      const tree = parser.parse(text);
      uses.push(tree);
      return tree;
    },
  };
  try {
    return withTree(parser, slice, (tree) => {
      const functions = functionsOf(tree, file);
      const syntax = functions.find(({ name }) => name === wanted) ?? functions[0];
      if (!syntax || isDeeperThan(syntax.body, DEEPEST)) return undefined;
      return lowerFunction({ ...syntax, source: tree, names: local }, file, names.knowledge);
    });
  } finally {
    for (const tree of uses) tree.dispose();
  }
}

function movedDown(program: FunctionProgram, lines: number): FunctionProgram {
  if (lines === 0) return program;
  const place = (at: Place): Place => ({ ...at, line: at.line + lines, endLine: at.endLine + lines });
  const step = (each: Step): Step => (each.at ? { ...each, at: place(each.at) } : each);
  const assumption = (each: Assumption): Assumption => (each.at ? { ...each, at: place(each.at) } : each);
  return {
    ...program,
    at: place(program.at),
    steps: program.steps.map(step),
    assumptions: program.assumptions.map(assumption),
  };
}
