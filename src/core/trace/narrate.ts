/** Steps of the machine in words: operation text as in a `.race` file, what is held, which cells changed. */
import type { Expr, Step } from '../program/ir.js';
import { evaluator } from '../machine/evaluate.js';
import type { Machine } from '../machine/machine.js';
import type { Model } from '../machine/model.js';
import { callbackLane } from '../machine/model.js';
import type { Value } from '../machine/value.js';
import * as V from '../machine/value.js';
import type { World } from '../machine/world.js';
import { PAGE_STATES, createWorld } from '../machine/world.js';
import type { MutableWorld } from '../machine/world.js';
import { operationText, type OperationText } from './operation-text.js';
import { pageName, showEntry, showValue } from './value-text.js';

/** What a step did, before it is put into words. */
export interface Narrated extends OperationText {
  /** The step of the program; absent for the callback lane. */
  readonly step?: Step;
  readonly isWait: boolean;
}

export interface Narrator {
  narrate(lane: number, before: Uint8Array, after: Uint8Array): Narrated;
  held(lane: number, state: Uint8Array): readonly string[];
  cells(state: Uint8Array): ReadonlyMap<string, string>;
}

export function createNarrator(machine: Machine): Narrator {
  const { model, layout } = machine;
  const bytes = new Uint8Array(layout.bytes);
  const world = createWorld(model, layout, bytes);
  const readers = model.threads.map((thread, lane) => {
    const vars = new Int32Array(thread.vars.length);
    const build = evaluator(model, thread, vars);
    return (expr: Expr): Value => {
      vars.fill(V.UNKNOWN);
      thread.points[world.point(lane)]?.live.forEach(
        (name, slot) => (vars[name] = V.unpack(world.slot(lane, slot))),
      );
      return build(expr)();
    };
  });

  const narrate: Narrator['narrate'] = (lane, before, after) => {
    if (lane === callbackLane(model)) return narrateCallback(model, layout.callbacks, before, after);
    bytes.set(before);
    const thread = model.threads[lane];
    const point = world.point(lane);
    const step = thread?.steps[thread.points[point]?.step ?? -1];
    const evaluate = readers[lane];
    if (step === undefined || evaluate === undefined) return { operation: 'end', isWait: false };
    const waited = world.wait(lane);
    bytes.set(after);
    const isWait =
      world.point(lane) === point &&
      world.wait(lane) !== waited &&
      world.wait(lane) !== 0 &&
      after[layout.dead] === 0;
    bytes.set(before);
    return { step, isWait, ...operationText(model, world, step, evaluate) };
  };

  return {
    narrate,
    held: (lane, state) => {
      bytes.set(state);
      return heldBy(model, world, lane);
    },
    cells: (state) => {
      bytes.set(state);
      return cellsOf(machine, world, readers);
    },
  };
}

function narrateCallback(model: Model, callbacks: number, before: Uint8Array, after: Uint8Array): Narrated {
  const page = model.pages.findIndex((_, index) => before[callbacks + index] !== after[callbacks + index]);
  return { operation: `free ${pageName(model, page)}`, page, isWait: false };
}

/** `mem_hotplug_lock:r`, `rcu`, `irqs off`, `preemption off`, `stop_machine`. */
function heldBy(model: Model, world: World, lane: number): readonly string[] {
  if (model.threads[lane] === undefined) return [];
  let spinning = 0;
  const locks = model.locks.flatMap(({ name, kind }, lock) => {
    const isWriter = world.writer(lock) === lane;
    const reads = world.reads(lock, lane);
    if (kind === 'spinlock' || kind === 'rwlock') spinning += reads + (isWriter ? 1 : 0);
    return isWriter ? [`${name}:w`] : reads > 0 ? [`${name}:r`] : [];
  });
  return [
    ...locks,
    ...(world.rcu(lane) > 0 ? ['rcu'] : []),
    ...(world.irq(lane) > 0 ? ['irqs off'] : []),
    ...(world.preempt(lane) > spinning ? ['preemption off'] : []),
    ...(world.stopper() === lane ? ['stop_machine'] : []),
  ];
}

/** All cells of a state, as trace.ts:TraceStep.d names them. */
function cellsOf(
  machine: Machine,
  world: MutableWorld,
  readers: readonly ((expr: Expr) => Value)[],
): ReadonlyMap<string, string> {
  const { model } = machine;
  const cells = new Map<string, string>();
  model.pages.forEach((page, index) => {
    const state = PAGE_STATES[world.page(index)] ?? 'live';
    if (state === 'spare') return;
    cells.set(page.name, state);
    page.entries.forEach((_, at) => {
      cells.set(`${page.name}[${at}]`, showValue(model, V.unpackEntry(world.cell(page.firstCell + at))));
    });
  });
  model.locks.forEach(({ name }, lock) => {
    const holders = model.threads.flatMap((thread, lane) => {
      if (world.writer(lock) === lane) return [`${thread.name}:w`];
      return world.reads(lock, lane) > 0 ? [`${thread.name}:r`] : [];
    });
    cells.set(name, holders.join(' '));
  });
  model.threads.forEach((thread, lane) => {
    cells.set(`rcu ${thread.name}`, String(world.rcu(lane)));
    cells.set(`irq ${thread.name}`, String(world.irq(lane)));
    const pointer = pointerOf(model, world, lane, readers[lane]);
    cells.set(`reg ${thread.name}`, pointer);
  });
  return cells;
}

/** The entry that the lane's next step goes through, or else the deepest table that one of its variables points to. */
function pointerOf(
  model: Model,
  world: MutableWorld,
  lane: number,
  evaluate: ((expr: Expr) => Value) | undefined,
): string {
  const thread = model.threads[lane];
  const point = thread?.points[world.point(lane)];
  const step = thread?.steps[point?.step ?? -1];
  if (thread === undefined || point === undefined || step === undefined || evaluate === undefined) return '';
  const next =
    step.op === 'load' ? step.from : step.op === 'store' || step.op === 'exchange' ? step.to : undefined;
  const target = next === undefined || next.kind === 'element' ? V.UNKNOWN : V.asPointer(evaluate(next));
  if (V.isPointer(target)) return showEntry(model, V.pageOfPointer(target), V.indexOfPointer(target));
  const held = point.live
    .map((_, slot) => V.unpack(world.slot(lane, slot)))
    .filter((value) => V.isPointer(value) || V.isTable(value));
  const deepest = held.sort((a, b) => V.pageOf(b) - V.pageOf(a))[0];
  if (deepest === undefined) return '';
  const pointer = V.asPointer(deepest);
  return showEntry(model, V.pageOfPointer(pointer), V.indexOfPointer(pointer));
}
