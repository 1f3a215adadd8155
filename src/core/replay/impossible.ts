/**
 * Ways that are never taken. `if (locked) lock(); ... if (locked) unlock();`: where the model can't see that both ask the same, it
 * would take the second way without the first, and find a lock let go that is not held. The kernel's code runs every day, so a bug of
 * the walk's own that needs several undecided branches to fall together is taken to show that they never do: the way ends there. One
 * that needs a single one is told.
 */
import { successors, tidy, withSuccessors } from '../program/graph.js';
import { END, type Assumption, type Step, type ThreadProgram } from '../program/ir.js';
import { givenAway, givenAwayAt } from './given-away.js';
import { heldThings, type HoldOptions, type Thing } from './held-things.js';
import { keptAnswers } from './kept-answers.js';
import { merged } from './merged.js';
import { branchesTo, leadsTo, undecidedSteps } from './turns.js';
import { predecessorsWithoutLoops, waysOf, type Copy } from './ways.js';

/**
 * How many branches are too many to fall together. More where no way at all reaches the step without the bug: then each early return
 * on the way there counts. But a task that waits for itself would have been noticed at once.
 */
const TOO_MANY = 2;
const TOO_MANY_FOR_ALL = 3;

/** The program without the ways that are never taken; the assumption says so where there were any. */
export function onPossibleWays(program: ThreadProgram, options: HoldOptions): ThreadProgram {
  let { steps } = program;
  let isCut = false;
  for (const each of heldThings(steps, options)) {
    const copies = waysOf(steps, each);
    const ends = copies && endsOf(copies, each);
    if (!ends) continue;
    const isApart = copies.some((copy) => isInner(copy, each) || givesAway(copy, each));
    if (ends.size === 0 && !isApart) continue;
    isCut ||= ends.size > 0;
    const marks: Step[] = [];
    const possible = copies.map((copy, number): Step => {
      const step = onlyPossible(copy, number, ends, each);
      if (!givesAway(copy, each) || each.name === undefined) return step;
      if (givenAwayAt(step).length > 0) return givenAway(each.name, step);
      const mark = copies.length + marks.length;
      if (successors(step).includes(END)) marks.push(givenAway(each.name));
      return withSuccessors(step, (to) => (to === END ? mark : to));
    });
    steps = merged(tidy([...possible, ...marks]));
  }
  if (steps === program.steps) return program;
  return { steps, assumptions: isCut ? [...program.assumptions, NEVER_TAKEN] : program.assumptions };
}

const NEVER_TAKEN: Assumption = {
  kind: 'both-branches',
  text: 'ways on which the walk by itself would let go what it does not hold, keep what it holds, wait for itself, or sleep where nobody may, and to which several undecided branches have to fall together, are never taken',
};

/** What goes wrong: at a step (one that takes what is held already), or behind it, at the end of the program. */
type EndOfWay = 'step' | 'again' | 'exit';

/** The copies at which a way is never taken. */
function endsOf(copies: readonly Copy[], thing: Thing): ReadonlyMap<number, EndOfWay> {
  const found = new Map<number, EndOfWay>();
  const into = predecessorsWithoutLoops(copies);
  const undecided = undecidedSteps(copies);
  const answers = keptAnswers(copies, undecided);
  const byOrigin = new Map<string, number[]>();
  copies.forEach((copy, number) => {
    for (const [what] of judged(copy, thing)) {
      const key = `${what} ${copy.origin}`;
      byOrigin.set(key, [...(byOrigin.get(key) ?? []), number]);
    }
  });
  for (const [key, numbers] of byOrigin) {
    const what = (['exit', 'again', 'step'] as const).find((each) => key.startsWith(each)) ?? 'step';
    const isWrong = (number: number): boolean => {
      const copy = copies[number];
      return copy !== undefined && judged(copy, thing).some(([each, wrong]) => each === what && wrong);
    };
    const wrong = numbers.filter(isWrong);
    if (wrong.length === 0) continue;
    const right = numbers.filter((number) => !isWrong(number));
    const leads = leadsTo(copies, into, new Set(right), new Set(wrong));
    const costs = branchesTo(copies, undecided, answers, leads, into);
    const limit = right.length > 0 || what === 'again' ? TOO_MANY : TOO_MANY_FOR_ALL;
    for (const number of wrong) {
      const isOneOfWays = what === 'exit' && undecided[number] === true && !endsAnyway(copies[number]);
      if ((costs[number] ?? 0) + Number(isOneOfWays) >= limit) found.set(number, what);
    }
  }
  return found;
}

/** The program ends behind a step, whichever way it goes on. */
const endsAnyway = (copy: Copy | undefined): boolean =>
  copy === undefined || successors(copy.step).every((to) => to === END);

/** What a copy of a step can do wrong, and whether it does. */
function judged(copy: Copy, thing: Thing): readonly (readonly [EndOfWay, boolean])[] {
  const { step, depth, after } = copy;
  const what = thing.of(step);
  const found: [EndOfWay, boolean][] = [];
  if (what === 'leave') found.push(['step', depth === 0]);
  else if (what === 'enter' && thing.isExclusive && !thing.isOneOfMany) found.push(['again', depth > 0]);
  else if (thing.isAtomic && thing.sleeps(step)) found.push(['step', depth > 0]);
  if (successors(step).includes(END))
    found.push(['exit', after !== thing.initial && !givesAway(copy, thing)]);
  return found;
}

/** The program ends there without a lock that its callers hold: it has let it go for them, as they know by what it gives back. */
const givesAway = ({ step, after }: Copy, { name, initial }: Thing): boolean =>
  name !== undefined && after < initial && successors(step).includes(END);

const isInner = ({ step, depth }: Copy, thing: Thing): boolean =>
  thing.isOneOfMany &&
  ((thing.of(step) === 'enter' && depth > 0) || (thing.of(step) === 'leave' && depth > 1));

function onlyPossible(copy: Copy, number: number, ends: ReadonlyMap<number, EndOfWay>, thing: Thing): Step {
  const { step } = copy;
  const rest = { text: step.text, ...(step.at ? { at: step.at } : {}) };
  const end = ends.get(number);
  if (end === 'step' || end === 'again') return { op: 'nop', next: number, ...rest };
  if (end === 'exit') {
    if (step.op === 'branch')
      return step.then === END && step.else === END
        ? { op: 'nop', next: number, ...rest }
        : { op: 'nop', next: step.then === END ? step.else : step.then, ...rest };
    return { op: 'nop', next: number, ...rest };
  }
  return isInner(copy, thing) ? { op: 'nop', next: step.next, ...rest } : step;
}
