/**
 * What names mean in one file because the file says so, or a header of its own directory: macros that come to something which the
 * tables know, and functions of its own that only have the name of a primitive.
 */
import { isHeader, isPublicHeader } from '../index/architecture.js';
import type { CallFact, FileFacts, MacroFacts } from '../index/facts.js';
import type { TreeIndex } from '../index/index.js';
import { isStatements, macroTextOf, writtenOut } from '../index/macro-text.js';
import { directoryOf } from '../index/visibility.js';
import { PRIMITIVES } from '../kernel/primitives.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { PrimitiveKind } from '../kernel/types.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Sources } from './sources.js';
import { WALKING_NAMES } from './walking-names.js';

export interface FileNames {
  /** The tables, as they are to be asked about names in this file. */
  readonly knowledge: Knowledge;
  /**
   * C text of a function that does what a use of a macro does (`args` as written; undefined: used without brackets); undefined for a
   * name that comes to nothing which the tables know.
   */
  readonly useAsFunction: (name: string, args: readonly string[] | undefined) => string | undefined;
  /** Whether a function with these calls may use such a macro. */
  readonly areUsed: (calls: readonly CallFact[]) => boolean;
  /** Its macros that come to any of the names. */
  readonly macrosFor: (names: ReadonlySet<string>) => readonly string[];
  /** Tells it from any other: what the macros say. Empty for most files. */
  readonly identity: string;
  /** Notes that somebody rests on what the headers say. */
  readonly noteHeaders: () => void;
}

export interface NamesWorld {
  readonly index: TreeIndex;
  readonly knowledge: Knowledge;
  readonly textOf: (file: string) => string | undefined;
  /** See {@link headersThatMatter}. */
  readonly headers: () => ReadonlySet<string>;
}

/**
 * Headers of single directories in which macros are looked for: those that mention what is worth it. A fact of the tree, which no
 * file's own uses tell.
 */
export function headersThatMatter({
  uses,
  mentioning,
}: Pick<Sources, 'uses' | 'mentioning'>): ReadonlySet<string> {
  const files = uses.aside(() => mentioning(HEADER_NAMES));
  return new Set(files.filter((file) => isHeader(file) && !isPublicHeader(file)));
}

/** The tables, and nothing that a file says. */
export function tablesOnly(knowledge: Knowledge): FileNames {
  return {
    knowledge,
    useAsFunction: none,
    areUsed: () => false,
    macrosFor: () => [],
    identity: '',
    noteHeaders: () => undefined,
  };
}

/** What a header that is looked at mentions: a walk, or a lock that keeps a freer out. */
const HEADER_NAMES: ReadonlySet<string> = new Set([
  ...WALKING_NAMES,
  ...PROTECTIONS.filter(({ effect }) => effect.kind === 'lock').flatMap(({ calls }) =>
    calls.map(({ api }) => api),
  ),
]);

interface PlacedMacro {
  readonly file: string;
  readonly facts: MacroFacts;
}

/** Reads what a file and its headers say. Answers hold as long as these texts stay the same. */
export function fileNamesOf(file: string, world: NamesWorld): FileNames {
  const facts = world.index.facts(file);
  const knowledge = withoutOthers(facts, file, world.knowledge);
  const isKnown = (name: string): boolean => isKnownIn(knowledge, name);
  const headers = facts.includes.flatMap((include) => headerBeside(file, include, world.headers()));
  const macros = macrosIn([file, ...headers], world.index);
  const noteHeaders = (): void => {
    for (const header of headers) world.index.facts(header);
  };
  const functions = new Set(macros.size > 0 ? facts.functions.map(({ name }) => name) : []);
  const matters = [...macros.values()].filter(
    ({ facts: { name } }) => !functions.has(name) && !isKnown(name) && comesTo(name, macros, isKnown),
  );
  if (matters.length === 0) return { ...tablesOnly(knowledge), noteHeaders };
  const texts = new Map(
    matters.flatMap((macro) => {
      const said = macroTextOf(world.textOf(macro.file) ?? '', macro.facts);
      return said ? [[macro.facts.name, said] as const] : [];
    }),
  );
  /** `#define HOLD_TABLES get_online_mems()`: of uses without brackets, facts tell nothing. */
  const isUsedBare = [...texts.values()].some(({ params, body }) => params === undefined && !isName(body));
  return {
    knowledge,
    useAsFunction: (name, args) => {
      const macro = texts.get(name);
      if (macro === undefined || (args === undefined && macro.params !== undefined)) return undefined;
      const body = bare(writtenOut(macro, args ?? []));
      if (macro.params === undefined && isName(body))
        return args && `void use(void) { return ${body}(${args.join(', ')}); }`;
      if (macro.params === undefined && args !== undefined) return undefined;
      return `void use(void) { ${isStatements(body) ? '' : 'return '}${body}; }`;
    },
    areUsed: (calls) =>
      isUsedBare || calls.some(({ kind, callee }) => kind === 'direct' && texts.has(callee)),
    macrosFor: (names) =>
      [...texts.keys()].filter((name) => comesTo(name, macros, (callee) => names.has(callee))),
    identity: [...texts].map(([name, { params, body }]) => `${name}(${params?.join()}) ${body}`).join('\n'),
    noteHeaders,
  };
}

