/**
 * Ways that are never taken. `if (locked) lock(); ... if (locked) unlock();`: where the model can't see that both ask the same, it
 * would take the second way without the first, and find a lock let go that is not held. The kernel's code runs every day, so a bug of
 * the walk's own that needs several undecided branches to fall together is taken to show that they never do: the way ends there. One
 * that needs a single one is told.
 */
import { lockName } from '../program/depths.js';
import { successors, tidy, withSuccessors } from '../program/graph.js';
import { variablesOf } from '../program/expr.js';
import { END, type Assumption, type Step, type ThreadProgram, type Var } from '../program/ir.js';
import type { LockKind } from '../machine/scenario.js';
import { givenAway, givenAwayAt } from './given-away.js';
import { keptAnswers } from './kept-answers.js';
import { merged } from './merged.js';
import { predecessorsWithoutLoops, waysOf, type Copy, type Hold } from './ways.js';

export interface PossibleOptions {
  /** What is held around the program: how often, by the name of the lock or state. */
  readonly around: ReadonlyMap<string, number>;
  readonly kindOf: (lock: string) => LockKind | undefined;
  /** Locks of which the kernel has many and the scenario one: inside itself such a lock is another, and left out. */
  readonly isOneOfMany: (lock: string) => boolean;
}

const STATES = [
  ['rcu', 'rcu_read_lock', 'rcu_read_unlock'],
  ['irqs-off', 'irq_off', 'irq_on'],
  ['preempt-off', 'preempt_off', 'preempt_on'],
] as const;

/**
 * How many branches are too many to fall together. More where no way at all reaches the step without the bug: then each early return
 * on the way there counts. But a task that waits for itself would have been noticed at once.
 */
const TOO_MANY = 2;
const TOO_MANY_FOR_ALL = 3;

/** The program without the ways that are never taken; the assumption says so where there were any. */
export function onPossibleWays(program: ThreadProgram, options: PossibleOptions): ThreadProgram {
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

interface Thing extends Hold {
  /** Of a lock. */
  readonly name?: string;
  /** Another take of it waits for the first: a lock that is not shared. */
  readonly isExclusive: boolean;
  readonly isOneOfMany: boolean;
  /** Who holds it must not sleep. */
  readonly isAtomic: boolean;
  readonly sleeps: (step: Step) => boolean;
}

function heldThings(
  steps: readonly Step[],
  { around, kindOf, isOneOfMany }: PossibleOptions,
): readonly Thing[] {
  const sleeps = (step: Step): boolean =>
    step.op === 'sleep' ||
    step.op === 'synchronize_rcu' ||
    (step.op === 'lock' && isSleeping(kindOf(lockName(step) ?? '')));
  const states = STATES.map(([name, enter, leave]): Thing => ({
    of: ({ op }) => (op === enter ? 'enter' : op === leave ? 'leave' : undefined),
    initial: around.get(name) ?? 0,
    isExclusive: false,
    isOneOfMany: false,
    isAtomic: true,
    sleeps,
  }));
  const names = new Set(steps.flatMap((step) => lockName(step) ?? []));
  const locks = [...names].map((name): Thing => {
    const kind = kindOf(name);
    return {
      name,
      of: (step) => (lockName(step) === name ? EFFECT[step.op] : undefined),
      initial: around.get(name) ?? 0,
      isExclusive: true,
      isOneOfMany: isOneOfMany(name),
      isAtomic: kind === 'spinlock' || kind === 'rwlock',
      sleeps,
    };
  });
  return [...locks, ...states].filter((thing) => steps.some((step) => thing.of(step) !== undefined));
}

const EFFECT: Readonly<Record<string, 'enter' | 'try' | 'leave'>> = {
  lock: 'enter',
  trylock: 'try',
  unlock: 'leave',
};

const isSleeping = (kind: LockKind | undefined): boolean =>
  kind === 'rwsem' || kind === 'percpu-rwsem' || kind === 'mutex';

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

/** Whether a step goes on by what the model does not know. */
function undecidedSteps(copies: readonly Copy[]): readonly boolean[] {
  const unknown = new Set<Var>();
  const isUnknown = (step: Step): boolean =>
    step.op === 'let' &&
    (step.value.kind === 'unknown' || (step.value.kind === 'var' && unknown.has(step.value.name)));
  for (let size = -1; size !== unknown.size;) {
    size = unknown.size;
    for (const { step } of copies) if (step.op === 'let' && isUnknown(step)) unknown.add(step.dst);
  }
  return copies.map(({ step }) => {
    if (step.op === 'choose') return true;
    if (step.op !== 'branch') return false;
    const { condition } = step;
    return condition.kind === 'unknown' || variablesOf(condition).some((name) => unknown.has(name));
  });
}

/** Bit 1: the next step of its kind may be a right one; bit 2: a wrong one. Without starting a loop over. */
type Leads = number;

function leadsTo(
  copies: readonly Copy[],
  into: readonly (readonly number[])[],
  right: ReadonlySet<number>,
  wrong: ReadonlySet<number>,
): readonly Leads[] {
  const leads = new Array<Leads>(copies.length).fill(0);
  for (const [from, bit] of [
    [right, 1],
    [wrong, 2],
  ] as const) {
    const pending = [...from];
    for (const number of from) leads[number] = bit;
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      for (const before of into[at] ?? []) {
        if (right.has(before) || wrong.has(before) || ((leads[before] ?? 0) & bit) !== 0) continue;
        leads[before] = (leads[before] ?? 0) | bit;
        pending.push(before);
      }
    }
  }
  return leads;
}

