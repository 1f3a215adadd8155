/** The order in which an analysis looks at the steps of a program: what comes first on the way from the start, first. */
import { successors } from '../program/graph.js';
import { END, type FunctionProgram } from '../program/ir.js';

export interface Pending {
  /** A state has come to a step, or knows less than before. */
  add(index: number, key: string): void;
  /** The next step to be looked at, with the keys of its new states: the one that comes first on the way from the start. */
  take(): { readonly index: number; readonly keys: ReadonlySet<string> } | undefined;
}

/** Steps to be looked at, in the order of the program, so that ways that join have all come before what is behind them. */
export function createPending(program: FunctionProgram): Pending {
  const order = inOrder(program);
  const rank = new Map(order.map((index, position) => [index, position]));
  const waiting: (Set<string> | undefined)[] = order.map(() => undefined);
  let first = order.length;
  return {
    add: (index, key) => {
      const position = rank.get(index);
      if (position === undefined) return;
      const keys = waiting[position];
      if (keys) keys.add(key);
      else waiting[position] = new Set([key]);
      first = Math.min(first, position);
    },
    take: () => {
      for (; first < order.length; first += 1) {
        const keys = waiting[first];
        const index = order[first];
        if (!keys || index === undefined) continue;
        waiting[first] = undefined;
        return { index, keys };
      }
      return undefined;
    },
  };
}

/** The steps that can be reached, each before those behind it but for the ways back of loops (reverse postorder). */
function inOrder({ steps }: FunctionProgram): readonly number[] {
  const successorsAt = (index: number): number[] => {
    const step = steps[index];
    return step ? [...successors(step)] : [];
  };
  const seen = new Set<number>([0]);
  const left: number[] = [];
  const open: { readonly index: number; readonly next: number[] }[] = [{ index: 0, next: successorsAt(0) }];
  for (let top = open.at(-1); top; top = open.at(-1)) {
    const next = top.next.pop();
    if (next === undefined) {
      left.push(top.index);
      open.pop();
    } else if (next !== END && !seen.has(next)) {
      seen.add(next);
      open.push({ index: next, next: successorsAt(next) });
    }
  }
  return left.reverse();
}
