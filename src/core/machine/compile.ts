/** Scenario -> model: numbers for names, scheduling points, live variables. */
import type { Expr, Level, Step, Var } from '../program/ir.js';
import { END, LEVELS } from '../program/ir.js';
import { definedBy, mapExpr, operandsOf, variablesOf } from '../program/expr.js';
import { liveness, maybeUnknown, mayBeUnknown, successorsOf } from './liveness.js';
import type { Model, ModelLock, ModelPage, ModelThread, Point } from './model.js';
import type { EntryInit, Scenario, ThreadDecl } from './scenario.js';
import { MAX_PAGES, MAX_SYMBOLS } from './value.js';

/** A step may leave this many choices undecided before the next scheduling point; more are cut by a pause. */
const MAX_CHOICES_PER_STEP = 4;
export const MAX_THREADS = 6;

export interface CompileError {
  /** Thread or page that it is about. */
  readonly of: string;
  readonly message: string;
}

export type Compiled =
  | { readonly model: Model; readonly errors?: never }
  | { readonly model?: never; readonly errors: readonly CompileError[] };

/** Steps that other threads can see, or that depend on what others do: these are the scheduling points. */
export function isVisible(step: Step): boolean {
  switch (step.op) {
    case 'let':
    case 'branch':
    case 'choose':
    case 'nop':
    case 'call':
    case 'return':
    case 'assert_held':
    case 'note':
      return false;
    default:
      return true;
  }
}

/**
 * Resolves a scenario. Errors: an entry that names no page, a lock that the scenario does not declare, a successor out
 * of range, more than six threads or 250 pages.
 */
export function compile(scenario: Scenario): Compiled {
  const errors: CompileError[] = [];
  const fail = (of: string, message: string): void => void errors.push({ of, message });
  const locks: ModelLock[] = scenario.locks.map(({ name, kind }) => ({ name, kind }));
  const pages = placePages(scenario, fail);
  const symbols = symbolsOf(scenario);
  if (scenario.threads.length > MAX_THREADS) fail('scenario', `more than ${MAX_THREADS} threads`);
  if (pages.length > MAX_PAGES) fail('scenario', `more than ${MAX_PAGES} pages`);
  if (symbols.length > MAX_SYMBOLS) fail('scenario', `more than ${MAX_SYMBOLS} symbols`);
  const spares = sparePages(pages);
  const pageNames = new Set(pages.map((page) => page.name));
  const threads = scenario.threads.map((thread) => compileThread(thread, locks, pageNames, spares, fail));
  if (errors.length > 0) return { errors };
  const ops = threads.flatMap((thread) => thread.steps.map((step) => step.op));
  const last = pages.at(-1);
  const levels = new Set<Level>(LEVELS.filter((level) => pages.some((page) => page.level === level)));
  const model: Model = {
    scenario,
    pages,
    cells: last === undefined ? 0 : last.firstCell + last.entries.length,
    locks,
    threads,
    symbols,
    levels,
    usesCallbacks: ops.includes('free_rcu'),
    usesStopMachine: ops.includes('stop_machine'),
  };
  return { model };
}

function placePages(scenario: Scenario, fail: (of: string, message: string) => void): readonly ModelPage[] {
  const names = scenario.pages.map((page) => page.name);
  const packed = (of: string, init: EntryInit): number => {
    const constant = ['none', 'leaf', 'bad', '?'].indexOf(init);
    if (constant >= 0) return constant;
    const page = names.indexOf(init);
    if (page < 0) fail(of, `entry ${init} is neither none, leaf, bad nor a page`);
    return 4 + page;
  };
  const pages: ModelPage[] = [];
  let cell = 0;
  const add = (page: Omit<ModelPage, 'firstCell'>): void => {
    pages.push({ ...page, firstCell: cell });
    cell += page.entries.length;
  };
  scenario.pages.forEach(({ name, level, isStatic, entries }, index) => {
    if (names.indexOf(name) !== index) fail(name, 'two pages of this name');
    add({ name, level, isStatic, entries: entries.map((init) => packed(name, init)), isSpare: false });
  });
  const width = Math.max(1, ...scenario.pages.map((page) => page.entries.length));
  for (const thread of scenario.threads) {
    thread.program.steps.forEach((step) => {
      if (step.op !== 'alloc') return;
      const count = pages.filter((page) => page.isSpare && page.level === step.level).length;
      if (count >= 4) return;
      add({
        name: `new_${step.level}${count}`,
        level: step.level,
        isStatic: false,
        entries: new Array<number>(width).fill(0),
        isSpare: true,
      });
    });
  }
  return pages;
}

function sparePages(pages: readonly ModelPage[]): ReadonlyMap<string, readonly number[]> {
  const spares = new Map<string, number[]>();
  pages.forEach((page, index) => {
    if (page.isSpare) spares.set(page.level, [...(spares.get(page.level) ?? []), index]);
  });
  return spares;
}

/** Name under which a symbolic value is compared: a global's name, `&st` for a local object. */
export function symbolName(expr: Expr): string | undefined {
  if (expr.kind === 'symbol') return expr.name;
  return expr.kind === 'address' ? `&${expr.of}` : undefined;
}

function symbolsOf(scenario: Scenario): readonly string[] {
  const names = new Set<string>();
  const note = (expr: Expr): Expr => {
    const name = symbolName(expr);
    if (name !== undefined) names.add(name);
    return expr;
  };
  for (const thread of scenario.threads) {
    for (const step of thread.program.steps) for (const operand of operandsOf(step)) mapExpr(operand, note);
  }
  return [...names];
}