/** How many undecided branches at least have to fall one way for each copy to be reached, of those that decide between right and wrong. */
function branchesTo(
  copies: readonly Copy[],
  undecided: readonly boolean[],
  { asked, used }: ReturnType<typeof keptAnswers>,
  leads: readonly Leads[],
  into: readonly (readonly number[])[],
): readonly number[] {
  const costs = new Array<number>(copies.length).fill(Number.POSITIVE_INFINITY);
  /** The answers that the cheapest way to each copy has paid for. */
  const paid = copies.map((): readonly Var[] => []);
  /** What another way leads to, this side of the next round of a loop. */
  const elsewhere = (from: number, to: number): Leads =>
    to !== END && into[to]?.includes(from) === true ? (leads[to] ?? 0) : 0;
  let level = [0];
  costs[0] = 0;
  for (let cost = 0; level.length > 0; cost += 1) {
    const next: number[] = [];
    for (let at = level.pop(); at !== undefined; at = level.pop()) {
      const from = at;
      const copy = copies[from];
      if (!copy || costs[from] !== cost) continue;
      const ways = successors(copy.step);
      for (const to of ways) {
        if (to === END) continue;
        const use = used.get(from);
        const isUse = use !== undefined && to === use.then;
        const others = isUse
          ? [elsewhere(use.other.from, use.other.to)]
          : ways.filter((other) => other !== to).map((other) => elsewhere(from, other));
        const answer = isUse ? use.answer : asked.get(from);
        const isPaid = answer !== undefined && paid[from]?.includes(answer) === true;
        const isDecision = isUse || undecided[from] === true;
        const price = isDecision && !isPaid && isTurn(leads[to] ?? 0, others) ? 1 : 0;
        if (cost + price >= (costs[to] ?? 0)) continue;
        costs[to] = cost + price;
        paid[to] = [...(paid[from] ?? []), ...(price > 0 && answer !== undefined ? [answer] : [])];
        (price === 0 ? level : next).push(to);
      }
    }
    level = next;
  }
  return costs;
}

/**
 * Whether going a way that leads to wrong steps (and not another) is what leads there: another leads to right ones alone, or to none,
 * where this one leads to no right one either. (A return before anything is decided is no such turn.)
 */
const isTurn = (own: Leads, others: readonly Leads[]): boolean =>
  (own & 2) !== 0 && others.some((there) => there === 1 || (there === 0 && own === 2));
