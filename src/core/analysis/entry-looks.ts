/**
 * What a function knows of an entry by which of its looks. An entry of a process's tables that is none may become a leaf at any time,
 * and a leaf may become none; only a table stays while the mmap lock is held for read. So "not none" by one read and "not a
 * leaf" by another prove nothing together: a descent that reads the entry once more may read a leaf, or none.
 */
import { SPLITTING_CALLS, VMA_FIELDS } from '../kernel/splitting-calls.js';
import { FREEZES_ENTRIES } from '../kernel/lock-roles.js';
import { definedBy, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import type { Knowledge } from '../program/lower/context.js';
import { parseLockName, type Held } from './held.js';
import { ride, type Move, type Rider } from './locksets.js';
import type { CallEffect } from './transfer.js';
import { calledIn } from './one-call.js';

/** What is known of an entry; `isTable`: one read has shown that it points to a table. */
export interface Known {
  readonly notNone: boolean;
  readonly notLeaf: boolean;
  readonly isTable: boolean;
}

/** A descent that reads an entry again of which no single read has shown that it is a table. */
export interface Reread {
  readonly step: number;
  readonly pointer: Var;
}

export interface Looks {
  readonly rereads: readonly Reread[];
  /** Of each call that is given an entry whose looks prove nothing together: the step, the argument, what is known. */
  readonly handedOn: readonly { readonly step: number; readonly argument: number; readonly known: Known }[];
}

interface Read {
  readonly pointer: Var;
  readonly known: Known;
}

interface State {
  /** By the variable that has the value that was read, or a copy of it. */
  readonly reads: ReadonlyMap<Var, Read>;
  /** By the pointer to the entry: what all looks at it together say. */
  readonly entries: ReadonlyMap<Var, Known>;
}

const NOTHING: Known = { notNone: false, notLeaf: false, isTable: false };

/** Undefined where there are too many ways to say. `start`: what is known of the parameters. */
export function looksOf(
  program: FunctionProgram,
  { effect, knowledge }: { readonly effect: CallEffect; readonly knowledge: Knowledge },
  start: ReadonlyMap<Var, Known> = new Map(),
): Looks | undefined {
  const rereads = new Map<number, Reread>();
  const handedOn = new Map<string, Looks['handedOn'][number]>();
  const rider: Rider<State> = {
    start: { reads: new Map(), entries: start },
    keyOf,
    join: (left) => left,
    after: (state, move) => {
      const { step, index, before } = move;
      if (!isStable(before.held)) {
        const pointer = rereadBy(step, knowledge);
        if (pointer !== undefined && provesNothing(state.entries.get(pointer)))
          rereads.set(index, { step: index, pointer });
        if (step.op === 'call')
          step.args.forEach((arg, argument) => {
            const known = arg.kind === 'var' ? state.entries.get(arg.name) : undefined;
            if (known && provesNothing(known))
              handedOn.set(`${index} ${argument}`, { step: index, argument, known });
          });
      }
      return { state: after(state, move) };
    },
  };
  return ride(program, effect, rider).isWhole
    ? { rereads: [...rereads.values()], handedOn: [...handedOn.values()] }
    : undefined;
}

const provesNothing = (known: Known | undefined): boolean =>
  known !== undefined && known.notNone && known.notLeaf && !known.isTable;

/** Nobody else changes the entry. */
function isStable(held: Held): boolean {
  return [...held].some(([name, { mode, count }]) => {
    const { class: lock } = parseLockName(name);
    return (
      count > 0 &&
      FREEZES_ENTRIES.some((row) => row.protection === lock && (row.mode === undefined || row.mode === mode))
    );
  });
}

/**
 * pmd_offset(pud, addr), pte_offset_kernel(pmd, addr): levels at which an entry may be a leaf. What allocates a missing table
 * (pmd_alloc()) is followed by a look at what came of it.
 */
function rereadBy(step: Step, knowledge: Knowledge): Var | undefined {
  if (knowledge.primitive(calledIn(step) ?? '')?.kind === 'allocate') return undefined;
  if (step.op !== 'load' || step.use !== 'descent' || step.access !== 'plain') return undefined;
  return (step.level === 'pud' || step.level === 'pmd') && step.from.kind === 'var'
    ? step.from.name
    : undefined;
}

function after(state: State, move: Move): State {
  const { step, to } = move;
  if (step.op === 'branch') {
    if (step.then === step.else) return state;
    const answer = to === step.then;
    return isOutsideVma(step.text, answer)
      ? { ...state, entries: new Map() }
      : learn(state, step.condition, answer);
  }
  const split = splitBy(step);
  if (split !== undefined) return withEntry(state, split, { ...NOTHING, notLeaf: true });
  const dst = definedBy(step);
  if (dst === undefined) return state;
  const cleared = without(state, dst);
  if (step.op === 'load' && step.use === 'entry' && step.from.kind === 'var')
    return {
      ...cleared,
      reads: new Map(cleared.reads).set(dst, { pointer: step.from.name, known: NOTHING }),
    };
  if (step.op !== 'let' || step.value.kind !== 'var') return cleared;
  const read = state.reads.get(step.value.name);
  const entry = state.entries.get(step.value.name);
  return {
    reads: read ? new Map(cleared.reads).set(dst, read) : cleared.reads,
    entries: entry ? new Map(cleared.entries).set(dst, entry) : cleared.entries,
  };
}

/** Without a VMA these may be the kernel's tables: who changes those is another question. */
function isOutsideVma(condition: string, answer: boolean): boolean {
  const field = /(?:^|->)(\w+)$/.exec(condition)?.[1];
  return VMA_FIELDS.some(({ name, isSet }) => name === field && isSet !== answer);
}

/** The entry that a call splits: it is no leaf any more when it returns, and none or a table. */
function splitBy(step: Step): Var | undefined {
  const row = SPLITTING_CALLS.find(({ api }) => api === calledIn(step));
  if (!row) return undefined;
  const list = /^\w+\s*\((.*)\)$/.exec(step.text)?.[1] ?? '';
  return list.split(',')[row.entry]?.trim();
}

function without(state: State, name: Var): State {
  const isOther = ([variable, read]: readonly [Var, Read]): boolean =>
    variable !== name && read.pointer !== name;
  const reads = [...state.reads].filter(isOther);
  if (reads.length === state.reads.size && !state.entries.has(name)) return state;
  return {
    reads: new Map(reads),
    entries: new Map([...state.entries].filter(([pointer]) => pointer !== name)),
  };
}

function withEntry(state: State, pointer: Var, known: Known): State {
  return { ...state, entries: new Map(state.entries).set(pointer, known) };
}

/** What the answer to a condition says of the entries that were read for it. */
function learn(state: State, condition: Expr, answer: boolean): State {
  if (condition.kind === 'not') return learn(state, condition.operand, !answer);
  if (condition.kind === 'binary' && condition.operator === '|' && !answer)
    return learn(learn(state, condition.left, false), condition.right, false);
  if (condition.kind !== 'is') return state;
  const says = meaningOf(condition.test, answer);
  const [value] = variablesOf(condition.operand);
  const read = value === undefined ? undefined : state.reads.get(value);
  if (!says || !read) return state;
  const known = together(read.known, says);
  // pud_none(*pud) || pud_bad(*pud): where there are no leaves, the old way to say that it is a table.
  const isOldWay = condition.test === 'bad' && state.entries.get(read.pointer)?.notNone === true;
  const mine: Known = { ...known, isTable: known.isTable || isOldWay || (known.notNone && known.notLeaf) };
  const reads = new Map(
    [...state.reads].map(([name, each]): [Var, Read] => [
      name,
      each === read ? { ...each, known: mine } : each,
    ]),
  );
  const all = together(state.entries.get(read.pointer) ?? NOTHING, mine);
  return withEntry({ ...state, reads }, read.pointer, all);
}

const together = (a: Known, b: Known): Known => ({
  notNone: a.notNone || b.notNone,
  notLeaf: a.notLeaf || b.notLeaf,
  isTable: a.isTable || b.isTable,
});

function meaningOf(test: Extract<Expr, { kind: 'is' }>['test'], answer: boolean): Known | undefined {
  switch (test) {
    case 'none':
      return answer ? undefined : { ...NOTHING, notNone: true };
    case 'present':
      return answer ? { ...NOTHING, notNone: true } : undefined;
    case 'leaf':
    case 'bad':
      return answer ? undefined : { ...NOTHING, notLeaf: true };
    case 'table':
      return answer ? { notNone: true, notLeaf: true, isTable: true } : undefined;
  }
}

function keyOf({ reads, entries }: State): string {
  const text = ({ notNone, notLeaf, isTable }: Known): string =>
    `${notNone ? 'n' : ''}${notLeaf ? 'l' : ''}${isTable ? 't' : ''}`;
  return [
    ...[...entries].map(([name, known]) => `${name}:${text(known)}`).sort(),
    '|',
    ...[...reads].map(([name, { pointer, known }]) => `${name}>${pointer}:${text(known)}`).sort(),
  ].join();
}
