/** Which functions do anything that another CPU, or their caller, could see. */
import { FRAME_POINTER } from '../../kernel/idioms.js';
import { protectionOf } from '../../kernel/protections.js';
import { isMemmapLoad } from '../frames.js';
import { MEMORY_OPS, type FunctionProgram, type LockRef, type Param, type Step } from '../ir.js';
import type { Linking } from './linking.js';

const TOUCHES_MEMORY: ReadonlySet<string> = new Set(MEMORY_OPS);

/** States of the CPU, by what enters and what leaves them. */
const STATES: readonly (readonly [enter: string, leave: string])[] = [
  ['rcu_read_lock', 'rcu_read_unlock'],
  ['irq_off', 'irq_on'],
  ['preempt_off', 'preempt_on'],
];

/**
 * Whether the steps of one function matter to a walk that calls it: it touches tables, takes or lets go of a lock that some
 * freer or walker knows, or leaves a state of the CPU other than it found it. What the rest of the kernel does for itself (its
 * own locks, printing, waking somebody) does not, however long it is.
 */
function mattersItself({ steps, params }: FunctionProgram, frames: boolean): boolean {
  const count = (op: string): number => steps.filter((step) => step.op === op).length;
  const isRead = (step: Step): boolean =>
    TOUCHES_MEMORY.has(step.op) && (!isMemmapLoad(step) || (frames && params.some(isFrame)));
  return (
    steps.some((step) => isRead(step) || ('lock' in step && isKnownLock(step))) ||
    STATES.some(([enter, leave]) => (count(enter) === 0) !== (count(leave) === 0))
  );
}

const isFrame = ({ type }: Param): boolean => FRAME_POINTER.test(type);

/** Locks of classes of their own exclude nobody here. */
const isKnownLock = (step: Extract<Step, { readonly lock: LockRef }>): boolean =>
  step.op !== 'assert_held' && protectionOf(step.lock.class) !== undefined;

/** A callback is called on a walk's behalf by a function that is given an entry, or the state of a walk. */
const ON_BEHALF = /\b(pgd|p4d|pud|pmd|pte)_t \*$|\bstruct \w*walk\w* \*$/;

/** Whether a function, or one that it calls, matters to a walk. */
export function isVisible(linking: Linking, program: FunctionProgram, stack: readonly string[]): boolean {
  const key = `${program.file}:${program.name}`;
  const known = linking.visible.get(key);
  if (known !== undefined) return known;
  if (stack.includes(key) || stack.length > linking.options.maxDepth) return false;
  const onBehalf = program.params.some(({ type }) => ON_BEHALF.test(type));
  const visible =
    mattersItself(program, linking.options.frames === true) ||
    program.steps.some((step) => {
      if (step.op !== 'call') return false;
      if (step.callee.kind !== 'symbol') {
        if (step.callee.kind !== 'var') return false;
        return isParameter(program, step.callee.name) || (onBehalf && /->|\./.test(step.callee.name));
      }
      const callee = linking.resolver.function(step.callee.name, program.file);
      return callee !== undefined && isVisible(linking, callee, [...stack, key]);
    });
  if (stack.length === 0 || visible) linking.visible.set(key, visible);
  return visible;
}

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
