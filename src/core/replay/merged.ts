/** A program in which what goes on in the same way is one step: copies that make no difference are put together again. */
import { successors, tidy, withSuccessors } from '../program/graph.js';
import { END, type Step } from '../program/ir.js';

/** Moore's refinement: steps are the same as long as neither they nor where they lead tells them apart. */
export function merged(steps: readonly Step[]): readonly Step[] {
  const after = steps.map(successors);
  let classes = numbered(steps.map((step) => JSON.stringify(withSuccessors(step, () => END))));
  for (;;) {
    const { of, count } = classes;
    const finer = numbered(
      after.map((all, index) => {
        // Three of these numbers are one that is exact: there are fewer than 100 000 steps.
        const codes = all.map((to) => 1 + (to === END ? END : (of[to] ?? END)));
        const [one = 0, other = 0] = codes;
        const key = ((of[index] ?? 0) * (count + 1) + one) * (count + 1) + other;
        return codes.length > 2 ? `${key} ${codes.join()}` : key;
      }),
    );
    if (finer.count === count) break;
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

function numbered(keys: readonly (string | number)[]): {
  readonly of: readonly number[];
  readonly count: number;
} {
  const numbers = new Map<string | number, number>();
  const of = keys.map((key) => {
    const known = numbers.get(key) ?? numbers.size;
    numbers.set(key, known);
    return known;
  });
  return { of, count: numbers.size };
}
