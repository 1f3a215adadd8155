/** One step of the locksets: what it does to the locks that are held and to the values that are known. */
import { definedBy, truthOf } from '../program/expr.js';
import { END, type Expr, type LockRef, type Step, type Var } from '../program/ir.js';
import { assert, combine, downgrade, drop, NOTHING, take, type Held } from './held.js';
import { isNonzero, nonzero } from './signs.js';
import { assumeTruth, evaluate, learned, lockName, narrowed, setValue, type Values } from './values.js';

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

export const NO_EFFECT: CallEffect = () => [{ change: NOTHING }];

type Arrive = (to: number, state: LockState, result?: Expr) => void;

/** What one step makes of what is held and known: every state in which it can be left, and where it leads. */
export function transfer(
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
      const after = (taken: boolean): Values =>
        narrowed(assumeTruth(values, condition, taken), step.condition, taken);
      if (truth !== false) arrive(step.then, { held, values: after(true) });
      if (truth !== true) arrive(step.else, { held, values: after(false) });
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
  if (isPointer) return nonzero(dst);
  const known = values.get(dst);
  return known && isNonzero(known) && isMoved(value, dst) ? known : evaluate(value, values);
}

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
  return object?.kind === 'var' ? learned(values, object.name, nonzero(object.name)) : values;
}
