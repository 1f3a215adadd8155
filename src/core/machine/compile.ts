/** Scenario -> model: numbers for names, scheduling points, live variables. */
import type { Expr, Level } from '../program/ir.js';
import { END, LEVELS } from '../program/ir.js';
import { mapExpr, operandsOf } from '../program/expr.js';
import { successors } from '../program/graph.js';
import { liveness, variablesIn } from '../program/liveness.js';
import { maybeUnknown } from './maybe-unknown.js';
import type { Model, ModelLock, ModelThread, Point } from './model.js';
import { symbolName } from './model.js';
import { placePages, sparePages } from './pages.js';
import { choosePoints, lockOf, startsUndecided } from './points.js';
import type { Scenario, ThreadDecl } from './scenario.js';
import { MAX_PAGES, MAX_SYMBOLS } from './value.js';

const MAX_THREADS = 6;

export interface CompileError {
  /** Thread or page that it is about. */
  readonly of: string;
  readonly message: string;
}

export type Compiled =
  | { readonly model: Model; readonly errors?: never }
  | { readonly model?: never; readonly errors: readonly CompileError[] };

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
  const threads = scenario.threads.map((thread) =>
    compileThread(thread, locks, pageNames, spares, fail, false),
  );
  if (errors.length > 0) return { errors };
  const ops = threads.flatMap((thread) => thread.steps.map((step) => step.op));
  const last = pages.at(-1);
  const levels = new Set<Level>(LEVELS.filter((level) => pages.some((page) => page.level === level)));
  const draft: Model = {
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
  const pausing = threads.map((thread, index) => {
    const declared = scenario.threads[index];
    if (declared === undefined || !startsUndecided(draft, thread)) return thread;
    return compileThread(declared, locks, pageNames, spares, fail, true);
  });
  return { model: { ...draft, threads: pausing } };
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
  pausesAtStart: boolean,
): ModelThread {
  const { steps } = thread.program;
  const vars = variablesIn(steps);
  const spares = new Map<number, readonly number[]>();
  steps.forEach((step, index) => {
    for (const operand of operandsOf(step)) {
      for (const page of pagesIn(operand))
        if (!pageNames.has(page)) fail(thread.name, `step ${index}: no page ${page}`);
    }
    for (const to of successors(step)) {
      if (to !== END && steps[to] === undefined) fail(thread.name, `step ${index}: no step ${to}`);
    }
    if (step.op === 'alloc') spares.set(index, sparesOfLevel.get(step.level) ?? []);
  });
  const live = liveness(steps, vars);
  const liveAtStart = steps.length === 0 ? [] : live.before(0);
  const names = [...vars.keys()];
  const unknown = maybeUnknown(steps, new Set(liveAtStart.map((index) => names[index] ?? '')));
  const isPoint = choosePoints(steps, unknown, pausesAtStart);
  const points: Point[] = [];
  const pointOf = steps.map((step, index) => {
    if (!isPoint.has(index)) return -1;
    const lock = lockOf(step);
    const number = lock === undefined ? -1 : locks.findIndex(({ name }) => name === lock);
    if (lock !== undefined && number < 0) fail(thread.name, `step ${index}: no lock ${lock}`);
    points.push({ step: index, live: live.before(index), lock: number });
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
