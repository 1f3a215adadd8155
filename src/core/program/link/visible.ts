/** Which functions do anything that another CPU, or their caller, could see. */
import { FRAME_POINTER } from '../../kernel/idioms.js';
import { protectionOf } from '../../kernel/protections.js';
import { REGISTRATIONS } from '../../kernel/roots.js';
import { isService } from '../../kernel/services.js';
import { GLOBAL } from '../lower/paths.js';
import { isMemmapLoad } from '../frames.js';
import { definedBy, operandsOf, variablesOf } from '../expr.js';
import { MEMORY_OPS, type Expr, type FunctionProgram, type LockRef, type Param, type Step } from '../ir.js';
import type { Doings } from './doings.js';
import type { Linking } from './linking.js';

const TOUCHES_MEMORY: ReadonlySet<string> = new Set(MEMORY_OPS);

/** States of the CPU, by what enters and what leaves them. */
const STATES: readonly (readonly [enter: string, leave: string])[] = [
  ['rcu_read_lock', 'rcu_read_unlock'],
  ['irq_off', 'irq_on'],
  ['preempt_off', 'preempt_on'],
];

const NOTHING_DONE: Doings = { touches: false, enters: 0, leaves: 0 };

/**
 * What the steps of one function do: what the rest of the kernel does for itself (its own locks, printing, waking somebody) is
 * nothing to a walk, however long it is.
 */
function doneBy(program: FunctionProgram, frames: boolean): Doings {
  const known = frames ? WITH_FRAMES : WITHOUT_FRAMES;
  const done = known.get(program) ?? doneIn(program, frames);
  known.set(program, done);
  return done;
}

/** What was found of each program; nobody changes one. */
const WITH_FRAMES = new WeakMap<FunctionProgram, Doings>();
const WITHOUT_FRAMES = new WeakMap<FunctionProgram, Doings>();

function doneIn({ steps, params }: FunctionProgram, frames: boolean): Doings {
  const has = (op: string | undefined): boolean => steps.some((step) => step.op === op);
  const bits = (side: 0 | 1): number =>
    STATES.reduce((found, state, bit) => found | (has(state[side]) ? 1 << bit : 0), 0);
  const isOfParameters = givenBy(steps, params);
  const isTouch = (step: Step): boolean => {
    if (!TOUCHES_MEMORY.has(step.op)) return false;
    if (isMemmapLoad(step)) return frames && params.some(isFrame);
    // A page that it has got elsewhere is none of the tables that are walked.
    return (step.op !== 'free' && step.op !== 'free_rcu') || isOfParameters(step.page);
  };
  return {
    touches: steps.some((step) => isTouch(step) || ('lock' in step && isKnownLock(step))),
    enters: bits(0),
    leaves: bits(1),
  };
}

const isFrame = ({ type }: Param): boolean => FRAME_POINTER.test(type);

/** Locks of classes of their own exclude nobody here. */
const isKnownLock = (step: Extract<Step, { readonly lock: LockRef }>): boolean =>
  step.op !== 'assert_held' && protectionOf(step.lock.class) !== undefined;

/** A callback is called on a walk's behalf by a function that is given an entry, or the state of a walk. */
const ON_BEHALF = /\b(pgd|p4d|pud|pmd|pte)_t \*$|\bstruct (?=\w*walk)\w+ \*$/;

/** Whether an expression is made of what the function is given, as far as its own steps tell. */
function givenBy(steps: readonly Step[], params: readonly Param[]): (expr: Expr) => boolean {
  const given = new Set(params.map(({ name }) => name));
  const isGiven = (expr: Expr): boolean =>
    variablesOf(expr).some((name) => given.has(name.replace(/(->|\.).*$/s, '')));
  for (let size = -1; size !== given.size;) {
    size = given.size;
    for (const step of steps) {
      const dst = definedBy(step);
      if (dst === undefined) continue;
      const isMade = step.op === 'load' || step.op === 'exchange' || operandsOf(step).some(isGiven);
      if (isMade && step.op !== 'call') given.add(dst);
    }
  }
  return isGiven;
}

/** Whether a function, or one that it calls or is given to call, matters to a walk. */
export function isVisible(linking: Linking, program: FunctionProgram, args: readonly Expr[] = []): boolean {
  const { touches, enters, leaves } = doingsOf(linking, program, []).done;
  if (args.some((arg) => isVisibleFunction(linking, arg, program.file))) return true;
  return touches || enters !== leaves;
}

