/**
 * Locksets: what is held at each step of one function, on every way to it.
 *
 * A forward analysis over the function's program. At each step it keeps the different lock states that can reach it, each
 * with the values of variables that are the same on all its ways: so a trylock's result, a killable lock's error and a
 * `locked` flag stay tied to the lock they speak of. What holds in all states is must-held; what in some, may-held.
 */
import { definedBy, fold, mapExpr, operandsOfExpr, truthOf, variablesOf } from '../program/expr.js';
import { END, type Expr, type FunctionProgram, type LockRef, type Step, type Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { assert, combine, downgrade, drop, keyOf, meet, NOTHING, take, type Held } from './held.js';
import { createPending } from './pending.js';

/** Values of variables that are known at a point. */
export type Values = ReadonlyMap<Var, Expr>;

export interface LockState {
  readonly held: Held;
  readonly values: Values;
}

/** One way in which a call can end: what it took or let go, in the caller's names; what it returns and stores, where that is a constant. */
export interface CallOutcome {
  readonly change: Held;
  readonly result?: Expr;
  /** Variables of the caller that it has set through their addresses. */
  readonly stores?: Values;
}

/** What a call does to the locks; a single empty outcome for a call that does nothing to them. */
export type CallEffect = (step: Extract<Step, { op: 'call' }>, values: Values) => readonly CallOutcome[];

export interface Locksets {
  /** States before each step; none for a step that can't be reached. */
  readonly before: readonly (readonly LockState[])[];
  /** States where the function ends, with what it returns. */
  readonly exits: readonly (LockState & { readonly step: number; readonly result?: Expr })[];
}

/** One move of the analysis: from before step `index` to `to` (`END`: out of the function). */
export interface Move {
  readonly step: Step;
  readonly index: number;
  readonly to: number;
  readonly before: LockState;
  readonly after: LockState;
}

/** What a rule follows along the ways of a function, besides the locks: states that differ in it are kept apart. */
export interface Rider<R> {
  readonly start: R;
  /** Equal texts, equal states: they are joined where they meet. */
  readonly keyOf: (state: R, held: () => string) => string;
  /** What two ways with the same key have in common; `left` itself when that is all of it. */
  readonly join: (left: R, right: R) => R;
  /** Undefined: the move is not possible after what was seen on this way. */
  readonly after: (state: R, move: Move) => { readonly state: R } | undefined;
}

type Ridden<R> = LockState & { readonly rider: R };

/** Exits of a function with what rode along; `isWhole` is false when there were too many states to keep them apart. */
export interface Ride<R> {
  readonly exits: readonly (Ridden<R> & { readonly step: number; readonly result?: Expr })[];
  readonly isWhole: boolean;
}

const MAX_STATES = 24;
/** With a rider: at one step. */
const MAX_RIDDEN_STATES = 160;

const NO_RIDER: Rider<undefined> = {
  start: undefined,
  keyOf: (_, held) => held(),
  join: () => undefined,
  after: (state) => ({ state }),
};

export const NO_EFFECT: CallEffect = () => [{ change: NOTHING }];

/** The locksets of a function that starts with `entry` held and with these parameters known. */
export function locksetsOf(
  program: FunctionProgram,
  entry: Held,
  parameters: Values,
  effectOf: CallEffect,
): Locksets {
  return statesOf(program, { held: entry, values: parameters }, effectOf, NO_RIDER, MAX_STATES);
}

/** The ways of a function that starts with nothing known, with a rider. */
export function ride<R>(program: FunctionProgram, effectOf: CallEffect, rider: Rider<R>): Ride<R> {
  const start = { held: NOTHING, values: new Map() };
  const { exits, merged } = statesOf(program, start, effectOf, rider, MAX_RIDDEN_STATES);
  return { exits, isWhole: merged === 0 };
}

function statesOf<R>(
  program: FunctionProgram,
  start: LockState,
  effectOf: CallEffect,
  rider: Rider<R>,
  maxStates: number,
): {
  readonly before: readonly (readonly Ridden<R>[])[];
  readonly exits: Ride<R>['exits'];
  /** Steps at which states had to be merged. */
  readonly merged: number;
} {
  const tracked = trackedVariables(program);
  const before: Map<string, Ridden<R>>[] = program.steps.map(() => new Map<string, Ridden<R>>());
  const exits = new Map<string, Ride<R>['exits'][number]>();
  const pending = createPending(program);
  /** Steps that too many different states have reached: they keep only what all of them hold. */
  const merged = new Set<number>();
  const keyOfHeld = rememberedKeys();

  const arrive = (to: number, from: number, state: Ridden<R>, result?: Expr): void => {
    const key = rider.keyOf(state.rider, () => keyOfHeld(state.held));
    if (to === END) {
      const exit = `${from} ${key} ${result ? printExpr(result) : ''}`;
      exits.set(exit, { ...state, step: from, ...(result ? { result } : {}) });
      return;
    }
    const states = before[to];
    if (!states) return;
    if (merged.has(to)) return arriveMerged(states, state, to);
    const known = states.get(key);
    if (!known) {
      if (states.size >= maxStates) {
        widen(states);
        merged.add(to);
        return arriveMerged(states, state, to);
      }
      states.set(key, state);
      pending.add(to, key);
      return;
    }
    const values = sameValues(known.values, state.values);
    const joined = rider.join(known.rider, state.rider);
    if (values === known.values && joined === known.rider) return;
    states.set(key, { held: known.held, values, rider: joined });
    pending.add(to, key);
  };
  const arriveMerged = (states: Map<string, Ridden<R>>, state: Ridden<R>, to: number): void => {
    const [only] = states.values();
    const held = only ? meet(only.held, state.held) : state.held;
    const values = only ? sameValues(only.values, state.values) : state.values;
    const key = keyOfHeld(held);
    const known = states.get(key);
    if (known && known.values === values) return;
    states.clear();
    states.set(key, { held, values, rider: rider.start });
    pending.add(to, key);
  };

  arrive(0, 0, { ...start, rider: rider.start });
  for (let next = pending.take(); next; next = pending.take()) {
    const { index, keys } = next;
    const step = program.steps[index];
    if (!step) continue;
    for (const key of keys) {
      const state = before[index]?.get(key);
      if (!state) continue;
      transfer(step, state, tracked, effectOf, (to, after, result) => {
        const move: Move = { step, index, to, before: state, after };
        const rode = rider.after(state.rider, move);
        if (rode) arrive(to, index, { ...after, rider: rode.state }, result);
      });
    }
  }
  return {
    before: before.map((states) => [...states.values()]),
    exits: [...exits.values()],
    merged: merged.size,
  };
}

/** Keys of states of locks, each made once. */
function rememberedKeys(): (held: Held) => string {
  const known = new WeakMap<Held, string>();
  return (held) => {
    const before = known.get(held);
    if (before !== undefined) return before;
    const key = keyOf(held);
    known.set(held, key);
    return key;
  };
}

/** Too many different states: they become one that holds what all hold. */
function widen<R>(states: Map<string, Ridden<R>>): void {
  const [first, ...others] = states.values();
  if (!first) return;
  const merged = others.reduce(
    (left, right) => ({
      held: meet(left.held, right.held),
      values: sameValues(left.values, right.values),
      rider: left.rider,
    }),
    first,
  );
  states.clear();
  states.set(keyOf(merged.held), merged);
}

type Arrive = (to: number, state: LockState, result?: Expr) => void;

function transfer(
  step: Step,
  state: LockState,
  tracked: ReadonlySet<Var>,
  effectOf: CallEffect,
  arrive: Arrive,
): void {
  const { held, values } = state;
  const go = (next: Held, changed: Values = values): void =>
    arrive(step.next, { held: next, values: changed });
  switch (step.op) {
    case 'lock':
      return go(
        take(held, lockName(step.lock, values), step.mode, step.lock.spins),
        withObject(values, step.lock),
      );
    case 'unlock':
      return go(drop(held, lockName(step.lock, values), step.mode));
    case 'downgrade':
      return go(downgrade(held, lockName(step.lock, values)));
    case 'assert_held':
      return go(assert(held, lockName(step.lock, values), step.mode));
    case 'trylock':
      go(
        take(held, lockName(step.lock, values), step.mode, step.lock.spins),
        setValue(values, step.dst, { kind: 'int', value: 1 }, tracked),
      );
      return go(held, setValue(values, step.dst, { kind: 'int', value: 0 }, tracked));
    case 'rcu_read_lock':
    case 'irq_off':
    case 'preempt_off':
    case 'stop_machine':
      return go(take(held, CPU_STATES[step.op], 'read'));
    case 'rcu_read_unlock':
    case 'irq_on':
    case 'preempt_on':
    case 'end_stop_machine':
      return go(drop(held, CPU_STATES[step.op], 'read'));
    case 'branch': {
      const condition = evaluate(step.condition, values);
      const truth = truthOf(condition);
      if (truth !== false) arrive(step.then, { held, values: assumeTruth(values, condition, true) });
      if (truth !== true) arrive(step.else, { held, values: assumeTruth(values, condition, false) });
      return;
    }
    case 'choose':
      return step.targets.forEach((to) => arrive(to, state));
    case 'return':
      return arrive(END, state, step.value && evaluate(step.value, values));
    case 'call':
      for (const outcome of effectOf(step, values)) {
        go(combine(held, outcome.change), valuesAfterCall(step, outcome, values, tracked));
      }
      return;
    default: {
      const dst = definedBy(step);
      const value = step.op === 'let' ? valueOf(step, values) : undefined;
      return go(held, dst === undefined ? values : setValue(values, dst, value, tracked));
    }
  }
}

/** The value that a variable gets. Of a pointer into a table it is known that it is not NULL, wherever in the table it is moved. */
function valueOf({ dst, value }: Extract<Step, { op: 'let' }>, values: Values): Expr {
  const isPointer = value.kind === 'descend' || value.kind === 'element' || value.kind === 'root';
  if (isPointer) return { kind: 'symbol', name: NONZERO + dst };
  const known = values.get(dst);
  return known && isNonzero(known) && isMoved(value, dst) ? known : evaluate(value, values);
}

export const isNonzero = (value: Expr): boolean => value.kind === 'symbol' && value.name.startsWith(NONZERO);

/** `pte + 1` */
const isMoved = (value: Expr, name: Var): boolean =>
  value.kind === 'binary' &&
  /^[+-]$/.test(value.operator) &&
  value.left.kind === 'var' &&
  value.left.name === name;

/** What is passed by its address may be another afterwards; what is known of the outcome is. */
function valuesAfterCall(
  { args, dst }: Extract<Step, { op: 'call' }>,
  { result, stores }: CallOutcome,
  values: Values,
  tracked: ReadonlySet<Var>,
): Values {
  let after = values;
  for (const arg of args) {
    if (arg.kind === 'address') after = setValue(after, arg.of, stores?.get(arg.of), tracked);
    if (arg.kind === 'var') after = setValue(after, `${arg.name}->*`, stores?.get(`${arg.name}->*`), tracked);
  }
  return dst === undefined ? after : setValue(after, dst, result, tracked);
}

const CPU_STATES = {
  rcu_read_lock: 'rcu',
  rcu_read_unlock: 'rcu',
  irq_off: 'irq',
  irq_on: 'irq',
  preempt_off: 'preempt',
  preempt_on: 'preempt',
  stop_machine: 'stop-machine',
  end_stop_machine: 'stop-machine',
} as const;

/** Whoever takes the lock of an object knows that there is one. */
function withObject(values: Values, { instance }: LockRef): Values {
  const object = instance && evaluate(instance, values);
  return object?.kind === 'var'
    ? learned(values, object.name, { kind: 'symbol', name: NONZERO + object.name })
    : values;
}

/** Name of a lock with what is known of its instance: `mmap_lock(init_mm)`, `mmap_lock(vma->vm_mm)`. */
export function lockName(lock: LockRef, values: Values): string {
  if (!lock.instance) return lock.class;
  return `${lock.class}(${instanceText(evaluate(lock.instance, values))})`;
}

/** Prefixes of the value of a variable of which only this is known: it is not 0; it is an error number (or such a pointer). */
const NONZERO = 'nonzero ';
const NEGATIVE = 'negative ';
const SIGN = new RegExp(`^(${NONZERO}|${NEGATIVE})(.*)$`);
const startsWith = (prefix: string, value: Expr): boolean =>
  value.kind === 'symbol' && value.name.startsWith(prefix);

/** A value of which no more than its sign is known. */
export const isSign = (value: Expr): boolean => startsWith(NONZERO, value) || startsWith(NEGATIVE, value);

/** What a sign is known of: the variable's name put through `rename`. Any other value stays. */
export function renamedSign(value: Expr, rename: (name: Var) => Var): Expr {
  const [, prefix, name] = SIGN.exec(value.kind === 'symbol' ? value.name : '') ?? [];
  return prefix === undefined || name === undefined ? value : { kind: 'symbol', name: prefix + rename(name) };
}

/** Text of an object by which two mentions of it are taken to be the same. */
export function instanceText(instance: Expr): string {
  return printExpr(instance).replace(/^&/, '').replace(NONZERO, '').replace(NEGATIVE, '').replace(/^::/, '');
}

/** An expression with the known values put in. */
export function evaluate(expr: Expr, values: Values): Expr {
  return mapExpr(expr, (inner) =>
    inner.kind === 'var' ? valueOfVariable(inner, values) : (comparedWithZero(inner) ?? fold(inner)),
  );
}

/** What a variable is, or else which other one it is a copy of. */
function valueOfVariable(variable: Extract<Expr, { kind: 'var' }>, values: Values): Expr {
  const value = values.get(variable.name) ?? variable;
  return value.kind === 'var' ? (values.get(value.name) ?? value) : value;
}

/** `err < 0` of what is known to be an error number. */
function comparedWithZero(expr: Expr): Expr | undefined {
  if (expr.kind !== 'binary' || !startsWith(NEGATIVE, expr.left)) return undefined;
  if (expr.right.kind !== 'int' || expr.right.value !== 0) return undefined;
  const truth = SMALLER_THAN_ZERO.get(expr.operator);
  return truth === undefined ? undefined : { kind: 'int', value: truth };
}

const SMALLER_THAN_ZERO: ReadonlyMap<string, number> = new Map([
  ['<', 1],
  ['<=', 1],
  ['>', 0],
  ['>=', 0],
]);

/** Whether a value is worth knowing: what branches test and what names a lock. */
function isPlain(value: Expr): boolean {
  if (value.kind === 'var') return !value.name.startsWith('$');
  return (
    value.kind === 'int' ||
    value.kind === 'symbol' ||
    value.kind === 'address' ||
    (value.kind === 'not' && value.operand.kind === 'var')
  );
}

function setValue(values: Values, name: Var, value: Expr | undefined, tracked: ReadonlySet<Var>): Values {
  const kept = value && tracked.has(name) && isPlain(value) && !mentions(value, name) ? value : undefined;
  const stale: Var[] = [];
  for (const [other, known] of values) {
    if ((other === name && known !== kept) || mentions(known, name)) stale.push(other);
  }
  if (stale.length === 0 && (!kept || values.has(name))) return values;
  const next = new Map(values);
  for (const other of [name, ...stale]) next.delete(other);
  return kept ? next.set(name, kept) : next;
}

/** Whether a value is computed from a variable or from what it points to. */
function mentions(value: Expr, name: Var): boolean {
  if (value.kind === 'int' || value.kind === 'symbol') return false;
  if (value.kind !== 'var') return operandsOfExpr(value).some((operand) => mentions(operand, name));
  if (!value.name.startsWith(name)) return false;
  const rest = value.name.slice(name.length);
  return rest === '' || rest.startsWith('->') || rest.startsWith('.');
}

/** Learns from the way that a branch takes. */
function assumeTruth(values: Values, condition: Expr, truth: boolean): Values {
  if (condition.kind === 'not') return assumeTruth(values, condition.operand, !truth);
  if (condition.kind === 'var') {
    return learned(
      values,
      condition.name,
      truth ? { kind: 'symbol', name: NONZERO + condition.name } : { kind: 'int', value: 0 },
    );
  }
  if (condition.kind !== 'binary' || condition.left.kind !== 'var') return values;
  const { operator, left, right } = condition;
  const equal = (operator === '==' && truth) || (operator === '!=' && !truth);
  return equal && (right.kind === 'int' || right.kind === 'symbol')
    ? learned(values, left.name, right)
    : values;
}

function learned(values: Values, name: Var, value: Expr): Values {
  const known = values.get(name);
  return known && isSame(known, value) ? values : new Map(values).set(name, value);
}

/** What two states know alike, be it only a sign; `left` itself when that is all that it knows. */
function sameValues(left: Values, right: Values): Values {
  if (left === right) return left;
  const less = new Map<Var, Expr | undefined>();
  for (const [name, value] of left) {
    const other = right.get(name);
    if (other && isSame(other, value)) continue;
    const sign = other && sameSign(name, value, other);
    if (!sign || !isSame(sign, value)) less.set(name, sign);
  }
  if (less.size === 0) return left;
  const same = new Map(left);
  for (const [name, value] of less) {
    if (value) same.set(name, value);
    else same.delete(name);
  }
  return same;
}

/** Two errors of different numbers are an error. */
function sameSign(name: Var, a: Expr, b: Expr): Expr | undefined {
  if (isNegative(a) && isNegative(b)) return { kind: 'symbol', name: NEGATIVE + name };
  return isTruthy(a) && isTruthy(b) ? { kind: 'symbol', name: NONZERO + name } : undefined;
}

const isNegative = (value: Expr): boolean =>
  value.kind === 'int' ? value.value < 0 : startsWith(NEGATIVE, value);
const isTruthy = (value: Expr): boolean => (value.kind === 'int' ? value.value !== 0 : isSign(value));

function isSame(a: Expr, b: Expr): boolean {
  if (a === b) return true;
  if (a.kind === 'int' && b.kind === 'int') return a.value === b.value;
  if (a.kind === 'var' && b.kind === 'var') return a.name === b.name;
  return printExpr(a) === printExpr(b);
}

/** Variables worth following: those that some branch, lock or call reads, and what they are copied from; loop counters are not. */
function trackedVariables(program: FunctionProgram): ReadonlySet<Var> {
  const counters = new Set<Var>();
  const read = new Set<Var>();
  const pointers = pointersIntoTables(program);
  for (const step of program.steps) {
    if (step.op === 'let' && mentions(step.value, step.dst) && !pointers.has(step.dst))
      counters.add(step.dst);
    const operands =
      step.op === 'branch'
        ? [step.condition]
        : step.op === 'call'
          ? step.args
          : step.op === 'return' && step.value
            ? [step.value]
            : step.op === 'let'
              ? [step.value]
              : 'lock' in step && step.lock.instance
                ? [step.lock.instance]
                : step.op === 'load'
                  ? [step.from]
                  : [];
    for (const name of operands.flatMap(variablesOf)) read.add(name);
  }
  // What is stored through a parameter, the caller may read.
  for (const { name } of program.params) read.add(`${name}->*`);
  return new Set([...read].filter((name) => !counters.has(name)));
}

/** Variables that only ever point into tables, or are NULL: they can be followed although loops count them up. */
function pointersIntoTables({ steps }: FunctionProgram): ReadonlySet<Var> {
  const pointers = new Set<Var>();
  const isPointer = (value: Expr): boolean =>
    value.kind === 'descend' ||
    value.kind === 'element' ||
    (value.kind === 'var' && pointers.has(value.name));
  for (let size = -1; size !== pointers.size;) {
    size = pointers.size;
    for (const step of steps) if (step.op === 'let' && isPointer(step.value)) pointers.add(step.dst);
  }
  return pointers;
}
