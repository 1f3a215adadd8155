/** Steps are written one after the other, with labels for what comes next; at the end the labels are numbers and the jumps are gone. */
import type { Step } from '../../program/ir.js';
import { END } from '../../program/ir.js';

/** Where a step will be; until it is placed, the end. */
export interface Label {
  at: number;
}

export interface StepWriter {
  /** Where nothing else is said, the step after it comes next. A branch has two labels, a choice one for each way. */
  readonly push: (step: Step, to?: readonly Label[]) => void;
  readonly jump: (to: Label) => void;
  /** Places a label at what is written next. */
  readonly here: (label: Label) => void;
  /** All that was written. */
  readonly steps: () => readonly Step[];
}

/** A step whose successors are still labels. */
interface Pending {
  readonly step: Step;
  readonly to: readonly Label[];
}

export const newLabel = (): Label => ({ at: END });

export function createStepWriter(): StepWriter {
  const pending: Pending[] = [];
  const push: StepWriter['push'] = (step, to = [{ at: pending.length + 1 }]) =>
    void pending.push({ step, to });
  return {
    push,
    jump: (to) => push({ op: 'nop', next: END, text: '' }, [to]),
    here: (label) => void (label.at = pending.length),
    steps: () => withoutJumps(pending),
  };
}

/** Jumps are not steps: whoever goes to one goes to its target. What remains is numbered anew. */
function withoutJumps(pending: readonly Pending[]): readonly Step[] {
  const isJump = (index: number): boolean =>
    pending[index]?.step.op === 'nop' && pending[index].step.at === undefined;
  const follow = (start: number): number => {
    const passed = new Set<number>();
    let at = start;
    while (isJump(at) && !passed.has(at)) {
      passed.add(at);
      at = pending[at]?.to[0]?.at ?? END;
    }
    return at;
  };
  const kept = pending.flatMap((_, index) =>
    isJump(index) && follow(index) !== index && !loopsToItself(index) ? [] : [index],
  );
  const numbers = new Map(kept.map((index, number) => [index, number]));
  const target = (label: Label | undefined): number =>
    label === undefined ? END : (numbers.get(follow(label.at)) ?? END);
  const first = follow(0);
  const order =
    kept[0] === first || first === END ? kept : [first, ...kept.filter((index) => index !== first)];
  order.forEach((index, number) => numbers.set(index, number));
  if (first === END || pending.length === 0) return [];
  return order.flatMap((index): readonly Step[] => {
    const found = pending[index];
    if (found === undefined) return [];
    const { step, to } = found;
    if (step.op === 'branch') return [{ ...step, then: target(to[0]), else: target(to[1]) }];
    if (step.op === 'choose') return [{ ...step, targets: to.map(target) }];
    return [{ ...step, next: target(to[0]) }];
  });

  function loopsToItself(index: number): boolean {
    const at = follow(index);
    return isJump(at);
  }
}
