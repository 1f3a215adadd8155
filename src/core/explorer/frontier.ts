/** What a search by cost has reached and not yet settled: fewest lane changes first, then fewest steps. */
import { createIntList } from './store.js';

export interface Frontier {
  /** The lane changes of what is settled now. */
  readonly changes: number;
  /** The nodes that were reached with so many changes, by their steps. It grows while it is gone over. */
  readonly waiting: readonly (readonly number[])[];
  /** Reaches a node with as many changes as now, or one more; false: it is settled, or was reached as cheaply before. Nodes are numbered in the order in which they are reached first. */
  reach(node: number, changes: number, steps: number): boolean;
  /** Settles a waiting node; false: it is settled, or was reached more cheaply since. */
  settle(node: number, steps: number): boolean;
  /** Goes on to one change more; false: nothing was reached with it. */
  advance(): boolean;
}

export function createFrontier(): Frontier {
  const changesOf = createIntList();
  const stepsOf = createIntList();
  const settled = createIntList();
  let changes = 0;
  let waiting: number[][] = [];
  let next: number[][] = [];
  let count = 0;

  const queue = (buckets: number[][], steps: number, node: number): void => {
    while (buckets.length <= steps) buckets.push([]);
    buckets[steps]?.push(node);
  };

  return {
    get changes() {
      return changes;
    },
    get waiting() {
      return waiting;
    },
    reach: (node, cost, steps) => {
      if (node === count) {
        count++;
        changesOf.push(cost);
        stepsOf.push(steps);
        settled.push(0);
      } else {
        const isCheaper =
          cost < changesOf.at(node) || (cost === changesOf.at(node) && steps < stepsOf.at(node));
        if (settled.at(node) === 1 || !isCheaper) return false;
        changesOf.set(node, cost);
        stepsOf.set(node, steps);
      }
      queue(cost === changes ? waiting : next, steps, node);
      return true;
    },
    settle: (node, steps) => {
      if (settled.at(node) === 1 || changesOf.at(node) !== changes || stepsOf.at(node) !== steps)
        return false;
      settled.set(node, 1);
      return true;
    },
    advance: () => {
      changes++;
      waiting = next;
      next = [];
      return waiting.length > 0;
    },
  };
}
