/** Where the page-table picture puts its boxes and lines, in CSS pixels. Pure; levels go down, tables of one level side by side. */
import { LEVELS } from '../../core/program/ir.js';
import type { PageLevel } from '../../core/machine/scenario.js';
import type { EntryPicture, Picture, PointerPicture, TablePicture } from './picture.js';

export interface Box {
  readonly table: TablePicture;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Line {
  readonly path: string;
  /** `cut`: the entry led there until this step. */
  readonly kind: 'link' | 'new' | 'cut' | 'stale';
}

/** A lane's pointer: a tag in the left margin and an arrow to the box. */
export interface PointerTag {
  readonly pointer: PointerPicture;
  readonly x: number;
  readonly y: number;
  readonly path: string;
}

export interface PictureLayout {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  readonly tags: readonly PointerTag[];
}

/** A tag says the CPU, and below it the entry that the pointer points at. */
export const TAG = { width: 64, height: 24, label: 18 } as const;
const HEADER = 28;
const ENTRY_ROW = 42;
const ENTRY_WIDTH = 60;
const BOX = { min: 124, max: 216, gapX: 14, gapY: 34 } as const;
const MARGIN = { left: TAG.width + 34, other: 4 } as const;

const ORDER: readonly PageLevel[] = [...LEVELS, 'memmap', 'section', 'data'];

export function layoutPicture(picture: Picture, available: number): PictureLayout {
  const rows = ORDER.map((level) => picture.tables.filter((table) => table.level === level)).filter(
    (row) => row.length > 0,
  );
  const most = Math.max(1, ...rows.map((row) => row.length));
  const entries = Math.max(1, ...picture.tables.map((table) => table.entries.length));
  const room = (available - MARGIN.left - MARGIN.other - (most - 1) * BOX.gapX) / most;
  const boxWidth = Math.floor(Math.min(BOX.max, Math.max(BOX.min, entries * ENTRY_WIDTH, room)));
  const width = MARGIN.left + most * boxWidth + (most - 1) * BOX.gapX + MARGIN.other;
  let y = MARGIN.other;
  const boxes = rows.flatMap((row) => {
    const height = HEADER + (row.some((table) => table.entries.length > 0) ? ENTRY_ROW : 0);
    const top = y;
    y += height + BOX.gapY;
    const left = MARGIN.left + ((most - row.length) * (boxWidth + BOX.gapX)) / 2;
    return row.map((table, index): Box => ({
      table,
      x: left + index * (boxWidth + BOX.gapX),
      y: top,
      width: boxWidth,
      height,
    }));
  });
  return {
    width,
    height: Math.max(0, y - BOX.gapY + MARGIN.other + 10),
    boxes,
    lines: boxes.flatMap((box) =>
      box.table.entries.flatMap((entry, index) => linesOf(boxes, box, entry, index)),
    ),
    tags: tagsOf(boxes, picture.pointers),
  };
}

const boxOf = (boxes: readonly Box[], name: string): Box | undefined =>
  boxes.find((box) => box.table.name === name);

function linesOf(boxes: readonly Box[], from: Box, entry: EntryPicture, index: number): readonly Line[] {
  const x = from.x + (from.width * (index + 0.5)) / from.table.entries.length;
  const start = { x, y: from.y + from.height };
  const to = boxOf(boxes, entry.value);
  const old = entry.before === null ? undefined : boxOf(boxes, entry.before);
  const lines: Line[] = [];
  if (old !== undefined) lines.push({ path: curve(start, topOf(old)), kind: 'cut' });
  if (to !== undefined) {
    const stale = from.table.word !== 'live' || to.table.word !== 'live';
    lines.push({
      path: curve(start, topOf(to)),
      kind: entry.before !== null ? 'new' : stale ? 'stale' : 'link',
    });
  }
  return lines;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const topOf = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y });

function curve(from: Point, to: Point): string {
  const middle = Math.round((from.y + to.y) / 2);
  return `M ${round(from)} C ${round({ x: from.x, y: middle })} ${round({ x: to.x, y: middle })} ${round(to)}`;
}

const round = (point: Point): string => `${Math.round(point.x)} ${Math.round(point.y)}`;

/** Tags stand in the left margin at the height of the table that they point to; two at one table stand below each other. */
function tagsOf(boxes: readonly Box[], pointers: readonly PointerPicture[]): readonly PointerTag[] {
  const perRow = new Map<number, number>();
  return pointers.flatMap((pointer): readonly PointerTag[] => {
    const box = boxOf(boxes, pointer.page);
    if (box === undefined) return [];
    const above = perRow.get(box.y) ?? 0;
    perRow.set(box.y, above + 1);
    const y = box.y + 4 + above * (TAG.height + TAG.label);
    return [
      {
        pointer,
        x: MARGIN.other,
        y,
        path: arrow(boxes, box, { x: MARGIN.other + TAG.width, y: y + TAG.height / 2 }),
      },
    ];
  });
}

/** Straight to a box at the margin; under the boxes in between to one further right. */
function arrow(boxes: readonly Box[], to: Box, from: Point): string {
  const isFirst = !boxes.some((box) => box.y === to.y && box.x < to.x);
  if (isFirst) return `M ${round(from)} L ${round({ x: to.x - 2, y: from.y })}`;
  const below = to.y + to.height + 12;
  const turn = MARGIN.left - 10;
  const end = { x: to.x + 18, y: to.y + to.height + 2 };
  return `M ${round(from)} L ${round({ x: turn, y: from.y })} L ${round({ x: turn, y: below })} L ${round({ x: end.x, y: below })} L ${round(end)}`;
}
