/** Steps of the machine in words: operation text as in a `.race` file, what is held, which cells changed. */
import type { Expr, Step } from '../program/ir.js';
import { evaluator } from '../machine/evaluate.js';
import type { Machine } from '../machine/machine.js';
import type { Model } from '../machine/model.js';
import { callbackLane } from '../machine/model.js';
import { lockOf } from '../machine/points.js';
import type { Value } from '../machine/value.js';
import * as V from '../machine/value.js';
import type { World } from '../machine/world.js';
import { PAGE, PAGE_STATES, createWorld } from '../machine/world.js';
import type { MutableWorld } from '../machine/world.js';
import { printExpression } from './language/expression.js';

/** What a step did, before it is put into words. */
export interface Narrated {
  /** The step of the program; absent for the callback lane. */
  readonly step?: Step;
  /** `load pmd pmd0[0]`: as the saved trace matches it. */
  readonly operation: string;
  /** `pte0`, for a load. */
  readonly result?: string;
  /** The entry that was touched: page and index; -1 where the index is not known. */
  readonly target?: { readonly page: number; readonly index: number };
  /** The value that the pointer came from, when it leads nowhere. */
  readonly through?: 'none' | 'leaf' | 'bad';
  /** Page that was freed, poisoned, removed, ... */
  readonly page?: number;
  readonly isWait: boolean;
}

export interface Narrator {
  narrate(lane: number, before: Uint8Array, after: Uint8Array): Narrated;
  held(lane: number, state: Uint8Array): readonly string[];
  cells(state: Uint8Array): ReadonlyMap<string, string>;
}

function showValue(model: Model, value: Value): string {
  if (V.isInt(value)) return String(value);
  if (V.isTable(value)) return pageName(model, V.pageOfTable(value));
  if (V.isPointer(value)) return `&${showEntry(model, V.pageOfPointer(value), V.indexOfPointer(value))}`;
  if (V.isSymbol(value)) return `&${model.symbols[V.idOfSymbol(value)] ?? '?'}`;
  switch (value) {
    case V.NONE:
    case V.THROUGH_NONE:
      return 'none';
    case V.LEAF:
    case V.THROUGH_LEAF:
      return 'leaf';
    case V.BAD:
    case V.THROUGH_BAD:
      return 'bad';
    default:
      return '?';
  }
}

const pageName = (model: Model, page: number): string => model.pages[page]?.name ?? '?';
function showEntry(model: Model, page: number, index: number): string {
  const length = model.pages[page]?.entries.length ?? 0;
  const shown = index === V.FAR ? `>${length}` : index === V.ANY_INDEX || index < 0 ? '?' : index;
  return `${pageName(model, page)}[${shown}]`;
}

/** The last component of a linked variable's name, without its frame: people know `pmd`, not `3#walk_pud_range.pmd`. */
function shortName(name: string): string {
  return /\b([A-Za-z_]\w*)\W*$/.exec(name)?.[1] ?? name;
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

type Text = Omit<Narrated, 'step' | 'isWait'>;

function operationText(model: Model, world: MutableWorld, step: Step, evaluate: (expr: Expr) => Value): Text {
  switch (step.op) {
    case 'load': {
      const { text, value, ...target } = entryText(model, world, evaluate(step.from));
      const isRead = 'target' in target;
      return {
        operation: `load ${shortName(step.dst)} ${text}`,
        ...(isRead ? { result: value } : {}),
        ...target,
      };
    }
    case 'store': {
      const { text, target, through } = entryText(model, world, evaluate(step.to));
      const operation = `store ${text} ${showValue(model, evaluate(step.value))}`;
      return {
        operation,
        ...(target === undefined ? {} : { target }),
        ...(through === undefined ? {} : { through }),
      };
    }
    case 'exchange': {
      const { text, value, ...target } = entryText(model, world, evaluate(step.to));
      const operation = `xchg ${shortName(step.dst)} ${text} ${showValue(model, evaluate(step.value))}`;
      return { operation, result: value, ...target };
    }
    case 'alloc':
      return { operation: `alloc ${shortName(step.dst)} ${step.level}` };
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove': {
      const page = V.pageOf(evaluate(step.page));
      return { operation: `${step.op} ${page < 0 ? '?' : pageName(model, page)}`, page };
    }
    case 'lock':
    case 'unlock':
      return { operation: `${step.op} ${lockOf(step) ?? '?'} ${step.mode}` };
    case 'trylock':
      return { operation: `trylock ${shortName(step.dst)} ${lockOf(step) ?? '?'} ${step.mode}` };
    case 'downgrade':
      return { operation: `downgrade ${lockOf(step) ?? '?'}` };
    case 'let':
      return { operation: `let ${shortName(step.dst)} ${printExpression(step.value)}` };
    case 'branch':
      return { operation: `if ${printExpression(step.condition)}` };
    case 'note':
      return { operation: `note ${step.what}`.trimEnd() };
    default:
      return { operation: step.op };
  }
}

function entryText(
  model: Model,
  world: MutableWorld,
  pointer: Value,
): {
  readonly text: string;
  readonly value: string;
  readonly target?: NonNullable<Narrated['target']>;
  readonly through?: NonNullable<Narrated['through']>;
} {
  const at = V.asPointer(pointer);
  if (!V.isPointer(at)) {
    const through =
      at === V.THROUGH_NONE
        ? 'none'
        : at === V.THROUGH_LEAF
          ? 'leaf'
          : at === V.THROUGH_BAD
            ? 'bad'
            : undefined;
    return { text: showValue(model, at), value: '?', ...(through === undefined ? {} : { through }) };
  }
  const page = V.pageOfPointer(at);
  const index = V.indexOfPointer(at);
  const known = model.pages[page];
  const isInside = known !== undefined && index >= 0 && index < known.entries.length;
  const isReadable = world.page(page) === PAGE.live;
  const value =
    isInside && isReadable ? showValue(model, V.unpackEntry(world.cell(known.firstCell + index))) : '?';
  return {
    text: showEntry(model, page, index),
    value,
    target: { page, index: index === V.ANY_INDEX || index === V.FAR ? -1 : index },
  };
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
