/**
 * Conditions that the model can't decide, and that are asked more than once while nothing they are made of changes: `if (locked)
 * lock(); ... if (locked) unlock();`. The first answer is kept for the others. Only where a lock or a state of the CPU depends on
 * the answer: elsewhere every mix of answers is a way that another path through the same steps has, too.
 */
import { definedBy, mapExpr, operandsOfExpr, variablesOf } from '../expr.js';
import { withSuccessors } from '../graph.js';
import { END, type Expr, type Step, type Var } from '../ir.js';
import { controlDependence } from './control.js';

type Branch = Extract<Step, { op: 'branch' }>;

interface Question {
  /** The variable that keeps the answer. */
  readonly answer: Var;
  /** The condition as it was before what is unknown in it was replaced. */
  readonly asked: Expr;
  readonly branches: ReadonlyMap<number, { readonly isNegated: boolean }>;
}

const NOT_ASKED = 2;
const MAX_QUESTIONS = 24;

/**
 * `before`: the program with its variables, `steps`: the same where what the model does not know is `unknown`; behind `offset`
 * steps that only the second has.
 */
export function withAnswersKept(
  before: readonly Step[],
  steps: readonly Step[],
  offset: number,
): readonly Step[] {
  const questions = questionsOf(before, steps, offset);
  return questions.length === 0 ? steps : keepAnswers(steps, questions);
}

function questionsOf(before: readonly Step[], steps: readonly Step[], offset: number): readonly Question[] {
  const deciding = decidesOnLocks(steps);
  const isOpen = openConditions(steps);
  const meant = expander(before);
  const groups = new Map<string, { asked: Expr; branches: Map<number, { isNegated: boolean }> }>();
  before.forEach((step, position) => {
    const index = position + offset;
    const settled = steps[index];
    if (step.op !== 'branch' || settled?.op !== 'branch' || !isOpen(settled.condition)) return;
    const { expr: asked, isNegated } = plain(meant(step.condition));
    if (variablesOf(asked).length === 0) return;
    const key = JSON.stringify(asked);
    const group = groups.get(key) ?? { asked, branches: new Map() };
    groups.set(key, group);
    group.branches.set(index, { isNegated });
  });
  /** How near to a lock the question is asked: those on which one depends at once are kept first. */
  const distance = (group: { readonly branches: ReadonlyMap<number, unknown> }): number =>
    Math.min(...[...group.branches.keys()].map((each) => deciding.get(each) ?? Number.POSITIVE_INFINITY));
  return [...groups.values()]
    .filter((group) => group.branches.size > 1 && distance(group) < Number.POSITIVE_INFINITY)
    .sort((one, other) => distance(one) - distance(other))
    .slice(0, MAX_QUESTIONS)
    .map((group, number) => ({ ...group, answer: `answer/$${number}` }));
}

/**
 * Whether the model may not be able to decide a condition: it is not known, or made of a variable that may hold what is not known, or
 * of a constant that has only a name (`vmf->flags & FAULT_FLAG_VMA_LOCK`).
 */
function openConditions(steps: readonly Step[]): (condition: Expr) => boolean {
  const open = new Set<Var>();
  const isOpen = (expr: Expr): boolean => {
    if (expr.kind === 'unknown') return true;
    if (expr.kind === 'var') return open.has(expr.name);
    if (expr.kind === 'is') return false;
    const isMasked = expr.kind === 'binary' && !EQUALITIES.has(expr.operator);
    return operandsOfExpr(expr).some((each) => (isMasked && each.kind === 'symbol') || isOpen(each));
  };
  for (let size = -1; size !== open.size;) {
    size = open.size;
    for (const step of steps) if (step.op === 'let' && isOpen(step.value)) open.add(step.dst);
  }
  return isOpen;
}

const EQUALITIES: ReadonlySet<string> = new Set(['==', '!=']);

const MAX_EXPANSION = 4;

/**
 * What a condition comes from: `is_vm_hugetlb_page(vma)`, inlined twice, is `vma->vm_flags & VM_HUGETLB` in two variables. Only where
 * both the variable and what it is made of are set at most once: then they can not have changed in between.
 */
function expander(steps: readonly Step[]): (expr: Expr) => Expr {
  const definitions = new Map<Var, Step[]>();
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined) definitions.set(dst, [...(definitions.get(dst) ?? []), step]);
  }
  const isSetOnce = (path: Var): boolean =>
    withBases(path).every((each) => (definitions.get(each)?.length ?? 0) <= 1);
  const meaning = (name: Var): Expr | undefined => {
    const [only, ...others] = definitions.get(name) ?? [];
    if (only?.op !== 'let' || others.length > 0) return undefined;
    const names = variablesOf(only.value);
    return names.length > 0 && names.every(isSetOnce) ? only.value : undefined;
  };
  return (expr) => {
    let current = expr;
    for (let round = 0; round < MAX_EXPANSION; round += 1)
      current = mapExpr(current, (inner) => (inner.kind === 'var' ? (meaning(inner.name) ?? inner) : inner));
    return current;
  };
}

interface Asked {
  readonly expr: Expr;
  readonly isNegated: boolean;
}

/** `!x` asks the same as `x`, and so do comparisons of it with 0; `a != b` the same as `a == b`, `a >= b` and `b > a` as `a < b`. */
function plain(expr: Expr): Asked {
  if (expr.kind === 'not') return negated(plain(expr.operand));
  if (expr.kind !== 'binary') return { expr, isNegated: false };
  const { operator, left, right } = expr;
  const isEquality = operator === '==' || operator === '!=';
  if (isEquality && right.kind === 'int' && right.value === 0)
    return operator === '==' ? negated(plain(left)) : plain(left);
  switch (operator) {
    case '!=':
      return { expr: { ...expr, operator: '==' }, isNegated: true };
    case '>=':
      return { expr: { ...expr, operator: '<' }, isNegated: true };
    case '>':
      return { expr: { ...expr, operator: '<', left: right, right: left }, isNegated: false };
    case '<=':
      return { expr: { ...expr, operator: '<', left: right, right: left }, isNegated: true };
    default:
      return { expr, isNegated: false };
  }
}

const negated = ({ expr, isNegated }: Asked): Asked => ({ expr, isNegated: !isNegated });

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

/** `walk->vma->vm_flags` changes with `walk->vma` and `walk`, too. */
function withBases(path: Var): readonly Var[] {
  const bases: Var[] = [path];
  for (let at = path; /(?:->|\.)[^.>/-]*$/.test(at);) {
    at = at.replace(/(?:->|\.)[^.>/-]*$/, '');
    bases.push(at);
  }
  return bases;
}
