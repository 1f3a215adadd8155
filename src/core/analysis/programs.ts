/** Programs of the functions of a tree, lowered when they are first asked for. Only the function's own text is parsed. */
import type { FunctionRef } from '../index/link.js';
import type { Assumption, FunctionProgram, Place, Step } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { lowerFunction } from '../program/lower/lower.js';
import { functionsOf } from '../syntax/functions.js';
import { withTree, type CParser } from '../syntax/parser.js';

export interface Programs {
  /** The program of a function; undefined when its text can't be parsed into a function. */
  of(ref: FunctionRef): FunctionProgram | undefined;
  /** Forgets the programs of a file whose text changed; those of functions with the same text stay. */
  forget(file: string): void;
}

/** `read` gives the text of a file as the index saw it. */
export function createPrograms(
  parser: CParser,
  knowledge: Knowledge,
  read: (file: string) => string | undefined,
): Programs {
  const byFile = new Map<string, Map<string, FunctionProgram | undefined>>();
  return {
    forget: (file) => void byFile.delete(file),
    of: (ref) => {
      const known = byFile.get(ref.file) ?? new Map<string, FunctionProgram | undefined>();
      byFile.set(ref.file, known);
      const key = `${ref.facts.name}:${ref.facts.start}`;
      if (known.has(key)) return known.get(key);
      const text = read(ref.file);
      const program = text === undefined ? undefined : lowerSlice(parser, knowledge, ref, text);
      known.set(key, program);
      return program;
    },
  };
}

/** Parses the text of one function alone; its places are moved to where it is in the file. */
function lowerSlice(
  parser: CParser,
  knowledge: Knowledge,
  { file, facts }: FunctionRef,
  text: string,
): FunctionProgram | undefined {
  const slice = text.slice(facts.start, facts.end);
  const lines = lineOf(text, facts.start);
  return withTree(parser, slice, (tree) => {
    const syntax = functionsOf(tree, file).find(({ name }) => name === facts.name) ?? functionsOf(tree, file)[0];
    if (!syntax) return undefined;
    return movedDown(lowerFunction(syntax, file, knowledge), lines);
  });
}

/** Number of line ends before an offset. */
function lineOf(text: string, offset: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
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
