/**
 * Programs of the functions of a tree, lowered when they are first asked for. Only the function's own text is parsed, and a
 * function whose text stays the same is not lowered again when the rest of its file changes.
 */
import type { FunctionRef, MacroRef } from '../index/link.js';
import type { Assumption, FunctionProgram, Place, Step } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { lowerFunction } from '../program/lower/lower.js';
import { functionsOf } from '../syntax/functions.js';
import { withTree, type CParser } from '../syntax/parser.js';
import { functionOfMacro } from './macro-functions.js';

export interface Programs {
  /** The program of a function; undefined when its text can't be parsed into a function. */
  of(ref: FunctionRef): FunctionProgram | undefined;
  /** The program of the function that a macro stands for; undefined when it stands for none. Its places mean nothing. */
  ofMacro(ref: MacroRef): FunctionProgram | undefined;
  /** Tells that the text of a file is another now. */
  changed(file: string): void;
}

interface FilePrograms {
  /** By name and offset, as the index has them now. */
  readonly byPlace: Map<string, FunctionProgram | undefined>;
  /** By text, with places that count from the function's first line. */
  readonly byText: Map<string, FunctionProgram | undefined>;
}

/** `read` gives the text of a file as the index saw it. */
export function createPrograms(
  parser: CParser,
  knowledge: Knowledge,
  read: (file: string) => string | undefined,
): Programs {
  const files = new Map<string, FilePrograms>();
  return {
    ofMacro: ({ file, facts }) => {
      const text = read(file);
      const slice = text === undefined ? undefined : functionOfMacro(text, facts);
      return slice === undefined ? undefined : lowerSlice(parser, knowledge, file, facts.name, slice);
    },
    changed: (file) => files.get(file)?.byPlace.clear(),
    of: (ref) => {
      const known: FilePrograms = files.get(ref.file) ?? { byPlace: new Map(), byText: new Map() };
      files.set(ref.file, known);
      const key = `${ref.facts.name}:${ref.facts.start}`;
      if (known.byPlace.has(key)) return known.byPlace.get(key);
      const slice = read(ref.file)?.slice(ref.facts.start, ref.facts.end);
      if (slice === undefined) return undefined;
      if (!known.byText.has(slice))
        known.byText.set(slice, lowerSlice(parser, knowledge, ref.file, ref.facts.name, slice));
      const own = known.byText.get(slice);
      // `facts.line` is that of the name; the text may begin some lines above it.
      const above = own ? ref.facts.line - own.at.line : 0;
      const program = own && movedDown(own, above);
      known.byPlace.set(key, program);
      return program;
    },
  };
}

function lowerSlice(
  parser: CParser,
  knowledge: Knowledge,
  file: string,
  wanted: string,
  slice: string,
): FunctionProgram | undefined {
  return withTree(parser, slice, (tree) => {
    const functions = functionsOf(tree, file);
    const syntax = functions.find(({ name }) => name === wanted) ?? functions[0];
    return syntax && lowerFunction({ ...syntax, source: tree }, file, knowledge);
  });
}

function movedDown(program: FunctionProgram, lines: number): FunctionProgram {
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
