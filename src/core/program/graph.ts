/** Building and tidying control-flow graphs of steps. */
import { END, type CallOp, type Op, type Place, type Step } from './ir.js';

/** A place in a program under construction that jumps can name before it is known. */
export interface Label {
  position: number | undefined;
}

type Target = Label | 'next';

interface Draft {
  readonly op: Op;
  readonly next: Target | 'end';
  readonly targets: readonly Label[];
  readonly at: Place | undefined;
  readonly text: string;
}

export interface GraphBuilder {
  /** Adds a step that goes on with the step after it. */
  emit(op: Op, text: string, at?: Place): void;
  label(): Label;
  /** The next step that is added is where `label` is. */
  place(label: Label): void;
  jump(to: Label, at?: Place): void;
  branch(
    condition: Extract<Op, { op: 'branch' }>['condition'],
    then: Label,
    otherwise: Label,
    text: string,
    at?: Place,
  ): void;
  choose(targets: readonly Label[], assumption: number, text: string, at?: Place): void;
  /** A choice of what a call may come to; all ways lead to `behind`. */
  outcomes(
    call: CallOp,
    ways: readonly Label[],
    behind: Label,
    assumption: number,
    text: string,
    at?: Place,
  ): void;
  /** A path that ends here, such as after panic(): a step that leads to itself, with all that is held. */
  stop(text: string, at?: Place): void;
  finish(): readonly Step[];
}

export function createGraphBuilder(): GraphBuilder {
  const drafts: Draft[] = [];
  const add = (
    op: Op,
    next: Draft['next'],
    targets: readonly Label[],
    text: string,
    at: Place | undefined,
  ): void => {
    drafts.push({ op, next, targets, at, text });
  };
  return {
    emit: (op, text, at) => add(op, op.op === 'return' ? 'end' : 'next', [], text, at),
    label: () => ({ position: undefined }),
    place: (label) => {
      label.position = drafts.length;
    },
    jump: (to, at) => add({ op: 'nop' }, to, [], '', at),
    branch: (condition, then, otherwise, text, at) =>
      add({ op: 'branch', condition, then: END, else: END }, 'end', [then, otherwise], text, at),
    choose: (targets, assumption, text, at) =>
      add({ op: 'choose', targets: [], assumption }, 'end', targets, text, at),
    outcomes: (call, ways, behind, assumption, text, at) =>
      add({ op: 'choose', targets: [], assumption, standsFor: call }, behind, ways, text, at),
    stop: (text, at) => add({ op: 'nop' }, { position: drafts.length }, [], text, at),
    finish: () => tidy(drafts.map((draft, index) => resolve(draft, index, drafts.length))),
  };
}

function resolve(draft: Draft, index: number, length: number): Step {
  const follow = (target: Target): number => {
    const position = target === 'next' ? index + 1 : target.position;
    return position === undefined || position >= length ? END : position;
  };
  const next = draft.next === 'end' ? END : follow(draft.next);
  const rest = { next, text: draft.text, ...(draft.at ? { at: draft.at } : {}) };
  const [first, second] = draft.targets;
  if (draft.op.op === 'branch' && first && second)
    return { ...draft.op, then: follow(first), else: follow(second), ...rest };
  if (draft.op.op === 'choose') return { ...draft.op, targets: draft.targets.map(follow), ...rest };
  return { ...draft.op, ...rest };
}

/** Successors of a step; `END` among them where the program can end. */
export function successors(step: Step): readonly number[] {
  if (step.op === 'branch') return [step.then, step.else];
  if (step.op === 'choose') return step.targets;
  return step.op === 'return' ? [END] : [step.next];
}

/** The same step with its successors renamed. */
export function withSuccessors(step: Step, rename: (index: number) => number): Step {
  if (step.op === 'branch') return { ...step, then: rename(step.then), else: rename(step.else) };
  if (step.op === 'choose') {
    const next = step.standsFor ? rename(step.next) : step.next;
    return { ...step, targets: step.targets.map(rename), next };
  }
  return step.op === 'return' ? step : { ...step, next: rename(step.next) };
}

/** The indices of the steps that are reached from some of them, each once; `waysOf` says where it goes on behind a step. */
export function* stepsFrom(
  steps: readonly Step[],
  from: readonly number[],
  waysOf: (step: Step, index: number) => readonly number[] = successors,
): Generator<number> {
  const reached = new Set<number>();
  const pending = [...from];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const step = steps[index];
    if (!step || reached.has(index)) continue;
    reached.add(index);
    yield index;
    pending.push(...waysOf(step, index));
  }
}

/**
 * Removes what does nothing: nops, branches and choices whose ways are one, and what can't be reached. The order of the
 * steps that stay is kept; the entry becomes step 0. A program that does nothing is one nop.
 */
export function tidy(steps: readonly Step[]): readonly Step[] {
  for (let before = steps; ;) {
    const after = tidyOnce(before);
    if (after.length === before.length)
      return after.length > 0 ? after : [{ op: 'nop', next: END, text: '' }];
    before = after;
  }
}

function tidyOnce(steps: readonly Step[]): readonly Step[] {
  const skip = skipping(steps);
  const entry = skip(0);
  const isKept = new Uint8Array(steps.length);
  for (const index of stepsFrom(steps, [entry], (step) => successors(step).map(skip))) isKept[index] = 1;
  const order = new Int32Array(steps.length).fill(END);
  let count = 0;
  if (isKept[entry] === 1) order[entry] = count++;
  isKept.forEach((kept, index) => {
    if (kept === 1 && index !== entry) order[index] = count++;
  });
  const tidied = new Array<Step>(count);
  steps.forEach((step, index) => {
    const position = order[index] ?? END;
    if (position === END) return;
    tidied[position] = withSuccessors(step, (to) => (to === END ? END : (order[skip(to)] ?? END)));
  });
  return tidied;
}

/** For an index the first step at or after it that does something, or where a circle of such that do nothing closes. */
function skipping(steps: readonly Step[]): (index: number) => number {
  const NOT_YET = -2;
  const resolved = new Int32Array(steps.length).fill(NOT_YET);
  return (index) => {
    const seen = new Set<number>();
    let at = index;
    while (at !== END && !seen.has(at)) {
      const known = resolved[at] ?? NOT_YET;
      if (known !== NOT_YET) {
        at = known;
        break;
      }
      seen.add(at);
      const step = steps[at];
      const only = step && onlyWay(step);
      if (only === undefined) break;
      at = only;
    }
    for (const each of seen) resolved[each] = at;
    return at;
  };
}

/** Where a step that does nothing leads; undefined for one that does something. */
function onlyWay(step: Step): number | undefined {
  switch (step.op) {
    case 'nop':
      return step.next;
    case 'branch':
      return step.then === step.else ? step.then : undefined;
    case 'choose':
      return step.targets.every((to) => to === step.targets[0]) ? step.targets[0] : undefined;
    default:
      return undefined;
  }
}
