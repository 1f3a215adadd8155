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
  for (const made of facts.functions) {
    const ref = { file, facts: made };
    push(links.functions, made.name, ref);
    addBody(links, ref);
  }
  for (const table of facts.tables) addTable(links, { file, facts: table });
  for (const invocation of facts.invocations) {
    invocation.arguments.forEach((argument, index) => {
      const name = /^&?\s*([A-Za-z_]\w*)$/.exec(argument)?.[1];
      if (name !== undefined) push(links.mentions, name, { kind: 'invocation', file, invocation, index });
    });
  }
  for (const macro of facts.macros) {
    const ref = { file, facts: macro };
    push(links.macros, macro.name, ref);
    for (const call of macro.calls) {
      if (call.kind === 'direct')
        push(links.mentions, call.callee, { kind: 'macro', file, macro: ref, call });
      for (const { name } of call.arguments)
        push(links.mentions, name, { kind: 'macro', file, macro: ref, call });
    }
  }
}

function addBody(links: Links, ref: FunctionRef): void {
  const { file } = ref;
  for (const call of ref.facts.calls) {
    if (call.kind === 'direct') push(links.mentions, call.callee, { kind: 'call', file, from: ref, call });
    if (call.kind === 'field') push(links.fieldCalls, call.callee, { from: ref, call });
    for (const argument of call.arguments)
      push(links.mentions, argument.name, { kind: 'argument', file, from: ref, call, argument });
  }
  for (const reference of ref.facts.references)
    push(links.mentions, reference.name, { kind: 'value', file, from: ref, reference });
}

function addTable(links: Links, table: TableRef): void {
  push(links.tables, table.facts.type, table);
  for (const field of table.facts.fields) {
    push(links.mentions, field.name, { kind: 'table', file: table.file, table, field });
    push(links.fields, lastName(field.path), { table, field });
  }
}

/** Takes a file out again: it has changed. */
export function forgetFile(links: Links, file: string): void {
  links.files.delete(file);
  dropFrom(links.functions, (ref) => ref.file === file);
  dropFrom(links.macros, (ref) => ref.file === file);
  dropFrom(links.mentions, (mention) => mention.file === file);
  dropFrom(links.tables, (ref) => ref.file === file);
  dropFrom(links.fields, ({ table }) => table.file === file);
  dropFrom(links.fieldCalls, ({ from }) => from.file === file);
}

function dropFrom<K, V>(map: Map<K, V[]>, gone: (value: V) => boolean): void {
  for (const [key, list] of map) {
    if (!list.some(gone)) continue;
    const left = list.filter((value) => !gone(value));
    if (left.length > 0) map.set(key, left);
    else map.delete(key);
  }
}

/** `pmd_entry` of `ops.pmd_entry`. */
export function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
