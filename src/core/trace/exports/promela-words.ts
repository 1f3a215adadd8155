/** Conditions about locks, RCU and interrupts as Promela expressions. */
import type { Expr, Step } from '../../program/ir.js';
import { END } from '../../program/ir.js';
import type { Model, ModelThread } from '../../machine/model.js';
import type { ViolationKind } from '../../machine/scenario.js';
import { VIOLATION_KINDS } from '../../machine/scenario.js';

export interface ThreadWriter {
  readonly model: Model;
  readonly thread: ModelThread;
  readonly index: number;
  readonly expression: (expr: Expr) => string;
}

/** Markers of where the local steps go on, beside step numbers. */
export const AT_END = 30000;
export const AT_STAY = 30001;
export const AT_DEAD = 30002;

/** Number of a kind in `dead` and in the printed lines. */
export function kindNumber(kind: ViolationKind): number {
  return 1 + VIOLATION_KINDS.indexOf(kind);
}

export const die = (kind: ViolationKind): string => `DIE(${kindNumber(kind)})`;
/** The statement that dies where the condition holds. */
export const orDie = (kind: ViolationKind, condition: string, body: string): string =>
  `if :: ${condition} -> ${die(kind)} :: else -> ${body} fi`;

/** Gives a variable of the thread a value. */
export const setVar = ({ thread, index }: ThreadWriter, name: string, value: string): string =>
  `c_code { now.v${index}[${thread.vars.indexOf(name)}] = ${value}; }`;

/** The step is done again. */
export const STAY = `at = ${AT_STAY}`;
/** Where a step goes on: a step number, or the end. */
export const goTo = (step: number): string => `at = ${step === END ? AT_END : step}`;

export const any = (conditions: readonly string[]): string =>
  conditions.length === 0 ? 'false' : `(${conditions.join(' || ')})`;
export const sum = (terms: readonly string[]): string =>
  terms.length === 0 ? '0' : `(${terms.join(' + ')})`;

export const readsOf = (model: Model, lock: number, thread: number): string =>
  `reads[${lock * model.threads.length + thread}]`;

const others = (model: Model, thread: number): readonly number[] =>
  model.threads.map((_, index) => index).filter((index) => index !== thread);

export function noReaders(model: Model, lock: number): string {
  return model.threads.map((_, thread) => `${readsOf(model, lock, thread)} == 0`).join(' && ');
}

/** Points of a thread whose step satisfies `test`, as a condition on its program counter. */
function isAt(model: Model, thread: number, test: (step: Step, lock: number) => boolean): string {
  const program = model.threads[thread];
  const points = program?.points.flatMap((point, number) => {
    const step = program.steps[point.step];
    return step !== undefined && test(step, point.lock) ? [`pc[${thread}] == ${number}`] : [];
  });
  return any(points ?? []);
}

export function otherWriterWaits(model: Model, lock: number, thread: number): string {
  return any(
    others(model, thread).map(
      (other) => `(wait[${other}] == 64 && ${isAt(model, other, (_, number) => number === lock)})`,
    ),
  );
}

export function graceMask(model: Model, thread: number): string {
  return sum(others(model, thread).map((other) => `(READER(${other}) -> ${1 << other} : 0)`));
}

/** What a callback waits for: its caller's own section, too. */
export function callbackMask(model: Model): string {
  return sum(model.threads.map((_, thread) => `(READER(${thread}) -> ${1 << thread} : 0)`));
}

export function irqMask(model: Model, thread: number): string {
  return sum(others(model, thread).map((other) => `(irq[${other}] > 0 -> ${1 << other} : 0)`));
}

export function holds(model: Model, thread: number): string {
  const locks = model.locks.flatMap((_, lock) => [
    `writer[${lock}] == ${thread + 1}`,
    `${readsOf(model, lock, thread)} > 0`,
  ]);
  return any([
    `rcu[${thread}] > 0`,
    `irq[${thread}] > 0`,
    `preempt[${thread}] > 0`,
    `stopper == ${thread + 1}`,
    ...locks,
  ]);
}

/** Nobody waits for this thread any more, where it has left its read-side section or turned interrupts on. */
export function quiesce(model: Model, thread: number): string {
  const bit = 1 << thread;
  const waits = others(model, thread).flatMap((other) => {
    const forIrq = isAt(model, other, (step) => step.op === 'flush' || step.op === 'ipi_sync');
    const forRcu = isAt(model, other, (step) => step.op === 'lock' || step.op === 'synchronize_rcu');
    if (forIrq === 'false' && forRcu === 'false') return [];
    const waiting = `wait[${other}] >= 128 && (wait[${other}] & ${bit}) != 0`;
    return [
      `if :: ${waiting} && ((${forIrq} && irq[${thread}] == 0) || (${forRcu} && !READER(${thread}))) -> wait[${other}] = wait[${other}] - ${bit} :: else -> skip fi`,
    ];
  });
  const callbacks = model.usesCallbacks
    ? model.pages.map(
        (_, page) =>
          `if :: callback[${page}] >= 128 && (callback[${page}] & ${bit}) != 0 && !READER(${thread}) -> callback[${page}] = callback[${page}] - ${bit} :: else -> skip fi`,
      )
    : [];
  return [...waits, ...callbacks].map((text) => `${text}; `).join('');
}
