/** The facts of the files that were read so far, turned round: from a name to what defines and what mentions it. */
import type {
  ArgumentFact,
  CallFact,
  FieldFact,
  FileFacts,
  FunctionFacts,
  InvocationFact,
  MacroFacts,
  ReferenceFact,
  TableFacts,
} from './facts.js';

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
    functions: new Map(),
    macros: new Map(),
    mentions: new Map(),
    tables: new Map(),
    fields: new Map(),
    fieldCalls: new Map(),
  };
}

/** Adds the facts of a file, or more facts of it (those of its macro uses). */
export function addFacts(links: Links, file: string, facts: FileFacts): void {
  eachEntry(links, file, facts, (map, key, value) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  });
}

/** Takes a file out again: it has changed. */
export function forgetFile(links: Links, file: string): void {
  const facts = links.files.get(file);
  links.files.delete(file);
  if (facts === undefined) return;
  eachEntry(links, file, facts, (map, key, _, isOfFile) => {
    const left = (map.get(key) ?? []).filter((value) => !isOfFile(value));
    if (left.length > 0) map.set(key, left);
    else map.delete(key);
  });
}

/** What is done with one entry of one map; `isOfFile` tells the entries of that map that the same file has made. */
type Visit = <V>(map: Map<string, V[]>, key: string, value: V, isOfFile: (value: V) => boolean) => void;

function eachEntry(links: Links, file: string, facts: FileFacts, visit: Visit): void {
  const isOfFile = (entry: { readonly file: string }): boolean => entry.file === file;
  const mention = (name: string, value: Mention): void => {
    visit(links.mentions, name, value, isOfFile);
  };
  for (const made of facts.functions) {
    const from = { file, facts: made };
    visit(links.functions, made.name, from, isOfFile);
    for (const call of made.calls) {
      if (call.kind === 'direct') mention(call.callee, { kind: 'call', file, from, call });
      if (call.kind === 'field')
        visit(links.fieldCalls, call.callee, { from, call }, (entry) => isOfFile(entry.from));
      for (const argument of call.arguments)
        mention(argument.name, { kind: 'argument', file, from, call, argument });
    }
    for (const reference of made.references)
      mention(reference.name, { kind: 'value', file, from, reference });
  }
  for (const made of facts.tables) {
    const table = { file, facts: made };
    visit(links.tables, made.type, table, isOfFile);
    for (const field of made.fields) {
      mention(field.name, { kind: 'table', file, table, field });
      visit(links.fields, lastName(field.path), { table, field }, (entry) => isOfFile(entry.table));
    }
  }
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

/** `pmd_entry` of `ops.pmd_entry`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
