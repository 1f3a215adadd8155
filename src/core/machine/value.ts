/**
 * Values of the machine: one small tagged integer each, so that states are bytes and steps allocate nothing.
 *
 * An integer is itself (at most 29 bits; what is larger becomes unknown). Everything else is `TAG + code`:
 * unknown, the entry values none, leaf, bad and table(page), pointers to an entry (page and index), the three pointers
 * that a descent through none, leaf or bad gives (using them is the fault, holding them is not), and symbols.
 * The entry value none is the integer 0 for arithmetic and comparison, as in pmd_val(pmd) == 0.
 */
import type { EntryTest } from '../program/ir.js';

export type Value = number;

const TAG = 0x4000_0000;
const INT_LIMIT = 0x2000_0000;
const TABLES = 0x100;
const SYMBOLS = 0x1000;
const POINTERS = 0x8000;
const INDEX_BITS = 6;

export const UNKNOWN: Value = TAG;
export const NONE: Value = TAG + 1;
export const LEAF: Value = TAG + 2;
export const BAD: Value = TAG + 3;
export const THROUGH_NONE: Value = TAG + 4;
export const THROUGH_LEAF: Value = TAG + 5;
export const THROUGH_BAD: Value = TAG + 6;

/** Index of a pointer whose index the model does not know: a load through it may read any entry of the table. */
export const ANY_INDEX = (1 << INDEX_BITS) - 1;
/** How the index -1 is kept: of a pointer before the first entry, as `pmd--` makes before the `pmd++` of its loop. */
const BEFORE_FIRST = ANY_INDEX - 1;
/** How an index past the end is kept, of a pointer one further than the end: how far past makes no difference to what it reads. */
export const FAR = BEFORE_FIRST - 1;
export const MAX_PAGES = 250;
export const MAX_SYMBOLS = 0xfff;

export const tableOf = (page: number): Value => TAG + TABLES + page;
export const symbol = (id: number): Value => TAG + SYMBOLS + id;
export const pointer = (page: number, index: number): Value =>
  TAG + POINTERS + (page << INDEX_BITS) + (index === -1 ? BEFORE_FIRST : index);

export const isInt = (v: Value): boolean => v < TAG;
export const isTable = (v: Value): boolean => v >= TAG + TABLES && v < TAG + SYMBOLS;
export const isSymbol = (v: Value): boolean => v >= TAG + SYMBOLS && v < TAG + POINTERS;
export const isPointer = (v: Value): boolean => v >= TAG + POINTERS;
export const isEntry = (v: Value): boolean => (v >= NONE && v <= BAD) || isTable(v);
export const isThrough = (v: Value): boolean => v >= THROUGH_NONE && v <= THROUGH_BAD;

export const pageOfTable = (v: Value): number => v - TAG - TABLES;
export const pageOfPointer = (v: Value): number => (v - TAG - POINTERS) >> INDEX_BITS;
/** The index of a pointer: -1 before the first entry, ANY_INDEX where it is not known. */
export function indexOfPointer(v: Value): number {
  const index = (v - TAG - POINTERS) & ANY_INDEX;
  return index === BEFORE_FIRST ? -1 : index;
}
export const idOfSymbol = (v: Value): number => v - TAG - SYMBOLS;

/** The page that a value points to or into; -1 when it is none that the model has. */
export function pageOf(v: Value): number {
  if (isTable(v)) return pageOfTable(v);
  return isPointer(v) ? pageOfPointer(v) : -1;
}

export function int(n: number): Value {
  return n > -INT_LIMIT && n < INT_LIMIT ? n : UNKNOWN;
}

/**
 * What a register keeps of a value between two steps: of a pointer further past the end of its page than a loop's end is (`lengths`:
 * entries of each page), that it is past. So that `ptep++` in a loop with no end in the model makes no state for each round.
 */
export function keep(v: Value, lengths: readonly number[]): Value {
  if (!isPointer(v)) return v;
  const page = pageOfPointer(v);
  const index = indexOfPointer(v);
  return index < FAR && index > (lengths[page] ?? 0) ? pointer(page, FAR) : v;
}

