/**
 * Who calls a function: by its name, through a member or a table that it is stored in, or as a callback. That a callback is called by
 * the function that it is handed to is read from that function.
 */
import type { CallFact } from '../index/facts.js';
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef, Mention, TableRef } from '../index/link.js';
import { primitiveOf, primitivesOf } from '../kernel/primitives.js';
import { OPERATION_TABLES, REGISTRATIONS } from '../kernel/roots.js';
import { WALK_OPS } from '../kernel/walk-callbacks.js';

/** One function that calls another, or hands it to somebody who calls it at once. */
export interface Edge {
  readonly from: FunctionRef;
  readonly to: FunctionRef;
  /** The call in `from`: of `to` itself, or of what `to` is handed to. */
  readonly call: CallFact;
  readonly callback: boolean;
}

/** The calls that a mention of a function stands for; none: it is only named there. */
export function edgesOf(index: TreeIndex, to: FunctionRef, mention: Mention): readonly Edge[] {
  if (mention.kind === 'table') return tableEdges(index, to, mention.table);
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
