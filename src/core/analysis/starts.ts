/**
 * What starts a function that nobody is seen to call, and in which context. The knowledge of what starts functions (tables,
 * registrations, macros, marks) is data of the kernel room.
 */
import type { TreeIndex } from '../index/index.js';
import { lastName, type FunctionRef, type Mention, type TableRef } from '../index/link.js';
import { keyOf } from '../index/seeds.js';
import { ENTRY_POINTS, SECTION_MARKS, type ContextId } from '../kernel/contexts.js';
import { OPERATION_TABLES, REGISTRATIONS, ROOT_MACROS } from '../kernel/roots.js';

/** What starts a function that nobody is seen to call. `context` is undefined where no table of the kernel room knows it. */
export type Start =
  /** Its own mark: `__init`. */
  | { readonly kind: 'mark'; readonly name: string; readonly context: ContextId }
  /** One of the functions that a state of the whole system begins with. */
  | { readonly kind: 'entry-point'; readonly name: string; readonly context: ContextId }
  /** A macro that names or makes it: `module_init(f)`, `SYSCALL_DEFINE3(f, ...)`. */
  | { readonly kind: 'macro'; readonly name: string; readonly context: ContextId | undefined }
  /** A member of a table: `file_operations.read`. `around` runs before it, with what it takes kept (seq_operations.start). */
  | {
      readonly kind: 'table';
      readonly name: string;
      readonly variable: string;
      readonly context: ContextId | undefined;
      readonly around?: readonly FunctionRef[];
    }
  /** Handed to a function that starts it later or elsewhere: `kthread_run(f, ...)`. */
  | {
      readonly kind: 'registration';
      readonly name: string;
      readonly by: FunctionRef;
      readonly context: ContextId | undefined;
    }
  /** Stored in a member by code: `ops->show = f`. */
  | { readonly kind: 'stored'; readonly name: string; readonly by: FunctionRef; readonly context: undefined }
  /** Nobody mentions it. */
  | { readonly kind: 'unseen'; readonly name: string; readonly context: undefined };

/** What its own declaration says: marks, the macro that makes it, the name that a state begins with. */
export function startsOfItself({ file, facts }: FunctionRef): readonly Start[] {
  const marks = SECTION_MARKS.filter(({ mark }) => facts.annotations.includes(mark));
  const entries = ENTRY_POINTS.filter(
    (entry) => entry.function === facts.name && entry.source.startsWith(`${file}:`),
  );
  const macro = ROOT_MACROS.find((each) => each.macro === facts.macro);
  return [
    ...marks.map(({ mark, context }): Start => ({ kind: 'mark', name: mark, context })),
    ...entries.map(({ context }): Start => ({ kind: 'entry-point', name: facts.name, context })),
    ...(macro === undefined ? [] : [{ kind: 'macro', name: macro.macro, context: macro.context } as const]),
  ];
}

/**
 * `DEFINE_SHOW_ATTRIBUTE(ptdump)` starts ptdump_show(): by the table of macros, for where the macro's own definition is not
 * at hand to be expanded.
 */
export function startsByMacroOf(index: TreeIndex, { file, facts }: FunctionRef): readonly Start[] {
  return index
    .facts(file)
    .invocations.flatMap((use) =>
      ROOT_MACROS.filter(
        ({ macro, functions }) =>
          macro === use.macro &&
          functions.some(
            ({ argument, prefix = '', suffix = '' }) =>
              `${prefix}${use.arguments[argument]?.trim() ?? ''}${suffix}` === facts.name,
          ),
      ).map(({ macro, context }): Start => ({ kind: 'macro', name: macro, context })),
    );
}

/** What a mention of a function that calls it nowhere starts it by. */
export function startsOf(index: TreeIndex, ref: FunctionRef, mention: Mention): readonly Start[] {
  switch (mention.kind) {
    case 'argument': {
      const row = REGISTRATIONS.find(
        ({ api, argument }) => api === mention.call.callee && argument === mention.argument.index,
      );
      return [{ kind: 'registration', name: mention.call.callee, by: mention.from, context: row?.context }];
    }
    case 'value':
      return [
        {
          kind: 'stored',
          name: mention.reference.field ?? mention.reference.name,
          by: mention.from,
          context: undefined,
        },
      ];
    case 'table':
      return [tableStart(index, ref, mention.table, mention.field.path)];
    case 'invocation':
      return ROOT_MACROS.filter(
        ({ macro, functions }) =>
          macro === mention.invocation.macro && functions.some(({ argument }) => argument === mention.index),
      ).map(({ macro, context }) => ({ kind: 'macro', name: macro, context }));
    case 'call':
    case 'macro':
      return [];
  }
}

/** The context of a table's member: by who the table is registered with, by the member, or by the type. */
function tableStart(index: TreeIndex, ref: FunctionRef, table: TableRef, path: string): Start {
  const { type, variable } = table.facts;
  const field = lastName(path);
  const known = OPERATION_TABLES.find((row) => row.type === type);
  const registered = registrationOf(index, table);
  const { between } = known ?? {};
  const around =
    between?.inside.includes(field) === true
      ? table.facts.fields
          .filter((each) => each.path === between.first)
          .flatMap(({ name }) => index.definitions(name, { file: table.file }))
          .filter((each) => keyOf(each) !== keyOf(ref))
      : [];
  return {
    kind: 'table',
    name: `${type}.${path}`,
    variable,
    context: known?.fields?.[field] ?? registered ?? known?.context,
    ...(around.length > 0 ? { around } : {}),
  };
}

/** The context that the registration of a table gives it: `register_memory_notifier(&nb)`. */
function registrationOf(index: TreeIndex, { file, facts }: TableRef): ContextId | undefined {
  for (const { mention } of index.mentionsOf(facts.variable, file, facts.isStatic).mentions) {
    if (mention.kind !== 'argument') continue;
    const row = REGISTRATIONS.find(
      ({ as, api, argument }) =>
        as === 'table' && api === mention.call.callee && argument === mention.argument.index,
    );
    if (row !== undefined) return row.context;
  }
  return undefined;
}

export function distinct(starts: readonly Start[]): readonly Start[] {
  return [
    ...new Map(starts.map((start) => [`${start.kind} ${start.name} ${start.context ?? ''}`, start])).values(),
  ];
}
