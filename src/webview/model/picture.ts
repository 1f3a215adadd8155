/**
 * The picture of the machine at one point of a trace: every table with its word, its entries and what the last step changed,
 * the locks with their holders and waiters, the pointers that the lanes hold. Pure data, one picture before each step and one at the end.
 */
import type { LockKind, PageLevel } from '../../core/machine/scenario.js';
import type { PageState, Scene, TraceStep } from '../../core/trace/trace.js';
import { cellsAfter, entryCell, holders, initialCells, nesting, pageState, pointerOf } from './cells.js';
import type { Cells, Holder } from './cells.js';

/** `cleared`: the table is still there, but no entry leads to it any more. */
export type TableWord = PageState | 'cleared';

export interface EntryPicture {
  readonly value: string;
  /** The value before the last step, when that step changed it. */
  readonly before: string | null;
}

export interface TablePicture {
  readonly name: string;
  readonly level: PageLevel;
  readonly isStatic: boolean;
  readonly word: TableWord;
  readonly wordBefore: TableWord | null;
  readonly entries: readonly EntryPicture[];
}

export interface LockPicture {
  readonly name: string;
  readonly kind: LockKind;
  readonly holders: readonly Holder[];
  readonly waiters: readonly string[];
}

/** A pointer into a table that a lane keeps in a register; dangling when the table's page is no longer a table. */
export interface PointerPicture {
  readonly lane: string;
  readonly page: string;
  readonly index: number | null;
  readonly dangling: boolean;
}

/** The place that a lane touched last. */
export interface CursorPicture {
  readonly lane: string;
  readonly page: string;
  readonly index: number | null;
}

export interface Picture {
  readonly tables: readonly TablePicture[];
  readonly locks: readonly LockPicture[];
  readonly pointers: readonly PointerPicture[];
  readonly cursors: readonly CursorPicture[];
  readonly rcu: readonly string[];
  readonly irqsOff: readonly string[];
}

interface Moment {
  readonly cells: Cells;
  /** Tables that some entry has led to, now or earlier: a table never linked yet is not `cleared`. */
  readonly linkedOnce: ReadonlySet<string>;
  readonly reachable: ReadonlySet<string>;
  /** Lane -> the lock that it waits for. */
  readonly waiting: ReadonlyMap<string, string>;
  readonly cursors: ReadonlyMap<string, CursorPicture>;
}

/** Pictures of a trace: index 0 is the start, index n + 1 is after step n. */
export function picturesOf(
  scene: Scene,
  steps: readonly TraceStep[],
  lanes: readonly string[],
): readonly Picture[] {
  const cells = initialCells(scene);
  const reachable = reachableTables(scene, cells);
  let moment: Moment = { cells, reachable, linkedOnce: reachable, waiting: new Map(), cursors: new Map() };
  const pictures = [pictureOf(scene, lanes, moment, moment)];
  for (const step of steps) {
    const next = after(scene, moment, step);
    pictures.push(pictureOf(scene, lanes, moment, next));
    moment = next;
  }
  return pictures;
}

function after(scene: Scene, before: Moment, step: TraceStep): Moment {
  const cells = cellsAfter(before.cells, step);
  const reachable = reachableTables(scene, cells);
  const waiting = new Map(before.waiting);
  waiting.delete(step.t);
  const lock = lockOf(scene, step.text);
  if (step.blocked === true && lock !== null) waiting.set(step.t, lock);
  const cursor = touched(scene, step);
  const cursors = cursor === null ? before.cursors : new Map([...before.cursors, [step.t, cursor]]);
  return { cells, reachable, linkedOnce: new Set([...before.linkedOnce, ...reachable]), waiting, cursors };
}

/** The lock that an operation text names, if any. */
export const lockOf = (scene: Scene, text: string): string | null => {
  const words = text.split(/\s+/);
  return scene.locks.find((lock) => words.includes(lock.name))?.name ?? null;
};

function touched(scene: Scene, step: TraceStep): CursorPicture | null {
  for (const word of operands(step.text)) {
    const match = /^([^[]+)(?:\[(\d+)\])?$/.exec(word);
    const page = scene.pages.find((each) => each.name === match?.[1])?.name;
    if (page !== undefined)
      return { lane: step.t, page, index: match?.[2] === undefined ? null : Number(match[2]) };
  }
  return null;
}

/** The words of an operation before its result (`-> pte0`). */
const operands = (text: string): readonly string[] => (text.split(' -> ')[0] ?? '').split(/\s+/).slice(1);

function reachableTables(scene: Scene, cells: Cells): ReadonlySet<string> {
  const named = new Map(scene.pages.map((page) => [page.name, page]));
  const declared = new Set(scene.pages.flatMap((page) => page.entries));
  const roots = scene.pages.filter((page) => page.isStatic || !declared.has(page.name));
  const reached = new Set<string>();
  const visit = (name: string): void => {
    const page = named.get(name);
    if (page === undefined || reached.has(name)) return;
    reached.add(name);
    if (pageState(cells, name) === 'live')
      page.entries.forEach((_, index) => visit(cells.get(entryCell(name, index)) ?? 'none'));
  };
  roots.forEach((root) => visit(root.name));
  return reached;
}

function wordOf(moment: Moment, page: string): TableWord {
  const state = pageState(moment.cells, page);
  return state === 'live' && moment.linkedOnce.has(page) && !moment.reachable.has(page) ? 'cleared' : state;
}

function pictureOf(scene: Scene, lanes: readonly string[], before: Moment, now: Moment): Picture {
  const tables = scene.pages.map((page): TablePicture => {
    const word = wordOf(now, page.name);
    const wordBefore = wordOf(before, page.name);
    const entries = page.entries.map((_, index): EntryPicture => {
      const cell = entryCell(page.name, index);
      const value = now.cells.get(cell) ?? 'none';
      const old = before.cells.get(cell) ?? 'none';
      return { value, before: old === value ? null : old };
    });
    const { name, level, isStatic } = page;
    return { name, level, isStatic, word, wordBefore: word === wordBefore ? null : wordBefore, entries };
  });
  return {
    tables,
    locks: scene.locks.map((lock) => ({
      ...lock,
      holders: holders(now.cells, lock.name),
      waiters: [...now.waiting].filter(([, name]) => name === lock.name).map(([lane]) => lane),
    })),
    pointers: lanes.flatMap((lane) => {
      const pointer = pointerOf(now.cells, lane);
      const table = tables.find((each) => each.name === pointer?.page);
      return pointer === null || table === undefined
        ? []
        : [{ lane, ...pointer, dangling: table.word !== 'live' && table.word !== 'cleared' }];
    }),
    cursors: [...now.cursors.values()],
    rcu: lanes.filter((lane) => nesting(now.cells, 'rcu', lane) > 0),
    irqsOff: lanes.filter((lane) => nesting(now.cells, 'irq', lane) > 0),
  };
}
