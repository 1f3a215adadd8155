/** The state of a trace as named cells (trace.ts, `TraceStep.d`): initial cells, and the cells after each step. */
import type { PageState, Scene, TraceStep } from '../../core/trace/trace.js';

export type Cells = ReadonlyMap<string, string>;

export const entryCell = (page: string, index: number): string => `${page}[${index}]`;
const pointerCell = (lane: string): string => `reg ${lane}`;

const PAGE_STATES: readonly string[] = [
  'live',
  'freed',
  'reused',
  'poisoned',
  'offline',
  'removed',
] satisfies PageState[];
const isPageState = (text: string): text is PageState => PAGE_STATES.includes(text);

export function pageState(cells: Cells, page: string): PageState {
  const text = cells.get(page) ?? 'live';
  return isPageState(text) ? text : 'live';
}

/** Nesting of an RCU section or of switched-off interrupts. */
export const nesting = (cells: Cells, what: 'rcu' | 'irq', lane: string): number =>
  Number.parseInt(cells.get(`${what} ${lane}`) ?? '0', 10) || 0;

export interface Holder {
  readonly lane: string;
  readonly mode: 'read' | 'write';
}

/** `ptdump:r other:r` -> who holds the lock, and how. */
export function holders(cells: Cells, lock: string): readonly Holder[] {
  const words = (cells.get(lock) ?? '').split(/[\s,]+/).filter((word) => word !== '');
  return words.map((word) => {
    const [, lane = word, mode] = /^(.*?)(?::([rw])\w*)?$/.exec(word) ?? [];
    return { lane, mode: mode === 'r' ? 'read' : 'write' };
  });
}

/** The `page[index]` that a lane's pointer points at; `index` is null for a pointer to the page as such. */
export function pointerOf(
  cells: Cells,
  lane: string,
): { readonly page: string; readonly index: number | null } | null {
  const match = /^([^[\s]+)(?:\[(\d+)\])?$/.exec(cells.get(pointerCell(lane)) ?? '');
  if (match?.[1] === undefined) return null;
  return { page: match[1], index: match[2] === undefined ? null : Number(match[2]) };
}

export function initialCells(scene: Scene): Cells {
  const cells = new Map<string, string>();
  for (const page of scene.pages) {
    cells.set(page.name, 'live');
    page.entries.forEach((value, index) => cells.set(entryCell(page.name, index), value));
  }
  return cells;
}

export const cellsAfter = (cells: Cells, step: TraceStep): Cells =>
  new Map([...cells, ...Object.entries(step.d)]);
