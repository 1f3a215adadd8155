/** The facts of the files that were read so far, turned round: from a name to what defines and what mentions it. */
import {
  NO_FACTS,
  type ArgumentFact,
  type CallFact,
  type FieldFact,
  type FileFacts,
  type FunctionFacts,
  type InvocationFact,
  type MacroFacts,
  type ReferenceFact,
  type TableFacts,
} from './facts.js';
import { bodiesWith } from './body-words.js';

/** A function at its place. */
export interface FunctionRef {
  readonly file: string;
  readonly facts: FunctionFacts;
}

export interface TableRef {
  readonly file: string;
  readonly facts: TableFacts;
}

export interface MacroRef {
  readonly file: string;
  readonly facts: MacroFacts;
}

/** One place where a name is called, passed on or stored. */
export type Mention =
  | { readonly kind: 'call'; readonly file: string; readonly from: FunctionRef; readonly call: CallFact }
  /** Passed to a function: `walk_page_range(mm, a, b, &ops, p)`, `kthread_run(f, ...)`. */
  | {
      readonly kind: 'argument';
      readonly file: string;
      readonly from: FunctionRef;
      readonly call: CallFact;
      readonly argument: ArgumentFact;
    }
  /** Used as a value in a function, assigned to a member or not. */
  | {
      readonly kind: 'value';
      readonly file: string;
      readonly from: FunctionRef;
      readonly reference: ReferenceFact;
    }
  /** Stored in a table. */
  | { readonly kind: 'table'; readonly file: string; readonly table: TableRef; readonly field: FieldFact }
  /** Named in a macro at the top level: `module_init(f)`. */
  | {
      readonly kind: 'invocation';
      readonly file: string;
      readonly invocation: InvocationFact;
      readonly index: number;
    }
  /** Called by the body of a macro. */
  | { readonly kind: 'macro'; readonly file: string; readonly macro: MacroRef; readonly call: CallFact };

export interface Links {
  readonly files: Map<string, FileFacts>;
  /** Functions of a file whose bodies are in these maps. */
  readonly read: Map<string, Set<FunctionFacts>>;
  readonly functions: Map<string, FunctionRef[]>;
  readonly macros: Map<string, MacroRef[]>;
  readonly mentions: Map<string, Mention[]>;
  /** Tables by the tag of their struct. */
  readonly tables: Map<string, TableRef[]>;
  /** Tables by the last name of a path: `pmd_entry`. */
  readonly fields: Map<string, { readonly table: TableRef; readonly field: FieldFact }[]>;
  /** Calls of a member, by its name. */
  readonly fieldCalls: Map<string, { readonly from: FunctionRef; readonly call: CallFact }[]>;
}

export function emptyLinks(): Links {
  return {
    files: new Map(),
    read: new Map(),
    functions: new Map(),
    macros: new Map(),
    mentions: new Map(),
    tables: new Map(),
    fields: new Map(),
    fieldCalls: new Map(),
  };
}

/** Forgets all files. */
export function forgetAll(links: Links): void {
  const { files, read, functions, macros, mentions, tables, fields, fieldCalls } = links;
  for (const map of [files, read, functions, macros, mentions, tables, fields, fieldCalls]) map.clear();
}

/** Adds the facts of a file, or more facts of it (those of its macro uses). Bodies whose words are told wait until they are asked for. */
export function addFacts(links: Links, file: string, facts: FileFacts): void {
  eachEntry(links, file, facts, addEntry);
  for (const made of facts.functions.slice(facts.bodies?.ends.length ?? 0)) addBody(links, file, made);
}

/** Adds the bodies of a file that have a word, by its hash. */
export function addBodiesWith(links: Links, file: string, hash: number): void {
  const { functions, bodies } = links.files.get(file) ?? NO_FACTS;
  if (bodies === undefined) return;
  for (const index of bodiesWith(bodies, hash)) {
    const made = functions[index];
    if (made !== undefined) addBody(links, file, made);
  }
}

function addBody(links: Links, file: string, made: FunctionFacts): void {
  const read = links.read.get(file) ?? new Set();
  if (read.has(made)) return;
  links.read.set(file, read.add(made));
  eachOfBody(links, file, made, addEntry);
}

/** Takes a file out again: it has changed. */
export function forgetFile(links: Links, file: string): void {
  const facts = links.files.get(file);
  const read = links.read.get(file) ?? [];
  links.files.delete(file);
  links.read.delete(file);
  if (facts === undefined) return;
  const forget: Visit = (map, key, _, isOfFile) => {
    const left = (map.get(key) ?? []).filter((value) => !isOfFile(value));
    if (left.length > 0) map.set(key, left);
    else map.delete(key);
  };
  eachEntry(links, file, facts, forget);
  for (const made of read) eachOfBody(links, file, made, forget);
}

/** What is done with one entry of one map; `isOfFile` tells the entries of that map that the same file has made. */
type Visit = <V>(map: Map<string, V[]>, key: string, value: V, isOfFile: (value: V) => boolean) => void;

const addEntry: Visit = (map, key, value) => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

/** The entries of all that is at the top level. */
function eachEntry(links: Links, file: string, facts: FileFacts, visit: Visit): void {
  const isOfFile = (entry: { readonly file: string }): boolean => entry.file === file;
  const mention = (name: string, value: Mention): void => {
    visit(links.mentions, name, value, isOfFile);
  };
  for (const made of facts.functions) visit(links.functions, made.name, { file, facts: made }, isOfFile);
  for (const made of facts.tables) ofTable(links, { file, facts: made }, visit);
  for (const invocation of facts.invocations) {
    invocation.arguments.forEach((argument, index) => {
      const name = /^&?\s*([A-Za-z_]\w*)$/.exec(argument)?.[1];
      if (name !== undefined) mention(name, { kind: 'invocation', file, invocation, index });
    });
  }
  for (const made of facts.macros) {
    const macro = { file, facts: made };
    visit(links.macros, made.name, macro, isOfFile);
    for (const call of made.calls) {
      if (call.kind === 'direct') mention(call.callee, { kind: 'macro', file, macro, call });
      for (const { name } of call.arguments) mention(name, { kind: 'macro', file, macro, call });
    }
  }
}

/** The entries of what the body of a function says. */
function eachOfBody(links: Links, file: string, made: FunctionFacts, visit: Visit): void {
  const from = { file, facts: made };
  const mention = (name: string, value: Mention): void => {
    visit(links.mentions, name, value, (entry) => entry.file === file);
  };
  for (const call of made.calls) {
    if (call.kind === 'direct') mention(call.callee, { kind: 'call', file, from, call });
    if (call.kind === 'field')
      visit(links.fieldCalls, call.callee, { from, call }, (entry) => entry.from.file === file);
    for (const argument of call.arguments)
      mention(argument.name, { kind: 'argument', file, from, call, argument });
  }
  for (const reference of made.references) mention(reference.name, { kind: 'value', file, from, reference });
  for (const table of made.tables) ofTable(links, { file, facts: table }, visit);
}

function ofTable(links: Links, table: TableRef, visit: Visit): void {
  const { file, facts } = table;
  visit(links.tables, facts.type, table, (entry) => entry.file === file);
  for (const field of facts.fields) {
    visit(links.mentions, field.name, { kind: 'table', file, table, field }, (entry) => entry.file === file);
    visit(links.fields, lastName(field.path), { table, field }, (entry) => entry.table.file === file);
  }
}

/** `pmd_entry` of `ops.pmd_entry`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
