/** Which steps depend on which branches. */
import { END, type Step } from '../ir.js';
import { successors } from '../graph.js';

/**
 * For each step its immediate postdominator, and the branches that it is control dependent on
 * (Ferrante, Ottenstein, Warren: The program dependence graph, 1987; postdominators after Cooper, Harvey, Kennedy, 2001).
 * A loop without a way out gets an edge to the end, as is usual.
 */
export function controlDependence(steps: readonly Step[]): {
  readonly immediate: readonly number[];
  readonly dependents: ReadonlyMap<number, readonly number[]>;
} {
  const exit = steps.length;
  const out = steps.map((step) => successors(step).map((to) => (to === END ? exit : to)));
  addExits(out, exit);
  const into: number[][] = Array.from({ length: exit + 1 }, () => []);
  out.forEach((ways, from) => ways.forEach((to) => into[to]?.push(from)));
  const order = reversePostorder(into, exit);
  const rank = new Map(order.map((node, position) => [node, position]));
  const idom: (number | undefined)[] = new Array<number | undefined>(exit + 1).fill(undefined);
  idom[exit] = exit;
  const meet = (left: number, right: number): number => {
    let [a, b] = [left, right];
    while (a !== b) {
      while ((rank.get(a) ?? 0) > (rank.get(b) ?? 0)) a = idom[a] ?? exit;
      while ((rank.get(b) ?? 0) > (rank.get(a) ?? 0)) b = idom[b] ?? exit;
    }
    return a;
  };
  for (let changed = true; changed;) {
    changed = false;
    for (const node of order) {
      if (node === exit) continue;
      const known = (out[node] ?? []).filter((to) => idom[to] !== undefined);
      const [first, ...others] = known;
      if (first === undefined) continue;
      const dominator = others.reduce(meet, first);
      if (idom[node] !== dominator) {
        idom[node] = dominator;
        changed = true;
      }
    }
  }
  const dependents = new Map<number, number[]>();
  steps.forEach((_, branch) => {
    const ways = out[branch] ?? [];
    if (ways.length < 2) return;
    for (const way of ways) {
      for (let at = way; at !== idom[branch] && at !== exit; at = idom[at] ?? exit) {
        dependents.set(at, [...(dependents.get(at) ?? []), branch]);
      }
    }
  });
  return {
    immediate: idom.slice(0, exit).map((to) => (to === undefined || to === exit ? END : to)),
    dependents,
  };
}

/** Steps from which the end can't be reached get a way to it: first those that lead only to themselves, then one of each loop. */
function addExits(out: number[][], exit: number): void {
  out.forEach((ways, index) => {
    if (ways.every((to) => to === index)) ways.push(exit);
  });
  const into: number[][] = Array.from({ length: exit + 1 }, () => []);
  out.forEach((ways, from) => ways.forEach((to) => into[to]?.push(from)));
  const reached = new Set<number>();
  const reach = (from: number): void => {
    const pending = [from];
    for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
      if (reached.has(at)) continue;
      reached.add(at);
      pending.push(...(into[at] ?? []));
    }
  };
  reach(exit);
  out.forEach((ways, index) => {
    if (reached.has(index)) return;
    ways.push(exit);
    reach(index);
  });
}

function reversePostorder(edges: readonly (readonly number[])[], from: number): readonly number[] {
  const order: number[] = [];
  const seen = new Set([from]);
  const stack: { readonly node: number; next: number }[] = [{ node: from, next: 0 }];
  while (stack.length > 0) {
    const top = stack[stack.length - 1];
    if (!top) break;
    const to = edges[top.node]?.[top.next];
    if (to === undefined) {
      order.push(top.node);
      stack.pop();
    } else {
      top.next += 1;
      if (!seen.has(to)) {
        seen.add(to);
        stack.push({ node: to, next: 0 });
      }
    }
  }
  return order.reverse();
}
