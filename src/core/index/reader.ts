/** How the index reads the files of a tree. */
import { preprocess } from './directives.js';
import { constant, factsOf } from './extract.js';
import type { FileFacts, MacroFacts } from './facts.js';
import { linesOf } from './lines.js';
import { macroFacts } from './macros.js';
import { tokenize, type Names } from './tokens.js';

export interface FactReader {
  /** The facts of a file; undefined when there is none. */
  readonly facts: (file: string) => FileFacts | undefined;
  /** The macros of one name that a file defines. Nothing else of the file is looked at. */
  readonly macros: (file: string, name: string) => readonly MacroFacts[];
}

/**
 * Reads facts from the texts that `read` gives for a path (undefined: no such file), and bodies of functions from the same text
 * later. `isHeld` tells of a text that is in memory anyway: that one is kept, for the next to be read may be another.
 * `noteBody` is told which functions are looked into.
 */
export function factReader(
  read: (file: string) => string | undefined,
  isHeld: (file: string) => boolean = () => false,
  noteBody: (file: string, name: string) => void = () => undefined,
): FactReader {
  const names: Names = new Map();
  return {
    facts: (file) => {
      const text = read(file);
      if (text === undefined) return undefined;
      const again = isHeld(file) ? constant(text) : (): string | undefined => read(file);
      return factsOf(text, names, again, (name) => {
        noteBody(file, name);
      });
    },
    macros: (file, name) => {
      const text = read(file);
      if (text === undefined || !new RegExp(`#[ \\t]*define[ \\t]+${name}\\b`).test(text)) return [];
      const { macros, guards } = preprocess(tokenize(text), names);
      const lines = linesOf(text);
      return macros
        .filter((macro) => macro.name === name)
        .flatMap((macro) => macroFacts(text, lines, guards, macro, names) ?? []);
    },
  };
}
