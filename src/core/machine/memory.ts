/** Steps that touch entries and pages. */
import type { Expr, Step } from '../program/ir.js';
import type { Bench, Operation } from './bench.js';
import { DISABLED, DONE, violationCode } from './bench.js';
import type { Evaluate } from './evaluate.js';
import type { Model, ModelThread } from './model.js';
import type { Value } from './value.js';
import * as V from './value.js';
import { gracePeriodOfCallback } from './waits.js';
import { PAGE, PAGE_STATES } from './world.js';

const NONE = V.packEntry(V.NONE);
const LEAF = V.packEntry(V.LEAF);

/** Reads and writes of an entry. The faults are decided here: by the pointer, then by the state of its page. */
export function access(
  bench: Bench,
  thread: number,
  step: Extract<Step, { op: 'load' | 'store' | 'exchange' }>,
  assign: (value: Value) => void,
  build: (expr: Expr) => Evaluate,
): Operation {
  const { model, rules, world } = bench;
  const from = build(step.op === 'load' ? step.from : step.to);
  const stored = step.op === 'load' ? undefined : build(step.value);
  const through = [rules.throughNone, rules.throughLeaf, rules.throughBad].map(violationCode);
  const faults = PAGE_STATES.map((_, state) => {
    const kind = rules.faultOf(state);
    return kind === undefined ? DONE : violationCode(kind);
  });
  const first = model.pages.map((page) => page.firstCell);
  const lengths = model.pages.map((page) => page.entries.length);
  const initial = model.pages.flatMap((page) => page.entries);
  const mayBeStale = step.op === 'load' && othersStore(model, thread);
  return () => {
    const target = V.asPointer(from());
    if (target < V.tableOf(0) && target !== V.UNKNOWN) return through[target - V.THROUGH_NONE] ?? DONE;
    if (!V.isPointer(target)) {
      assign(V.UNKNOWN);
      return DONE;
    }
    const page = V.pageOfPointer(target);
    const fault = faults[world.page(page)] ?? DONE;
    if (fault !== DONE) return fault;
    const length = lengths[page] ?? 0;
    const index =
      V.indexOfPointer(target) === V.ANY_INDEX && length > 0 ? bench.pick(length) : V.indexOfPointer(target);
    if (index < 0 || index >= length) {
      assign(V.UNKNOWN);
      return DONE;
    }
    const cell = (first[page] ?? 0) + index;
    const now = world.cell(cell);
    if (mayBeStale && now === NONE && initial[cell] === LEAF) bench.inform('stale-leaf');
    const value = stored?.();
    assign(V.unpackEntry(now));
    if (value !== undefined) world.setCell(cell, V.packEntry(value));
    return DONE;
  };
}

/** Does any other thread change entries, while this one only reads? */
function othersStore(model: Model, thread: number): boolean {
  const stores = (program: ModelThread): boolean =>
    program.steps.some((step) => step.op === 'store' || step.op === 'exchange');
  const own = model.threads[thread];
  return own !== undefined && !stores(own) && model.threads.some((other) => other !== own && stores(other));
}

/** A spare page becomes a table, and `assign` is given it; 0 where there is none left. */
export function alloc(
  { world }: Bench,
  spares: readonly number[],
  assign: (value: Value) => void,
): Operation {
  return () => {
    const page = spares.find((candidate) => world.page(candidate) === PAGE.spare);
    if (page !== undefined) world.setPage(page, PAGE.live);
    assign(page === undefined ? 0 : V.tableOf(page));
    return DONE;
  };
}

/** Any page that may be becomes somebody else's. */
export function reuse(bench: Bench): Operation {
  const { model, rules, world } = bench;
  return () => {
    const pages = model.pages.flatMap((_, page) => (rules.mayReuse(world.page(page)) ? [page] : []));
    if (pages.length === 0) return DISABLED;
    const page = pages[bench.pick(pages.length)];
    if (page !== undefined) world.setPage(page, PAGE.reused);
    return DONE;
  };
}

/** Steps in the life of a page. What the model does not have (an unknown or empty operand) stays as it is. */
export function life(
  bench: Bench,
  thread: number,
  op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove',
  operand: Evaluate,
): Operation {
  const { model, rules, world } = bench;
  const twice = rules.freesTwice === undefined ? DONE : violationCode(rules.freesTwice);
  return () => {
    const page = V.pageOf(operand());
    if (page < 0 || (model.pages[page]?.isStatic === true && !rules.freesStatic)) return DONE;
    const state = world.page(page);
    switch (op) {
      case 'free':
      case 'free_rcu':
        if (state === PAGE.freed || state === PAGE.reused) return twice;
        if (op === 'free') world.setPage(page, rules.stateAfterFree);
        else if (world.callback(page) < 0) world.setCallback(page, gracePeriodOfCallback(bench, thread));
        return DONE;
      case 'poison':
        world.setPage(page, PAGE.poisoned);
        return DONE;
      case 'offline':
        world.setPage(page, PAGE.offline);
        return DONE;
      case 'remove':
        world.setPage(page, PAGE.removed);
        return DONE;
    }
  };
}
