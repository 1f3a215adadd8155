/** Flags of a function that decide whether it locks: states that differ in one are kept apart, for it is tested again. */
import { droppingCall } from '../kernel/dropping-calls.js';
import { definedBy } from '../program/expr.js';
import { END, type Expr, type FunctionProgram, type Step, type Var } from '../program/ir.js';
import type { CallEffect } from './transfer.js';
import { numberBehind, type Values } from './values.js';

/** A lock is taken or let go so many steps behind the test of its flag: the lock's object may have to be looked up. */
const NEAR = 3;
/** Functions with more flags than this are followed without them. */
const MOST_FLAGS = 2;

/** The flags, and what they are copied from: variables that are only ever set to 0 or 1, and are tested right before a lock. */
export function lockFlags(program: FunctionProgram): readonly Var[] {
  const tested = new Set(program.steps.flatMap((step) => testedFlag(step, program)));
  if (tested.size === 0) return [];
  const settings = settingsOf(program);
  const flags = [...tested].filter((name) => isFlag(name, settings, new Set()));
  return flags.length > MOST_FLAGS
    ? []
    : [...new Set(flags.flatMap((name) => [name, ...copiedTo(name, settings)]))];
}

/** What a state knows of the flags, as a part of its key. */
export const keyOfFlags = (flags: readonly Var[], values: Values): string =>
  flags.length === 0
    ? ''
    : flags
        .map((name) => {
          const value = values.get(name);
          return value?.kind === 'int' ? String(value.value) : '?';
        })
        .join('');

/**
 * A call that is not seen to do anything to the locks leaves the flags as they are, though it has their address: a callee that lets
 * the lock go clears the flag for it, so what is held and the flag that tells of it stay together (mm/gup.c:__get_user_pages_locked
 * with `int *locked`). And who is told that a lock is not held leaves it so.
 */
export function keepingFlags(flags: readonly Var[], effectOf: CallEffect): CallEffect {
  return (step, values) => {
    const row = step.callee.kind === 'symbol' ? droppingCall(step.callee.name) : undefined;
    const isTold = row?.hasFlag === true && row.returns === 'leaves';
    if (!isTold && flags.length === 0) return effectOf(step, values);
    const passed = step.args.flatMap((arg, index) => {
      const flag = arg.kind === 'address' ? arg.of : arg.kind === 'var' ? `${arg.name}->*` : undefined;
      const number = flag === undefined ? undefined : numberBehind(arg, values);
      if (flag === undefined || !number) return [];
      const isNotHeld =
        isTold && index === step.args.length - 1 && number.kind === 'int' && number.value === 0;
      return isNotHeld || flags.includes(flag) ? [[flag, number] as const] : [];
    });
    if (passed.length === 0) return effectOf(step, values);
    return effectOf(step, values).map((outcome) =>
      outcome.change.size > 0
        ? outcome
        : { ...outcome, stores: new Map([...passed, ...(outcome.stores ?? [])]) },
    );
  };
}

type Settings = ReadonlyMap<Var, readonly (Expr | undefined)[]>;

/** What each variable is set to; undefined: by something that is no plain value. */
function settingsOf({ steps, params }: FunctionProgram): Settings {
  const found = new Map<Var, (Expr | undefined)[]>(params.map(({ name }) => [name, [undefined]]));
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst === undefined) continue;
    found.set(dst, [...(found.get(dst) ?? []), step.op === 'let' ? step.value : undefined]);
  }
  return found;
}

function isFlag(name: Var, settings: Settings, seen: Set<Var>): boolean {
  if (seen.has(name)) return true;
  seen.add(name);
  const values = settings.get(name) ?? [undefined];
  return values.every(
    (value) =>
      (value?.kind === 'int' && (value.value === 0 || value.value === 1)) ||
      (value?.kind === 'var' && isFlag(value.name, settings, seen)),
  );
}

/** The variables that a flag gets its value from. */
function copiedTo(name: Var, settings: Settings): readonly Var[] {
  return (settings.get(name) ?? []).flatMap((value) =>
    value?.kind === 'var' && value.name !== name ? [value.name] : [],
  );
}

/** `if (locked)` with a lock behind it. */
function testedFlag(step: Step, program: FunctionProgram): readonly Var[] {
  if (step.op !== 'branch' || step.condition.kind !== 'var') return [];
  return leadsToLock(step.then, program) || leadsToLock(step.else, program) ? [step.condition.name] : [];
}

function leadsToLock(from: number, { steps }: FunctionProgram): boolean {
  let at = from;
  for (let left = NEAR; left > 0 && at !== END; left -= 1) {
    const step = steps[at];
    if (!step) return false;
    if (step.op === 'lock' || step.op === 'trylock' || step.op === 'unlock') return true;
    if (step.op !== 'let') return false;
    at = step.next;
  }
  return false;
}