/** Whether a function is of a part of the kernel that serves everybody; not for a walk that is in such a part itself. */
export function isServing({ root, options }: Linking, { file }: FunctionProgram): boolean {
  const isKernelWalk = options.kernelRoot !== undefined;
  return isService(file, isKernelWalk) && !isService(root.file, isKernelWalk);
}

/** A function that is passed on, to be called. */
function isVisibleFunction(linking: Linking, arg: Expr, file: string): boolean {
  if (arg.kind !== 'symbol') return false;
  const given = linking.resolver.function(arg.name, linking.homes.of(arg.name) ?? file);
  return given !== undefined && isVisible(linking, given);
}

/** `isWhole`: no call was left out because it leads back to a function that is being looked at. */
function doingsOf(
  linking: Linking,
  program: FunctionProgram,
  stack: readonly string[],
): { readonly done: Doings; readonly isWhole: boolean } {
  const key = `${program.file}:${program.name}`;
  const known = linking.doings.get(key);
  if (known) return { done: known, isWhole: true };
  if (isServing(linking, program)) return { done: NOTHING_DONE, isWhole: true };
  if (stack.includes(key) || stack.length > linking.options.maxDepth)
    return { done: NOTHING_DONE, isWhole: false };
  const onBehalf = program.params.some(({ type }) => ON_BEHALF.test(type));
  let { touches, enters, leaves } = doneBy(program, linking.options.frames === true);
  let isWhole = true;
  for (const step of program.steps) {
    if (touches) break;
    if (step.op !== 'call') continue;
    if (step.callee.kind !== 'symbol') {
      if (step.callee.kind !== 'var') continue;
      // What it is given to call is looked at where it is given.
      touches = onBehalf && /->|\./.test(step.callee.name);
      continue;
    }
    touches ||= handsOver(linking, program, step.callee.name, step.args, stack);
    const callee = linking.resolver.function(step.callee.name, program.file);
    if (!callee) continue;
    const inner = doingsOf(linking, callee, [...stack, key]);
    touches ||= inner.done.touches || passesOn(linking, program, step.args);
    enters |= inner.done.enters;
    leaves |= inner.done.leaves;
    isWhole &&= inner.isWhole;
  }
  // What is both entered and left is as it was for whoever calls.
  const done = { touches, enters: enters & ~leaves, leaves: leaves & ~enters };
  if (isWhole || touches || stack.length === 0) linking.doings.set(key, done);
  return { done, isWhole: isWhole || touches };
}

/** Whether it has a function run that does something: stop_machine(fn, data), call_rcu(head, fn). */
function handsOver(
  linking: Linking,
  program: FunctionProgram,
  api: string,
  args: readonly Expr[],
  stack: readonly string[],
): boolean {
  const row = REGISTRATIONS.find((each) => each.api === api && each.runs !== undefined);
  const given = row && args[row.argument];
  const name = given && nameOf(given);
  const callee = name === undefined ? undefined : linking.resolver.function(name, program.file);
  if (!callee) return false;
  const key = `${program.file}:${program.name}`;
  return doingsOf(linking, callee, [...stack, key]).done.touches;
}

/** Functions that it names where it calls another. */
function passesOn(linking: Linking, program: FunctionProgram, args: readonly Expr[]): boolean {
  return args.some((arg) => {
    const name = nameOf(arg);
    const given = name === undefined ? undefined : linking.resolver.function(name, program.file);
    return given !== undefined && doneBy(given, linking.options.frames === true).touches;
  });
}

const nameOf = (arg: Expr): string | undefined =>
  arg.kind === 'symbol' ? arg.name : arg.kind === 'var' ? globalOf(arg.name) : undefined;

const globalOf = (name: string): string | undefined =>
  name.startsWith(GLOBAL) && /^\w+$/.test(name.slice(GLOBAL.length)) ? name.slice(GLOBAL.length) : undefined;

const isParameter = ({ params }: FunctionProgram, name: string): boolean =>
  params.some((param) => param.name === name);

/** Whether it writes what its parameters point to: `walk->action = ACTION_CONTINUE`. */
export function writesThroughPointer(program: FunctionProgram): boolean {
  return program.steps.some((step) => {
    if (step.op !== 'let') return false;
    const base = /^(\w+)->/.exec(step.dst)?.[1];
    return base !== undefined && isParameter(program, base);
  });
}