/** Two bytes in a state: integers -4096..12287, all else by its code. A larger integer is stored as unknown. */
export function pack(v: Value): number {
  if (v < TAG) {
    if (v >= 0 && v < 0x3000) return v;
    return v < 0 && v >= -0x1000 ? 0x4000 + v : 0x4000;
  }
  const code = v - TAG;
  return code < POINTERS ? 0x4000 + code : code;
}

export function unpack(bits: number): Value {
  if (bits < 0x3000) return bits;
  if (bits < 0x4000) return bits - 0x4000;
  return bits < POINTERS ? TAG + bits - 0x4000 : TAG + bits;
}

/** One byte in a state: an entry of a table. */
export function packEntry(v: Value): number {
  if (v === NONE || v === 0) return 0;
  if (v === LEAF) return 1;
  if (v === BAD) return 2;
  return isTable(v) ? 4 + pageOfTable(v) : 3;
}

export function unpackEntry(byte: number): Value {
  if (byte >= 4) return tableOf(byte - 4);
  return byte === 0 ? NONE : byte === 1 ? LEAF : byte === 2 ? BAD : UNKNOWN;
}

/** Does a value count as true in C? UNKNOWN when the model can't say. */
export function truth(v: Value): Value {
  if (v < TAG) return v === 0 ? 0 : 1;
  return v === UNKNOWN ? UNKNOWN : v === NONE ? 0 : 1;
}

export function not(v: Value): Value {
  const t = truth(v);
  return t === UNKNOWN ? UNKNOWN : 1 - t;
}

export const negate = (v: Value): Value => (isInt(v) ? -v : v === NONE ? 0 : UNKNOWN);
export const complement = (v: Value): Value => (isInt(v) ? int(~v) : v === NONE ? -1 : UNKNOWN);

/** A pointer some entries further. Past the end is a pointer too, as `ptep++` makes at the end of its loop, and so is one before the first. */
export function offset(v: Value, by: Value): Value {
  if (isThrough(v)) return v;
  const page = pageOfPointer(v);
  const index = indexOfPointer(v);
  if (index === ANY_INDEX || !isInt(by) || (index === FAR && by < 0)) return pointer(page, ANY_INDEX);
  const to = index + by;
  return to >= -1 ? pointer(page, Math.min(to, FAR)) : UNKNOWN;
}

/** Pointer to entry `index` of a page. */
export function element(page: number, index: Value): Value {
  const i = index === NONE ? 0 : index;
  return pointer(page, isInt(i) && i >= 0 ? Math.min(i, FAR) : ANY_INDEX);
}

/**
 * Pointer into the table that an entry value points to; the fault, if any, comes with its first use.
 * A pointer instead of an entry value is indexed, as an array is.
 */
export function descend(entry: Value, index: Value): Value {
  if (isTable(entry)) return element(pageOfTable(entry), index);
  if (entry === NONE || entry === 0) return THROUGH_NONE;
  if (entry === LEAF) return THROUGH_LEAF;
  if (entry === BAD) return THROUGH_BAD;
  return isPointer(entry) || isThrough(entry) ? offset(entry, index) : UNKNOWN;
}

/** What a load or store goes through: an entry value used as a pointer points to the start of its table. */
export function asPointer(v: Value): Value {
  if (isInt(v)) return THROUGH_NONE;
  return isEntry(v) ? descend(v, 0) : v;
}

/**
 * pXd_none() and its like. `bad` is "not a pointer to a table": pmd_bad() is true of huge entries on x86
 * (arch/x86/include/asm/pgtable.h:pmd_bad), arm64 and riscv alike. A folded level always points to its table.
 */
export function test(what: EntryTest, value: Value, folded: boolean): Value {
  if (folded) return what === 'table' || what === 'present' ? 1 : 0;
  const v = value === 0 ? NONE : value;
  if (!isEntry(v)) return UNKNOWN;
  switch (what) {
    case 'none':
      return v === NONE ? 1 : 0;
    case 'present':
      return v === NONE ? 0 : 1;
    case 'leaf':
      return v === LEAF ? 1 : 0;
    case 'table':
      return isTable(v) ? 1 : 0;
    case 'bad':
      return isTable(v) ? 0 : 1;
  }
}
