/**
 * Where execution starts that reaches a function, and in which context: from the function's callers up to what starts the
 * topmost of them. The knowledge of what starts functions (tables, registrations, macros, marks) is data of the kernel
 * room; that a callback is called by the function that it is handed to is read from that function.
 */
import type { CallFact } from '../index/facts.js';
import type { TreeIndex } from '../index/index.js';
import { lastName, type FunctionRef, type Mention, type TableRef } from '../index/link.js';
import { keyOf } from '../index/seeds.js';
import { ENTRY_POINTS, SECTION_MARKS, type ContextId } from '../kernel/contexts.js';
import { primitiveOf, primitivesOf } from '../kernel/primitives.js';
import { WALK_OPS } from '../kernel/walk-callbacks.js';
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

/** One function that calls another, or hands it to somebody who calls it at once. */
export interface Edge {
  readonly from: FunctionRef;
  readonly to: FunctionRef;
  /** The call in `from`: of `to` itself, or of what `to` is handed to. */
  readonly call: CallFact;
  readonly callback: boolean;
}

export interface Above {
  readonly edges: readonly Edge[];
  readonly starts: readonly Start[];
  /** Files with the name that were not read, for they are too many. */
  readonly unread: number;
}

/** What is directly above a function: who calls it, and what starts it. */
export function above(index: TreeIndex, ref: FunctionRef): Above {
  const own = startsOfItself(ref);
  // Who calls it then runs in the same state: `__init` is called by `__init`, what hibernation begins with by hibernation.
  if (own.length > 0) return { edges: [], starts: own, unread: 0 };
  const edges: Edge[] = [];
  const starts: Start[] = [];
  const { mentions, unread } = index.callers(ref);
  for (const { mention } of mentions) {
    const found =
      mention.kind === 'table' ? tableEdges(index, ref, mention.table) : edgesOf(index, ref, mention);
    if (found.length > 0) edges.push(...found);
    else starts.push(...startsOf(index, ref, mention));
  }
  if (edges.length === 0 && starts.length === 0) starts.push(...startsByMacroOf(index, ref));
  if (edges.length === 0 && starts.length === 0)
    starts.push({ kind: 'unseen', name: ref.facts.name, context: undefined });
  return { edges, starts: distinct(starts), unread };
}

export interface RootBounds {
  /** Calls from a root down to the function. */
  readonly depth: number;
  /** Functions that are looked at in all. */
  readonly functions: number;
}

export const ROOT_BOUNDS: RootBounds = { depth: 12, functions: 2000 };

export interface Root {
  readonly function: FunctionRef;
  readonly start: Start;
  /** Calls from the root down to the function that was asked for, one of the shortest chains; empty when it is the root itself. */
  readonly chain: readonly Edge[];
}

export interface Roots {
  readonly roots: readonly Root[];
  /** All calls on the way, each once: every chain is a path through them. */
  readonly edges: readonly Edge[];
  /** Functions above which nothing was looked at: a bound was hit, or their name is in too many files. */
  readonly cut: readonly FunctionRef[];
}

/**
 * All roots that reach a function. Functions are visited once, nearest first, so that the work and the answer grow with the
 * number of functions above, not with the number of chains.
 */
export function rootsOf(index: TreeIndex, ref: FunctionRef, bounds: RootBounds = ROOT_BOUNDS): Roots {
  const down = new Map<string, readonly Edge[]>([[keyOf(ref), []]]);
  const roots: Root[] = [];
  const edges: Edge[] = [];
  const cut: FunctionRef[] = [];
  let level: readonly FunctionRef[] = [ref];
  for (let depth = 0; level.length > 0; depth++) {
    const next: FunctionRef[] = [];
    for (const each of level) {
      const chain = down.get(keyOf(each)) ?? [];
      const found = above(index, each);
      for (const start of found.starts) roots.push({ function: each, start, chain });
      if (found.unread > 0 || (depth === bounds.depth && found.edges.length > 0)) cut.push(each);
      if (depth === bounds.depth) continue;
      for (const edge of found.edges) {
        edges.push(edge);
        const key = keyOf(edge.from);
        if (down.has(key)) continue;
        if (down.size >= bounds.functions) {
          cut.push(each);
          break;
        }
        down.set(key, [edge, ...chain]);
        next.push(edge.from);
      }
    }
    level = next;
  }
  return { roots, edges, cut: [...new Map(cut.map((each) => [keyOf(each), each])).values()] };
}

