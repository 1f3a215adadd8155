/**
 * Pointers into page tables that are used after what kept the table has been let go: the table may be freed by then. Followed along
 * every way of one function. A mapped pointer (pte_offset_map()) is good until it is unmapped; any other as long as one of the
 * protections is held under which it was found; and none across a call that lets go of the lock and takes it again.
 */
import { droppingCall } from '../kernel/dropping-calls.js';
import { EXCLUSIONS } from '../kernel/exclusions.js';
import { KEEPS_USER_TABLES, TABLE_LOCK } from '../kernel/lock-roles.js';
import { definedBy, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { afterMove, conditionsWrittenTwice, NO_ANSWERS, sameAnswers, type Answers } from './answers.js';
import { parseLockName, type Held, type LockName } from './held.js';
import { ride, type Move, type Rider } from './locksets.js';
import type { CallEffect } from './transfer.js';
import { calledIn } from './one-call.js';

/** One use of a pointer that nothing keeps any more. */
export interface StaleUse {
  /** The steps that found the pointer, let go of what kept it, and use it. */
  readonly found: number;
  readonly ended: number;
  readonly use: number;
  readonly pointer: Var;
}

interface Pointer {
  /** The step that found it; copies share it. */
  readonly found: number;
  /** It is mapped: the unmapping of any of its copies ends it. */
  readonly isMapped: boolean;
  /** Protections that were held when it was found, and still are; absent: a caller's, which are not seen here. */
  readonly under: readonly LockName[];
  /** The step that ended it. */
  readonly ended?: number;
}

interface Pointers {
  readonly of: ReadonlyMap<Var, Pointer>;
  readonly answers: Answers;
}

/** The uses, each once, in the order of the program; none where there are too many ways to say. */
export function staleUses(
  program: FunctionProgram,
  effect: CallEffect,
  knowledge: Knowledge,
): readonly StaleUse[] {
  const uses = new Map<number, StaleUse>();
  const twice = conditionsWrittenTwice(program);
  const rider: Rider<Pointers> = {
    start: { of: new Map(), answers: NO_ANSWERS },
    keyOf: ({ of }) => keyOf(of),
    join: (left, right) => {
      const answers = sameAnswers(left.answers, right.answers);
      return answers === left.answers ? left : { ...left, answers };
    },
    after: (state, move) => {
      const answers = afterMove(state.answers, move, twice);
      if (!answers) return undefined;
      for (const use of usesIn(move, state.of)) if (!uses.has(use.use)) uses.set(use.use, use);
      return { state: { of: pointersAfter(state.of, move, knowledge), answers } };
    },
  };
  const { isWhole } = ride(program, effect, rider);
  return isWhole ? [...uses.values()].sort((a, b) => a.use - b.use) : [];
}

/** Memory is read or written through a pointer that has ended. */
function usesIn({ step, index }: Move, pointers: ReadonlyMap<Var, Pointer>): readonly StaleUse[] {
  const address =
    step.op === 'load' ? step.from : step.op === 'store' || step.op === 'exchange' ? step.to : undefined;
  if (!address || !isPointer(address)) return [];
  return variablesOf(address).flatMap((pointer): readonly StaleUse[] => {
    const known = pointers.get(pointer);
    return known?.ended === undefined
      ? []
      : [{ found: known.found, ended: known.ended, use: index, pointer }];
  });
}

function pointersAfter(
  before: ReadonlyMap<Var, Pointer>,
  move: Move,
  knowledge: Knowledge,
): ReadonlyMap<Var, Pointer> {
  const { step, index } = move;
  const ends = endOf(before, move, knowledge);
  const kept =
    before.size === 0
      ? before
      : changed(before, (pointer, name) => (ends(pointer, name) ? { ...pointer, ended: index } : pointer));
  const narrowed =
    move.before.held === move.after.held
      ? kept
      : changed(kept, (pointer) => stillUnder(pointer, move.after.held, index));
  const dst = definedBy(step);
  if (dst === undefined) return narrowed;
  const made = step.op === 'let' ? pointerOf(step.value, index, move, narrowed, knowledge) : undefined;
  if (!made && !mentionsAny(narrowed, dst)) return narrowed;
  const next = new Map(
    [...narrowed].filter(
      ([name]) => name !== dst && !name.startsWith(`${dst}->`) && !name.startsWith(`${dst}.`),
    ),
  );
  return made ? next.set(dst, made) : next;
}

const mentionsAny = (pointers: ReadonlyMap<Var, Pointer>, name: Var): boolean =>
  [...pointers.keys()].some(
    (each) => each === name || each.startsWith(`${name}->`) || each.startsWith(`${name}.`),
  );

/** What a step ends: an unmapping all copies of what it unmaps, a call that drops the lock all that the lock kept. */
function endOf(
  pointers: ReadonlyMap<Var, Pointer>,
  { step }: Move,
  knowledge: Knowledge,
): (pointer: Pointer, name: Var) => boolean {
  const call = calledIn(step);
  if (call === undefined || pointers.size === 0) return () => false;
  if (knowledge.primitive(call)?.kind === 'unmap') {
    const first = /^\w+\s*\(\s*(?:&\s*)?([\w>.-]+)/.exec(step.text)?.[1]?.replace(/(?<!-)-+$/, '') ?? '';
    const unmapped = pointers.get(first);
    return (pointer) => unmapped?.isMapped === true && pointer.found === unmapped.found;
  }
  const row = droppingCall(call);
  const isDropped =
    row?.returns === 'retakes' &&
    row.locks.includes(KEEPS_USER_TABLES) &&
    !/\b(NULL|0)\s*\)$/.test(step.text);
  return (pointer) => isDropped && pointer.ended === undefined;
}

function changed(
  pointers: ReadonlyMap<Var, Pointer>,
  change: (pointer: Pointer, name: Var) => Pointer,
): ReadonlyMap<Var, Pointer> {
  const next = [...pointers].map(([name, pointer]): [Var, Pointer] => [name, change(pointer, name)]);
  return next.every(([name, pointer]) => pointer === pointers.get(name)) ? pointers : new Map(next);
}

/** The pointer with the protections that still hold it; ended where the last of them was let go. */
function stillUnder(pointer: Pointer, held: Held, index: number): Pointer {
  if (pointer.under.length === 0 || pointer.ended !== undefined) return pointer;
  const under = pointer.under.filter((name) => (held.get(name)?.count ?? 0) > 0);
  if (under.length === pointer.under.length) return pointer;
  return under.length > 0 ? { ...pointer, under } : { ...pointer, under, ended: index };
}

/** What a value points to: what a descent finds, or what it is a copy of. */
function pointerOf(
  value: Expr,
  index: number,
  { step, before }: Move,
  pointers: ReadonlyMap<Var, Pointer>,
  knowledge: Knowledge,
): Pointer | undefined {
  if (value.kind === 'descend') {
    const call = calledIn(step);
    const isMapped = call !== undefined && knowledge.primitive(call)?.kind === 'map';
    return { found: index, isMapped, under: isMapped ? [] : keepers(before.held) };
  }
  if (!isPointer(value)) return undefined;
  return variablesOf(value)
    .map((name) => pointers.get(name))
    .find((each) => each !== undefined);
}

/** A variable, or what is counted from it. */
function isPointer(value: Expr): boolean {
  return (
    value.kind === 'var' ||
    (value.kind === 'binary' && /^[+-]$/.test(value.operator) && isPointer(value.left))
  );
}

/** Protections that keep some freer of tables out. The lock of one table keeps an entry, not the tables above it. */
const KEEPERS: ReadonlySet<string> = new Set(
  EXCLUSIONS.filter(({ excludes, protection }) => excludes !== 'no' && protection !== TABLE_LOCK).map(
    ({ protection }) => protection,
  ),
);

function keepers(held: Held): readonly LockName[] {
  return [...held]
    .filter(([name, { count, asserted }]) => count > 0 && !asserted && KEEPERS.has(parseLockName(name).class))
    .map(([name]) => name)
    .sort();
}

function keyOf(pointers: ReadonlyMap<Var, Pointer>): string {
  return [...pointers]
    .map(
      ([name, { found, under, ended }]) =>
        `${name}@${found}${under.join('+')}${ended === undefined ? '' : `!${ended}`}`,
    )
    .sort()
    .join();
}

/** Whether a function is worth looking at: it finds a pointer itself. */
export function findsPointers({ steps }: FunctionProgram): boolean {
  return steps.some((step: Step) => step.op === 'let' && step.value.kind === 'descend');
}
