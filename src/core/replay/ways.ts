/**
 * The ways of a program, told apart by how often one thing is held on them: a copy of each step for each depth at which it is
 * reached. What a step does there is known then, whatever else differs.
 */
import { successors, withSuccessors } from '../program/graph.js';
import { END, type Step } from '../program/ir.js';

/** A lock of the scenario, or a state of the CPU, and what a step does to it. */
export interface Hold {
  readonly of: (step: Step) => 'enter' | 'try' | 'leave' | undefined;
  /** How often it is held where the program is entered, and has to be where it ends. */
  readonly initial: number;
}

/** A step on the ways on which the thing is held `depth` times when it is reached. */
export interface Copy {
  readonly step: Step;
  /** The step that it is a copy of; below -1: the question whether that one has taken the lock. */
  readonly origin: number;
  readonly depth: number;
  /** How often it is held behind the step. */
  readonly after: number;
}

/** Deeper holds are taken for this deep. */
const DEEPEST = 3;
const MAX_COPIES = 10_000;

/** The program with its ways told apart; step 0 is the entry. Undefined where there would be too many copies. */
export function waysOf(steps: readonly Step[], hold: Hold): readonly Copy[] | undefined {
  const numbers = new Map<string, number>();
  const pending: (() => Copy | undefined)[] = [];
  const at = (origin: number, depth: number): number => {
    if (origin === END) return END;
    const key = `${origin}:${depth}`;
    const known = numbers.get(key) ?? pending.push(() => copyOf(origin, depth)) - 1;
    numbers.set(key, known);
    return known;
  };
  const copyOf = (origin: number, depth: number): Copy | undefined => {
    const step = steps[origin];
    if (!step) return undefined;
    const what = hold.of(step);
    const deeper = Math.min(DEEPEST, depth + 1);
    if (what === 'try' && step.op === 'trylock') {
      // Whether it was taken is in a variable: the ways part behind it.
      const question = pending.push(() => partedBy(step, origin, depth, deeper)) - 1;
      return { step: { ...step, next: question }, origin, depth, after: depth };
    }
    const after = what === 'enter' ? deeper : what === 'leave' ? Math.max(0, depth - 1) : depth;
    return { step: withSuccessors(step, (to) => at(to, after)), origin, depth, after };
  };
  const partedBy = (tried: TryLock, origin: number, depth: number, deeper: number): Copy => {
    const { dst, next, text, at: place } = tried;
    const step: Step = {
      op: 'branch',
      condition: { kind: 'var', name: dst },
      then: at(next, deeper),
      else: at(next, depth),
      next: END,
      text,
      ...(place ? { at: place } : {}),
    };
    return { step, origin: -2 - origin, depth, after: depth };
  };
  at(0, hold.initial);
  const copies: Copy[] = [];
  for (let make = pending[0]; make; make = pending[copies.length]) {
    const copy = copies.length < MAX_COPIES ? make() : undefined;
    if (!copy) return undefined;
    copies.push(copy);
  }
  return copies;
}

type TryLock = Extract<Step, { op: 'trylock' }>;

/** The steps that come before each copy, without those by which a loop starts over. */
export function predecessorsWithoutLoops(copies: readonly Copy[]): readonly (readonly number[])[] {
  const into: number[][] = copies.map(() => []);
  const state = new Uint8Array(copies.length);
  const stack: { readonly at: number; readonly to: readonly number[]; next: number }[] = [];
  const enter = (at: number): void => {
    state[at] = 1;
    const copy = copies[at];
    stack.push({ at, to: copy ? successors(copy.step) : [], next: 0 });
  };
  if (copies.length > 0) enter(0);
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const to = top.to[top.next];
    if (to === undefined) {
      state[top.at] = 2;
      stack.pop();
      continue;
    }
    top.next += 1;
    if (to === END || state[to] === 1) continue;
    into[to]?.push(top.at);
    if (state[to] === 0) enter(to);
  }
  return into;
}