/** What its own declaration says: marks, the macro that makes it, the name that a state begins with. */
function startsOfItself({ file, facts }: FunctionRef): readonly Start[] {
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

function edgesOf(index: TreeIndex, to: FunctionRef, mention: Mention): readonly Edge[] {
  if (mention.kind === 'call') return [{ from: mention.from, to, call: mention.call, callback: false }];
  if (mention.kind === 'value') return fieldEdges(index, to, mention.reference.field);
  if (mention.kind !== 'argument' || isRegistered(mention)) return [];
  return isCalledBack(index, mention) ? [{ from: mention.from, to, call: mention.call, callback: true }] : [];
}

/** A member that more code calls than this says nothing of who calls a function that was stored in it. */
const CALLS_OF_FIELD = 4;

/** `platform.enc_kexec_finish = f`: whoever calls that member. */
function fieldEdges(index: TreeIndex, to: FunctionRef, field: string | undefined): readonly Edge[] {
  const calls = field === undefined ? [] : index.fieldCalls(field);
  if (calls.length > CALLS_OF_FIELD) return [];
  return calls.map(({ from, call }) => ({ from, to, call, callback: true }));
}

/**
 * Who has the functions of a table called while it runs: who passes the table to a generic walker, or is given it and does; and who
 * has it on its own stack, for such a table cannot outlive the call that it is passed to.
 */
function tableEdges(index: TreeIndex, to: FunctionRef, { file, facts }: TableRef): readonly Edge[] {
  const onStack = facts.within !== undefined && !facts.isStatic;
  if (OPERATION_TABLES.some(({ type, isCalledThrough }) => type === facts.type && isCalledThrough)) return [];
  return index
    .mentionsOf(facts.variable, file, facts.isStatic || onStack)
    .mentions.flatMap(({ mention }): readonly Edge[] => {
      if (mention.kind !== 'argument') return [];
      // Of any tree: until 5.3 the table was the third argument.
      const walks = primitivesOf(mention.call.callee).some(
        (primitive) => primitive.kind === 'walk' && primitive.ops === mention.argument.index,
      );
      const within = walks || facts.type !== WALK_OPS ? [] : walksIn(index, to, mention);
      if (within.length > 0) return within;
      const passes = onStack && mention.from.facts.name === facts.within && !isRegisteredTable(mention);
      return walks || passes ? [{ from: mention.from, to, call: mention.call, callback: true }] : [];
    });
}

/** Of a function that gets the table of a generic walker as an argument: where it calls that walker. */
function walksIn(
  index: TreeIndex,
  to: FunctionRef,
  { file, call, argument }: Extract<Mention, { kind: 'argument' }>,
): readonly Edge[] {
  if (call.kind !== 'direct') return [];
  return index
    .definitions(call.callee, { file })
    .filter(({ facts }) => facts.params[argument.index] !== undefined)
    .flatMap((from) =>
      from.facts.calls
        .filter(({ kind, callee }) => kind === 'direct' && primitiveOf(callee)?.kind === 'walk')
        .map((walk): Edge => ({ from, to, call: walk, callback: true })),
    );
}

function isRegisteredTable({ call, argument }: Extract<Mention, { kind: 'argument' }>): boolean {
  return REGISTRATIONS.some(
    (row) => row.as === 'table' && row.api === call.callee && row.argument === argument.index,
  );
}

/**
 * `DEFINE_SHOW_ATTRIBUTE(ptdump)` starts ptdump_show(): by the table of macros, for where the macro's own definition is not
 * at hand to be expanded.
 */
function startsByMacroOf(index: TreeIndex, { file, facts }: FunctionRef): readonly Start[] {
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

function isRegistered({ call, argument }: Extract<Mention, { kind: 'argument' }>): boolean {
  return REGISTRATIONS.some(
    (row) => row.as === 'function' && row.api === call.callee && row.argument === argument.index,
  );
}

/** Whether the function that gets another one as an argument calls that parameter itself: then its caller's state holds in it. */
function isCalledBack(
  index: TreeIndex,
  { file, call, argument }: Extract<Mention, { kind: 'argument' }>,
): boolean {
  if (call.kind !== 'direct') return false;
  return index.definitions(call.callee, { file }).some(({ facts }) => {
    const param = facts.params[argument.index];
    return (
      param !== undefined && facts.calls.some(({ kind, callee }) => kind === 'pointer' && callee === param)
    );
  });
}

function startsOf(index: TreeIndex, ref: FunctionRef, mention: Mention): readonly Start[] {
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

function distinct(starts: readonly Start[]): readonly Start[] {
  return [
    ...new Map(starts.map((start) => [`${start.kind} ${start.name} ${start.context ?? ''}`, start])).values(),
  ];
}
