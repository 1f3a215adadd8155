/** What the macros that a file uses at its top level make in it: functions and tables that stand nowhere in its text. */
import type { IndexBounds } from './bounds.js';
import { factsOfUse } from './expand-macro.js';
import type { FileFacts, InvocationFact } from './facts.js';
import type { Links, MacroRef } from './link.js';
import type { NotedWords } from './noted-words.js';
import type { FactReader } from './reader.js';
import { remembered } from './remembered.js';
import type { UseLog } from './uses.js';
import { sees } from './visibility.js';

export interface MadeByMacros {
  /** The facts that these uses add to their file, one for each use, those of the uses inside of them after them. */
  readonly madeBy: (file: string, uses: readonly InvocationFact[]) => readonly FileFacts[];
  /** The word lists are others: other files may define a macro. */
  readonly forget: () => void;
}

export function createMadeByMacros(
  links: Links,
  { defining }: NotedWords,
  reader: FactReader,
  bounds: IndexBounds,
  uses: UseLog,
): MadeByMacros {
  /** The macros of a name that make functions or tables for those who use them. */
  const makers = remembered((name: string) =>
    uses.during((): readonly MacroRef[] =>
      defining(name)
        .slice(0, bounds.filesOfName + 1)
        .flatMap((file) => {
          uses.file(file);
          return reader.macros(file, name).map((facts) => ({ file, facts }));
        })
        .filter(({ facts }) => facts.body !== undefined),
    ),
  );
  const makersNamed = (name: string): readonly MacroRef[] => {
    const { answer, uses: used } = makers(name);
    uses.again(used);
    return answer;
  };
  /** What a use of a macro makes, and the uses inside of that. */
  const expansions = (file: string, use: InvocationFact, depth: number): readonly FileFacts[] => {
    if (depth >= bounds.macroDepth) return [];
    const maker = makersNamed(use.macro).find((macro) => sees(links, file, macro.file, false));
    if (maker === undefined) return [];
    const facts = factsOfUse(maker.facts, use);
    return [facts, ...facts.invocations.flatMap((inner) => expansions(file, inner, depth + 1))];
  };
  return {
    madeBy: (file, invocations) => invocations.flatMap((use) => expansions(file, use, 0)),
    forget: () => {
      makers.forget();
    },
  };
}

/** The facts of a file and those of its macro uses; the bodies whose words are told stay in front. */
export function withMade(own: FileFacts, made: readonly FileFacts[]): FileFacts {
  const all = [own, ...made];
  return {
    ...own,
    functions: all.flatMap(({ functions }) => functions),
    tables: all.flatMap(({ tables }) => tables),
    invocations: all.flatMap(({ invocations }) => invocations),
    macros: all.flatMap(({ macros }) => macros),
    includes: all.flatMap(({ includes }) => includes),
  };
}
