/** Which variables are read later. */
import { definedBy, operandsOf, variablesOf } from './expr.js';
import { successors } from './graph.js';
import { END, type Step, type Var } from './ir.js';

export interface Liveness {
  /** The variables that are live before a step, as their numbers in `vars`, from the smallest. */
  readonly before: (step: number) => readonly number[];
  readonly isLiveAfter: (step: number, name: Var) => boolean;
}

/** Each variable of a program by its number, from 0, in the order in which they are met. */
export function variablesIn(steps: readonly Step[]): ReadonlyMap<Var, number> {
  const vars = new Map<Var, number>();
  const number = (name: Var): void => {
    if (!vars.has(name)) vars.set(name, vars.size);
  };
  for (const step of steps) {
    const dst = definedBy(step);
    if (dst !== undefined) number(dst);
    operandsOf(step).flatMap(variablesOf).forEach(number);
  }
  return vars;
}

/**
 * What is live in a program: backward data flow to a fixed point, in rows of bits. What is computed for a variable that nobody reads is
 * not read for it either (a counter that only counts).
 */
export function liveness(steps: readonly Step[], vars: ReadonlyMap<Var, number>): Liveness {
  const width = (vars.size + 31) >> 5;
  const live = new Int32Array(steps.length * width);
  const after = steps.map((step) => successors(step).filter((to) => to !== END));
  const predecessors = steps.map((): number[] => []);
  after.forEach((all, from) => {
    for (const to of all) predecessors[to]?.push(from);
  });
  const numberOf = (name: Var | undefined): number => (name === undefined ? -1 : (vars.get(name) ?? -1));
  const killed = steps.map((step) => numberOf(definedBy(step)));
  const reads = steps.map((step) => operandsOf(step).flatMap(variablesOf).map(numberOf));
  const row = new Int32Array(width);
  /** What is live before a step, from what is live after it; whether that is more than was known. */
  const look = (index: number): boolean => {
    row.fill(0);
    for (const to of after[index] ?? [])
      for (let word = 0; word < width; word++) row[word] = (row[word] ?? 0) | (live[to * width + word] ?? 0);
    const dst = killed[index] ?? -1;
    const isRead = dst < 0 || ((row[dst >> 5] ?? 0) & (1 << (dst & 31))) !== 0;
    if (dst >= 0) row[dst >> 5] = (row[dst >> 5] ?? 0) & ~(1 << (dst & 31));
    if (isRead || steps[index]?.op !== 'let')
      for (const name of reads[index] ?? []) row[name >> 5] = (row[name >> 5] ?? 0) | (1 << (name & 31));
    let isMore = false;
    for (let word = 0; word < width; word++) {
      if (live[index * width + word] === row[word]) continue;
      live[index * width + word] = row[word] ?? 0;
      isMore = true;
    }
    return isMore;
  };
  const work = steps.map((_, index) => index);
  const isWaiting = steps.map(() => true);
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    isWaiting[index] = false;
    if (!look(index)) continue;
    for (const from of predecessors[index] ?? []) {
      if (isWaiting[from] === true) continue;
      isWaiting[from] = true;
      work.push(from);
    }
  }
  const all = [...vars.values()];
  const isLive = (step: number, name: number): boolean =>
    ((live[step * width + (name >> 5)] ?? 0) & (1 << (name & 31))) !== 0;
  return {
    before: (step) => all.filter((name) => isLive(step, name)),
    isLiveAfter: (step, name) => after[step]?.some((to) => isLive(to, numberOf(name))) === true,
  };
}