const none = (): undefined => undefined;

const isName = (body: string): boolean => /^\w+$/.test(bare(body));

/** Without comments and the space around. */
const bare = (text: string): string => text.replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g, ' ').trim();

/** The macros of some files. Of two of one name, the first. */
function macrosIn(files: readonly string[], index: TreeIndex): ReadonlyMap<string, PlacedMacro> {
  const found = new Map<string, PlacedMacro>();
  for (const file of files)
    for (const facts of index.facts(file).macros)
      if (facts.body === undefined && !found.has(facts.name)) found.set(facts.name, { file, facts });
  return found;
}

/** `mm/internal.h` for `internal.h` of `mm/x.c`, where that may have macros that matter; none for a path into other directories. */
function headerBeside(file: string, include: string, headers: ReadonlySet<string>): readonly string[] {
  let directory = directoryOf(file);
  let rest = include.replace(/^\.\//, '');
  for (; rest.startsWith('../'); rest = rest.slice(3)) directory = directoryOf(directory.slice(0, -1));
  return !rest.includes('/') && headers.has(directory + rest) ? [directory + rest] : [];
}

/** Whether a macro, or one that it uses, calls something of which `is` is true. */
function comesTo(
  name: string,
  macros: ReadonlyMap<string, PlacedMacro>,
  is: (callee: string) => boolean,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  const calls = macros.get(name)?.facts.calls ?? [];
  return calls.some(
    ({ kind, callee }) =>
      kind === 'direct' &&
      (is(callee) ||
        (!seen.has(callee) && callee !== name && comesTo(callee, macros, is, new Set([...seen, name])))),
  );
}

/** Whether the tables tell something of a call that matters to a walk. */
function isKnownIn(knowledge: Knowledge, name: string): boolean {
  const kind = knowledge.primitive(name)?.kind;
  return (kind !== undefined && kind !== 'nop') || knowledge.lockCalls(name, () => undefined).length > 0;
}

/** Kinds of primitives that go through tables by themselves: a file may have a function of such a name that does not. */
const WHOLE: ReadonlySet<PrimitiveKind> = new Set<PrimitiveKind>([
  'root',
  'top-entry',
  'chain',
  'walk',
  'translate',
]);
/** Where each of these is defined, by its name. */
const SOURCES: ReadonlyMap<string, string> = new Map(
  PRIMITIVES.filter(({ kind }) => WHOLE.has(kind)).map(({ name, source }) => [name, source]),
);

/**
 * The tables without what the file itself defines for its own use: a static function of a .c file is no API of the tree, but for the
 * rows whose source it is.
 */
function withoutOthers({ functions }: FileFacts, file: string, knowledge: Knowledge): Knowledge {
  const isOther = ({ name, isStatic }: FileFacts['functions'][number]): boolean => {
    const source = isStatic ? SOURCES.get(name) : undefined;
    return source !== undefined && !source.startsWith(file);
  };
  if (!file.endsWith('.c') || !functions.some(isOther)) return knowledge;
  const others = new Set(functions.filter(isOther).map(({ name }) => name));
  return {
    ...knowledge,
    primitive: (name) => (others.has(name) ? undefined : knowledge.primitive(name)),
  };
}
