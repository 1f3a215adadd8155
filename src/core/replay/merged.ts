/** A program in which what goes on in the same way is one step: copies that make no difference are put together again. */
import { successors, tidy, withSuccessors } from '../program/graph.js';
import { END, type Step } from '../program/ir.js';

/** Moore's refinement: steps are the same as long as neither they nor where they lead tells them apart. */
export function merged(steps: readonly Step[]): readonly Step[] {
  let classes = numbered(steps.map((step) => JSON.stringify(withSuccessors(step, () => END))));
  for (;;) {
    const known = classes;
    const classOf = (to: number): number => (to === END ? END : (known.of[to] ?? END));
    const finer = numbered(
      steps.map((step, index) => `${known.of[index] ?? END} ${successors(step).map(classOf).join()}`),
    );
    if (finer.count === classes.count) break;
    classes = finer;
  }
  if (classes.count === steps.length) return steps;
  const first = new Map<number, number>();
  classes.of.forEach((each, index) => {
    if (!first.has(each)) first.set(each, index);
  });
  const firstOf = (to: number): number => (to === END ? END : (first.get(classes.of[to] ?? END) ?? to));
  return tidy(steps.map((step) => withSuccessors(step, firstOf)));
}

function numbered(keys: readonly string[]): { readonly of: readonly number[]; readonly count: number } {
  const numbers = new Map<string, number>();
  const of = keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
  return { of, count: numbers.size };
}
