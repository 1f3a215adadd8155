/**
 * The index of a whole tree, filled on demand: nobody parses sixty thousand files. A question about a name first asks the
 * word lists which files can have the answer, reads the facts of those that were not read yet, and answers from all.
 * What was left unread because a name is in too many files is part of the answer.
 */
import { architectureOf } from '../kernel/architectures.js';
import { canMeet, isHeader } from './architecture.js';
import { factsOfUse } from './expand-macro.js';
import { NO_FACTS, type FieldFact, type FileFacts, type InvocationFact, type TableFacts } from './facts.js';
import {
  addBodiesWith,
  addFacts,
  emptyLinks,
  forgetAll,
  forgetFile,
  lastName,
  type FunctionRef,
  type MacroRef,
  type Mention,
  type TableRef,
} from './link.js';
import { bodiesWith } from './body-words.js';
import { byFileAndLine, byMention, byText, compareDefinitions } from './order.js';
import type { FactReader } from './reader.js';
import { remembered } from './remembered.js';
import { MADE_BY_MACROS } from './shape.js';
import { directoryOf, isOf, sees } from './visibility.js';
import { createUseLog, type FineUses, type UseLog } from './uses.js';
import { hashOfWord } from './word-scan.js';
import type { WordIndex } from './words.js';

/** From where a name is looked up. */
export interface Viewpoint {
  readonly file: string;
  /** Only definitions that this architecture has; absent: those of the file's own, or of all for shared code. */
  readonly architecture?: string;
}

export interface Callers {
  /** Each with the macros that the call goes through, from the caller down. */
  readonly mentions: readonly {
    readonly mention: Exclude<Mention, { kind: 'macro' }>;
    readonly through: readonly string[];
  }[];
  /** Files that have the name and were not read, for they are too many; 0: the answer is complete. */
  readonly unread: number;
}

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
  fieldCalls(
    field: string,
  ): readonly { readonly from: FunctionRef; readonly call: FunctionRef['facts']['calls'][number] }[];
}

export interface IndexBounds {
  /** A name that more files than this have is not followed into them, but for those beside its definition. */
  readonly filesOfName: number;
  /** Macros that call macros are followed this deep. */
  readonly macroDepth: number;
}

const INDEX_BOUNDS: IndexBounds = { filesOfName: 150, macroDepth: 4 };