function compileThread(
  thread: ThreadDecl,
  locks: readonly ModelLock[],
  pageNames: ReadonlySet<string>,
  sparesOfLevel: ReadonlyMap<string, readonly number[]>,
  fail: (of: string, message: string) => void,
): ModelThread {
  const { steps } = thread.program;
  const vars = new Map<Var, number>();
  const number = (name: Var): void => {
    if (!vars.has(name)) vars.set(name, vars.size);
  };
  const spares = new Map<number, readonly number[]>();
  steps.forEach((step, index) => {
    const dst = definedBy(step);
    if (dst !== undefined) number(dst);
    for (const operand of operandsOf(step)) {
      variablesOf(operand).forEach(number);
      for (const page of pagesIn(operand))
        if (!pageNames.has(page)) fail(thread.name, `step ${index}: no page ${page}`);
    }
    for (const to of successorsOf(step)) {
      if (to !== END && steps[to] === undefined) fail(thread.name, `step ${index}: no step ${to}`);
    }
    if (step.op === 'alloc') spares.set(index, sparesOfLevel.get(step.level) ?? []);
  });
  const live = liveness(steps, vars);
  const liveAtStart = [...(live[0] ?? [])];
  const names = [...vars.keys()];
  const unknown = maybeUnknown(steps, new Set(liveAtStart.map((index) => names[index] ?? '')));
  const isPoint = choosePoints(steps, unknown);
  const points: Point[] = [];
  const pointOf = steps.map((step, index) => {
    if (!isPoint.has(index)) return -1;
    const lock = lockOf(step);
    const number = lock === undefined ? -1 : locks.findIndex(({ name }) => name === lock);
    if (lock !== undefined && number < 0) fail(thread.name, `step ${index}: no lock ${lock}`);
    points.push({ step: index, live: [...(live[index] ?? [])].sort((a, b) => a - b), lock: number });
    return points.length - 1;
  });
  return { name: thread.name, role: thread.role, steps, vars: names, points, pointOf, liveAtStart, spares };
}

function pagesIn(expr: Expr): readonly string[] {
  const found: string[] = [];
  mapExpr(expr, (inner) => {
    if (inner.kind === 'element' || inner.kind === 'table') found.push(inner.page);
    return inner;
  });
  return found;
}

/** Name of the lock that a step works on. */
export function lockOf(step: Step): string | undefined {
  switch (step.op) {
    case 'lock':
    case 'unlock':
    case 'trylock':
    case 'downgrade':
      return step.lock.name ?? step.lock.class;
    default:
      return undefined;
  }
}

function isUndecided(step: Step, unknown: ReadonlySet<Var>): boolean {
  if (step.op === 'choose') return step.targets.length > 1;
  return step.op === 'branch' && mayBeUnknown(step.condition, unknown);
}

/**
 * Visible steps, and pauses where needed: one in every loop of local steps (so that a step of the machine always ends),
 * and before a choice that would be the fifth undecided one since the last point (so that it has few outcomes).
 */
function choosePoints(steps: readonly Step[], unknown: ReadonlySet<Var>): ReadonlySet<number> {
  const points = new Set<number>();
  steps.forEach((step, index) => {
    if (isVisible(step)) points.add(index);
  });
  const first = steps[0];
  if (first !== undefined && reachesChoice(steps, points, unknown)) points.add(0);
  cutLocalLoops(steps, points);
  cutLongChoices(steps, points, unknown);
  return points;
}

/** Is there an undecided choice before the first visible step? Then the program starts with a pause. */
function reachesChoice(
  steps: readonly Step[],
  points: ReadonlySet<number>,
  unknown: ReadonlySet<Var>,
): boolean {
  const seen = new Set<number>();
  const work = [0];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const step = steps[index];
    if (step === undefined || seen.has(index) || points.has(index)) continue;
    seen.add(index);
    if (isUndecided(step, unknown)) return true;
    work.push(...successorsOf(step));
  }
  return false;
}

/** Depth-first: the target of a back edge in the graph of local steps becomes a point. */
function cutLocalLoops(steps: readonly Step[], points: Set<number>): void {
  const done = new Set<number>();
  const open = new Set<number>();
  for (let start = 0; start < steps.length; start++) {
    const stack: { readonly index: number; readonly to: readonly number[]; at: number }[] = [];
    const enter = (index: number): void => {
      const step = steps[index];
      if (step === undefined || points.has(index) || done.has(index)) return;
      if (open.has(index)) {
        points.add(index);
        return;
      }
      open.add(index);
      stack.push({ index, to: successorsOf(step), at: 0 });
    };
    enter(start);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const to = top.to[top.at++];
      if (to !== undefined) {
        enter(to);
        continue;
      }
      open.delete(top.index);
      done.add(top.index);
      stack.pop();
    }
  }
}

/** Longest chain of undecided choices before each local step, from any point; a step past the limit becomes a point. */
function cutLongChoices(steps: readonly Step[], points: Set<number>, unknown: ReadonlySet<Var>): void {
  const choices = new Map<number, number>();
  const work: number[] = [...points, 0];
  for (let index = work.pop(); index !== undefined; index = work.pop()) {
    const step = steps[index];
    if (step === undefined) continue;
    const before = points.has(index) ? 0 : (choices.get(index) ?? 0);
    const after = before + (isUndecided(step, unknown) ? 1 : 0);
    for (const to of successorsOf(step)) {
      const next = steps[to];
      if (next === undefined || points.has(to)) continue;
      if (after >= MAX_CHOICES_PER_STEP && isUndecided(next, unknown)) {
        points.add(to);
        work.push(to);
        continue;
      }
      const known = choices.get(to);
      if (known !== undefined && known >= after) continue;
      choices.set(to, after);
      work.push(to);
    }
  }
}
