/**
 * Conditions that the model can't decide, and that are asked more than once while nothing they are made of changes: `if (locked)
 * lock(); ... if (locked) unlock();`. The first answer is kept for the others. Only where a lock or a state of the CPU depends on
 * the answer: elsewhere every mix of answers is a way that another path through the same steps has, too.
 */
import { definedBy, variablesOf } from '../expr.js';
import { withSuccessors } from '../graph.js';
import { END, type Expr, type Step, type Var } from '../ir.js';
import { controlDependence } from './control.js';
import { withBases, type QuestionGroup } from './questions.js';

type Branch = Extract<Step, { op: 'branch' }>;

interface Question extends QuestionGroup {
  /** The variable that keeps the answer. */
  readonly answer: Var;
}

const NOT_ASKED = 2;
const MAX_QUESTIONS = 24;

/** The program in which the answers to questions that are asked again are kept. */
export function withAnswersKept(steps: readonly Step[], groups: readonly QuestionGroup[]): readonly Step[] {
  const questions = questionsAmong(steps, groups);
  return questions.length === 0 ? steps : keepAnswers(steps, questions);
}

function questionsAmong(steps: readonly Step[], groups: readonly QuestionGroup[]): readonly Question[] {
  const deciding = decidesOnLocks(steps);
  /** How near to a lock the question is asked: those on which one depends at once are kept first. */
  const distance = ({ branches }: QuestionGroup): number =>
    Math.min(...[...branches.keys()].map((each) => deciding.get(each) ?? Number.POSITIVE_INFINITY));
  const isUndecided = ({ branches }: QuestionGroup): boolean =>
    branches.size > 1 && [...branches.keys()].every((each) => steps[each]?.op === 'branch');
  return groups
    .filter((group) => isUndecided(group) && distance(group) < Number.POSITIVE_INFINITY)
    .sort((one, other) => distance(one) - distance(other))
    .slice(0, MAX_QUESTIONS)
    .map((group, number) => ({ ...group, answer: `answer/$${number}` }));
}

const SYNCHRONISES: ReadonlySet<string> = new Set([
  'lock', 'unlock', 'trylock', 'downgrade', 'rcu_read_lock', 'rcu_read_unlock', 'irq_off', 'irq_on', 'preempt_off', 'preempt_on', 'sleep',
]); // prettier-ignore

/**
 * The branches on which a lock or a state of the CPU depends, however far down, and by a truth value that is kept in a variable, too:
 * each with the number of steps between.
 */
function decidesOnLocks(steps: readonly Step[]): ReadonlyMap<number, number> {
  const { dependents } = controlDependence(steps);
  const definitions = localDefinitions(steps);
  const found = new Map<number, number>();
  const seen = new Set<number>();
  let level = steps.flatMap((step, index) => (SYNCHRONISES.has(step.op) ? [index] : []));
  for (let distance = 0; level.length > 0; distance += 1) {
    const next: number[] = [];
    for (const at of level) {
      const step = steps[at];
      if (!step || seen.has(at)) continue;
      seen.add(at);
      if (step.op === 'branch') found.set(at, distance);
      const from = step.op === 'branch' ? [step.condition] : step.op === 'let' ? [step.value] : [];
      const made = from.flatMap(variablesOf).flatMap((name) => definitions.get(name) ?? []);
      next.push(...made, ...(dependents.get(at) ?? []));
    }
    level = next;
  }
  return found;
}

/** The steps that compute each variable. */
function localDefinitions(steps: readonly Step[]): ReadonlyMap<Var, readonly number[]> {
  const found = new Map<Var, number[]>();
  steps.forEach((step, index) => {
    if (step.op === 'let') found.set(step.dst, [...(found.get(step.dst) ?? []), index]);
  });
  return found;
}

/** Puts the steps that keep, use and forget the answers into the program. */
function keepAnswers(steps: readonly Step[], questions: readonly Question[]): readonly Step[] {
  const made = questions.map(({ answer, asked }) => ({
    answer,
    of: new Set(variablesOf(asked).flatMap(withBases)),
  }));
  const blocks = steps.map((step, index): readonly Step[] => {
    const asked = questions.find(({ branches }) => branches.has(index));
    const branch = asked?.branches.get(index);
    if (step.op === 'branch' && asked && branch) return askOnce(step, asked.answer, branch.isNegated);
    const dst = definedBy(step);
    const gone = dst === undefined ? [] : made.filter(({ of }) => of.has(dst));
    return [step, ...gone.map(({ answer }) => setTo(answer, NOT_ASKED, step))];
  });
  const positions: number[] = [];
  let length = questions.length;
  for (const block of blocks) {
    positions.push(length);
    length += block.length;
  }
  const forget = questions.map(({ answer }, index): Step => ({
    op: 'let',
    dst: answer,
    value: int(NOT_ASKED),
    next: index + 1,
    text: '',
  }));
  const placed = blocks.flatMap((block, index) => {
    const own = positions[index] ?? 0;
    const isChain = block[0]?.op !== 'branch';
    return block.map((step, at) =>
      withSuccessors(step, (to) => {
        if (isChain && at < block.length - 1) return own + at + 1;
        if (to === END) return END;
        return to < 0 ? own - to - INSIDE : (positions[to] ?? END);
      }),
    );
  });
  return [...forget, ...placed];
}

/** Successors inside a block are given as -INSIDE - n: the n-th step of the block. */
const INSIDE = 10;
const inside = (position: number): number => -INSIDE - position;

const int = (value: number): Expr => ({ kind: 'int', value });

function setTo(answer: Var, value: number, { next, text, at }: Step): Step {
  return { op: 'let', dst: answer, value: int(value), next, text, ...(at ? { at } : {}) };
}

/** The branch, asked where there is no answer yet. */
function askOnce(step: Branch, answer: Var, isNegated: boolean): readonly Step[] {
  const { text, at } = step;
  const rest = { next: END, text, ...(at ? { at } : {}) };
  const [yes, no] = isNegated ? [0, 1] : [1, 0];
  const is = (value: number): Expr => ({
    kind: 'binary',
    operator: '==',
    left: { kind: 'var', name: answer },
    right: int(value),
  });
  return [
    { op: 'branch', condition: is(yes), then: step.then, else: inside(1), ...rest },
    { op: 'branch', condition: is(no), then: step.else, else: inside(2), ...rest },
    { ...step, then: inside(3), else: inside(4) },
    { ...setTo(answer, yes, step), next: step.then },
    { ...setTo(answer, no, step), next: step.else },
  ];
}
