/** The ways in which a function ends, as its caller sees them: what they leave taken or let go, give, and store. */
import { droppingCall } from '../kernel/dropping-calls.js';
import type { Expr, FunctionProgram, Var } from '../program/ir.js';
import { printExpr } from '../program/print.js';
import { keyOf, NOTHING, parseLockName, unasserted, type HeldLock } from './held.js';
import { locksetsOf } from './locksets.js';
import { isSign } from './signs.js';
import type { CallEffect, CallOutcome } from './transfer.js';
import { instanceText, numberBehind, type Values } from './values.js';

export const NOTHING_DONE: readonly CallOutcome[] = [{ change: NOTHING }];
export const NO_VALUES: Values = new Map();

/** The different ways in which a function ends that is entered with these values. */
export function outcomesOf(
  program: FunctionProgram,
  effect: CallEffect,
  entry: Values,
): readonly CallOutcome[] {
  const { exits } = locksetsOf(program, NOTHING, entry, effect);
  const found = new Map<string, CallOutcome>();
  for (const { held, result, values } of exits) {
    const change = unasserted(held);
    const constant = result && (result.kind === 'int' || isSign(result)) ? result : undefined;
    const stores = storesThrough(program, values);
    const told = [...stores].map(([name, value]) => `${name}=${printExpr(value)}`).join();
    found.set(`${keyOf(change)} ${constant ? printExpr(constant) : ''} ${told}`, {
      change,
      ...(constant ? { result: constant } : {}),
      ...(stores.size > 0 ? { stores } : {}),
    });
  }
  const outcomes = [...found.values()];
  // Who has asked with numbers wants to know what has become of them.
  const isNothing = ({ change, stores }: CallOutcome): boolean =>
    change.size === 0 && (entry.size === 0 || stores === undefined);
  return outcomes.every(isNothing) ? NOTHING_DONE : outcomes;
}

/** `*locked = false;` */
function storesThrough({ params }: FunctionProgram, values: Values): Values {
  return new Map(
    params.flatMap(({ name }): readonly [Var, Expr][] => {
      const value = values.get(`${name}->*`);
      return value?.kind === 'int' ? [[name, value]] : [];
    }),
  );
}

/** What a call that drops a lock and takes it back leaves: which of its ways took it back, its body says by numbers that are not followed. */
export function withRetaken(outcome: CallOutcome, name: string): CallOutcome {
  const row = droppingCall(name);
  if (row?.returns !== 'retakes') return outcome;
  const change = [...outcome.change].filter(([lock]) => !row.locks.includes(parseLockName(lock).class));
  return { ...outcome, change: new Map(change) };
}

/** `mmap_lock(mm)` of a callee whose first parameter is `mm` is `mmap_lock(vma->vm_mm)` of a caller that passes that. */
export function inCallersNames(
  outcome: CallOutcome,
  params: readonly string[],
  args: readonly Expr[],
): CallOutcome {
  const change = new Map<string, HeldLock>();
  for (const [name, lock] of outcome.change) change.set(translate(name, params, args), lock);
  const stores = new Map<Var, Expr>();
  for (const [name, value] of outcome.stores ?? []) {
    const arg = args[params.indexOf(name)];
    if (arg?.kind === 'address') stores.set(arg.of, value);
    if (arg?.kind === 'var') stores.set(`${arg.name}->*`, value);
  }
  return { ...outcome, change, stores };
}

/** A lock's name with parameters replaced by what the caller passes. */
export function translate(name: string, params: readonly string[], args: readonly Expr[]): string {
  const [, lock, base, rest = ''] = /^([^(]+)\((\w+)((?!\w).*)\)$/s.exec(name) ?? [];
  if (lock === undefined || base === undefined) return name;
  const arg = args[params.indexOf(base)];
  if (!arg) return name;
  const text = instanceText(arg);
  const path = arg.kind === 'address' || arg.kind === 'symbol' ? rest.replace(/^->/, '.') : rest;
  return `${lock}(${text}${path})`;
}

/** Outcomes as text: equal texts, equal effects. */
export function textOf(outcomes: readonly CallOutcome[]): string {
  return JSON.stringify(
    outcomes.map(({ change, result, stores }) => [[...change], result, [...(stores ?? [])]]),
  );
}

/** What is known of the numbers that arguments point to, in the callee's names: 0 behind `locked` of `int locked = 0; f(&locked)`. */
export function numbersBehind(args: readonly Expr[], params: readonly string[], values: Values): Values {
  const numbers = new Map<Var, Expr>();
  params.forEach((name, index) => {
    const arg = args[index];
    const number = arg && numberBehind(arg, values);
    if (number) numbers.set(`${name}->*`, number);
  });
  return numbers.size === 0 ? NO_VALUES : numbers;
}