/** The index over the facts of files and the tree's word lists. */
export function createIndex(
  words: WordIndex,
  reader: FactReader,
  { bounds = INDEX_BOUNDS, uses = createUseLog() }: { bounds?: IndexBounds; uses?: UseLog } = {},
): TreeIndex {
  const links = emptyLinks();
  let current = words;
  const mentions = remembered((name: string) => current.mentioning([name]));
  const mentioning = (name: string): readonly string[] => {
    uses.mentioned(name);
    return mentions(name);
  };
  const definitionsIn = remembered((name: string) => current.defining([name]));
  const defining = (name: string): readonly string[] => {
    uses.defined(name);
    return definitionsIn(name);
  };
  /** What the macros that each file uses have led to. */
  const usesOfMacros = new Map<string, FineUses>();
  /** The macros of a name that make functions or tables for those who use them. */
  const knownMakers = remembered((name: string) =>
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
    const { answer, uses: used } = knownMakers(name);
    uses.again(used);
    return answer;
  };
  const loadFile = (file: string): void => {
    uses.file(file);
    if (!links.files.has(file)) addFile(file);
    const before = usesOfMacros.get(file);
    if (before) uses.again(before);
  };
  const addFile = (file: string): void => {
    const own = reader.facts(file) ?? NO_FACTS;
    links.files.set(file, own);
    addFacts(links, file, own);
    if (own.invocations.length === 0) return;
    const { answer: made, uses: used } = uses.during(() => {
      const facts = own.invocations.flatMap((use) => expansions(file, use, 0));
      if (facts.length > 0) uses.body(file, MADE_BY_MACROS);
      return facts;
    });
    usesOfMacros.set(file, used);
    if (made.length === 0) return;
    links.files.set(file, merged([own, ...made]));
    for (const facts of made) addFacts(links, file, facts);
  };
  const load = (files: Iterable<string>): void => {
    for (const file of files) loadFile(file);
  };

  /** Notes that what a function says was told: where it stands in the text counts, too. */
  const told = <R extends { readonly file: string; readonly facts: { readonly name: string } }>(
    from: R,
  ): R => {
    uses.body(from.file, from.facts.name);
    return from;
  };
  const toldTable = <T extends TableRef>(table: T): T => {
    if (table.facts.within !== undefined) uses.body(table.file, table.facts.within);
    return table;
  };

  /** Of these files, the functions that have a word are read to their ends. */
  const readBodies = (word: string, files: Iterable<string>): void => {
    const hash = hashOfWord(word);
    uses.aside(() => {
      for (const file of files) addBodiesWith(links, file, hash);
    });
  };
  const hasTable = (file: string, variable: string): boolean => {
    const isIt = (table: TableFacts): boolean => table.variable === variable;
    uses.asked(variable);
    readBodies(variable, [file]);
    if ((links.files.get(file) ?? NO_FACTS).tables.some(isIt)) return true;
    const facts = [...(links.read.get(file) ?? [])].find(({ tables }) => tables.some(isIt));
    if (facts) told({ file, facts });
    return facts !== undefined;
  };

  /**
   * Reads files and gives them as a set: an answer is made of these only, not of what other questions have read before.
   * Of too many files, none but the first few are read.
   */
  const readable = (files: readonly string[]): ReadonlySet<string> => {
    const read = files.slice(0, bounds.filesOfName + 1);
    load(read);
    return new Set(read);
  };
  /** The files that have the name of a member or type, with their bodies that have it; one file when they are too many. */
  const havingWord = (word: string, file: string | undefined): ReadonlySet<string> => {
    const files = mentioning(word);
    const read = readable(files.length > bounds.filesOfName ? (file === undefined ? [] : [file]) : files);
    readBodies(word, read);
    return read;
  };

  /** What a use of a macro makes, and the uses inside of that. */
  const expansions = (file: string, use: InvocationFact, depth: number): readonly FileFacts[] => {
    if (depth >= bounds.macroDepth) return [];
    const maker = makersNamed(use.macro).find((macro) => sees(links, file, macro.file, false));
    if (maker === undefined) return [];
    const facts = factsOfUse(maker.facts, use);
    return [facts, ...facts.invocations.flatMap((inner) => expansions(file, inner, depth + 1))];
  };

  const definitions = (name: string, from: Viewpoint): readonly FunctionRef[] => {
    loadFile(from.file);
    const own = (links.functions.get(name) ?? []).filter(({ file }) => file === from.file);
    if (own.length > 0) return own;
    const files = readable(defining(name).filter((file) => canMeet(file, from.file)));
    const found = (links.functions.get(name) ?? []).filter(
      ({ file, facts }) =>
        files.has(file) && isOf(from.architecture, file) && sees(links, from.file, file, facts.isStatic),
    );
    const architecture = from.architecture ?? architectureOf(from.file);
    return found.sort((a, b) => compareDefinitions(a, b, architecture));
  };

  const namesakes = (name: string): readonly FunctionRef[] => {
    const named = defining(name);
    if (named.length > bounds.filesOfName) return [];
    const files = readable(named);
    return (links.functions.get(name) ?? []).filter(({ file }) => files.has(file)).sort(byFileAndLine);
  };

  const macros = (name: string, from: Viewpoint): readonly MacroRef[] => {
    const files = readable([from.file, ...defining(name).filter((file) => canMeet(file, from.file))]);
    return (links.macros.get(name) ?? [])
      .filter(
        ({ file }) => files.has(file) && isOf(from.architecture, file) && sees(links, from.file, file, false),
      )
      .sort(byFileAndLine);
  };

  const mentionsOf = (name: string, definedIn: string, isStatic: boolean, depth = 0): Callers => {
    const files = mentioning(name).filter((file) => canMeet(file, definedIn));
    const beside = files.filter((file) => directoryOf(file) === directoryOf(definedIn));
    const wanted =
      isStatic && !isHeader(definedIn) ? beside : files.length > bounds.filesOfName ? beside : files;
    const read = readable([definedIn, ...wanted]);
    readBodies(name, read);
    const found: Callers['mentions'][number][] = [];
    let unread = isStatic && !isHeader(definedIn) ? 0 : files.filter((file) => !read.has(file)).length;
    for (const mention of links.mentions.get(name) ?? []) {
      const { file } = mention;
      if (!read.has(file) || !sees(links, file, definedIn, isStatic) || isShadowed(name, file, definedIn))
        continue;
      if ('from' in mention) told(mention.from);
      if (mention.kind === 'table') toldTable(mention.table);
      if (mention.kind !== 'macro') {
        found.push({ mention, through: [] });
        continue;
      }
      if (depth >= bounds.macroDepth || mention.macro.facts.name === name) continue;
      const outer = mentionsOf(mention.macro.facts.name, mention.file, false, depth + 1);
      unread += outer.unread;
      for (const use of outer.mentions) {
        if (use.mention.kind === 'invocation' || use.mention.kind === 'table') continue;
        found.push({ mention: use.mention, through: [...use.through, mention.macro.facts.name] });
      }
    }
    return { mentions: found.sort((a, b) => byMention(a.mention, b.mention)), unread };
  };

  /**
   * A file with a function of its own of that name does not mean another one, and a file of an architecture that has its own does
   * not mean the one that all share.
   */
  const isShadowed = (name: string, file: string, definedIn: string): boolean => {
    if (file === definedIn) return false;
    const own = architectureOf(definedIn) === undefined ? architectureOf(file) : undefined;
    const isNearer = (ref: FunctionRef): boolean =>
      ref.file === file ||
      (own !== undefined && architectureOf(ref.file) === own && !ref.facts.isStatic && !isHeader(ref.file));
    if (own !== undefined) load(defining(name).filter((each) => architectureOf(each) === own));
    return (links.functions.get(name) ?? []).some(isNearer);
  };

  return {
    facts: (file) => {
      loadFile(file);
      return links.files.get(file) ?? NO_FACTS;
    },
    load,
    loaded: () => [...links.files.keys()].sort(),
    forget: () => {
      forgetAll(links);
      usesOfMacros.clear();
    },
    update: (now, changed) => {
      current = now;
      mentions.forget();
      definitionsIn.forget();
      knownMakers.forget();
      for (const file of changed) {
        usesOfMacros.delete(file);
        forgetFile(links, file);
      }
    },
    functionsIn: (file) => {
      loadFile(file);
      return (links.files.get(file) ?? NO_FACTS).functions.map((facts) => ({ file, facts }));
    },
    functionsCalling: (file, names) => {
      loadFile(file);
      const { functions, bodies } = links.files.get(file) ?? NO_FACTS;
      const counted = bodies?.ends.length ?? 0;
      const having = new Set(bodies && [...names].flatMap((name) => bodiesWith(bodies, hashOfWord(name))));
      names.forEach(uses.asked);
      return functions
        .filter(
          (facts, index) =>
            (index >= counted || having.has(index)) && facts.calls.some(({ callee }) => names.has(callee)),
        )
        .map((facts) => ({ file, facts }));
    },
    functionAt: (file, line) => {
      loadFile(file);
      uses.text(file);
      const around = (links.files.get(file) ?? NO_FACTS).functions.filter(
        (facts) => facts.line <= line && line <= facts.endLine,
      );
      const innermost = around.at(-1);
      return innermost === undefined ? undefined : { file, facts: innermost };
    },
    definitions,
    namesakes,
    macros,
    mentionsOf,
    callers: (target) => mentionsOf(target.facts.name, target.file, target.facts.isStatic),
    initializer: (variable, field, from) => {
      loadFile(from.file);
      const files = hasTable(from.file, variable)
        ? new Set([from.file])
        : readable(mentioning(variable).filter((file) => canMeet(file, from.file)));
      readBodies(variable, files);
      return (links.fields.get(field) ?? [])
        .filter(
          ({ table }) =>
            files.has(table.file) &&
            table.facts.variable === variable &&
            sees(links, from.file, table.file, table.facts.isStatic),
        )
        .sort((a, b) => byText(a.table.file, b.table.file) || a.field.line - b.field.line)
        .map(({ table, field: found }) => (toldTable(table), found));
    },
    isTable: (variable, from) => {
      loadFile(from.file);
      return hasTable(from.file, variable);
    },
    tables: (type, field) => {
      const files = havingWord(type, undefined);
      return (links.tables.get(type) ?? [])
        .filter(({ file }) => files.has(file))
        .filter(
          ({ facts }) =>
            field === undefined ||
            facts.fields.some(({ path }) => path === field || lastName(path) === field),
        )
        .map(toldTable)
        .sort(byFileAndLine);
    },
    functionsInField: (field, from, type) => {
      const files = havingWord(field, from.file);
      const stored = (links.fields.get(field) ?? []).filter(
        ({ table }) => files.has(table.file) && (type === undefined || table.facts.type === type),
      );
      const found = stored.flatMap(({ table, field: value }) =>
        definitions(value.name, { ...from, file: toldTable(table).file }),
      );
      return [...new Set(found)].filter((ref) => canMeet(ref.file, from.file)).sort(byFileAndLine);
    },
    fieldCalls: (field) => {
      const files = havingWord(field, undefined);
      return (links.fieldCalls.get(field) ?? [])
        .filter(({ from }) => files.has(told(from).file))
        .sort((a, b) => byText(a.from.file, b.from.file) || a.call.line - b.call.line);
    },
  };
}

/** The facts of a file and those of its macro uses; the bodies whose words are told stay in front. */
function merged([own = NO_FACTS, ...made]: readonly FileFacts[]): FileFacts {
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
