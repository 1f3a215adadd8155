/** Which variables of a function the locksets follow. */
import { variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Var } from '../program/ir.js';
import { mentions } from './values.js';

/** Variables worth following: those that some branch, lock or call reads, or is given the address of, and what they are copied from; loop counters are not. */
export function trackedVariables(program: FunctionProgram): ReadonlySet<Var> {
  const counters = new Set<Var>();
  const read = new Set<Var>();
  const passed = new Set<Var>();
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
    if (step.op === 'call') for (const arg of step.args) if (arg.kind === 'address') passed.add(arg.of);
  }
  for (const name of passed) read.add(name);
  // A member of a struct whose address is passed: `walk.mm` with `&walk`.
  for (const step of program.steps)
    if (step.op === 'let' && passed.has(step.dst.replace(/\..*/, ''))) read.add(step.dst);
  // What is stored through a parameter, the caller may read.
  for (const { name } of program.params) read.add(`${name}->*`);
  return new Set([...read].filter((name) => !counters.has(name)));
}

/** Variables that only ever point into tables, or are NULL: they can be followed although loops count them up. */
export function pointersIntoTables({ steps }: FunctionProgram): ReadonlySet<Var> {
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
