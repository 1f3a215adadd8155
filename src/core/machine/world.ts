/** A state seen through its parts: what the rules read. Setters are for the machine only. */
import type { LockKind } from './scenario.js';
import type { Layout } from './layout.js';
import { ABSENT, CALLBACK, MASK, PENDING } from './layout.js';
import type { Model, Point } from './model.js';

/** States of a page in the machine; `spare` is one that no `alloc` has taken yet. */
export const PAGE = { live: 0, freed: 1, reused: 2, poisoned: 3, offline: 4, removed: 5, spare: 6 } as const;
export const PAGE_STATES = ['live', 'freed', 'reused', 'poisoned', 'offline', 'removed', 'spare'] as const;

/** Nothing in the kernel nests deeper; a counter stays here rather than making states without end. */
export const MAX_NESTING = 15;

/** What a rule may ask about the state of the machine. Threads, locks and pages are numbers of the model. */
export interface World {
  readonly threads: number;
  kindOf(lock: number): LockKind;
  /** Thread that holds the lock for write, or -1. */
  writer(lock: number): number;
  /** How often the thread holds the lock for read. */
  reads(lock: number, thread: number): number;
  /** Number of read holds of all threads. */
  readers(lock: number): number;
  /** Is a writer other than `thread` waiting for this lock? */
  otherWriterWaits(lock: number, thread: number): boolean;
  rcu(thread: number): number;
  irq(thread: number): number;
  preempt(thread: number): number;
  /** Thread inside stop_machine(), or -1. */
  stopper(): number;
  /** x86: a flush waits for CPUs with interrupts off. */
  readonly flushWaitsForIrqsOff: boolean;
  readonly rcuWaitsForIrqsOff: boolean;
}

/** A world that the machine can change. */
export interface MutableWorld extends World {
  setWriter(lock: number, thread: number): void;
  addReads(lock: number, thread: number, by: number): void;
  addRcu(thread: number, by: number): void;
  addIrq(thread: number, by: number): void;
  addPreempt(thread: number, by: number): void;
  setStopper(thread: number): void;
  wait(thread: number): number;
  setWait(thread: number, wait: number): void;
  point(thread: number): number;
  setPoint(thread: number, point: number): void;
  page(page: number): number;
  setPage(page: number, state: number): void;
  cell(cell: number): number;
  setCell(cell: number, byte: number): void;
  /** Readers that the page's call_rcu() waits for; -1 when there is none. */
  callback(page: number): number;
  /** -1: none. */
  setCallback(page: number, mask: number): void;
  slot(thread: number, slot: number): number;
  setSlot(thread: number, slot: number, bits: number): void;
}

/** The parts of the state in `bytes`, which the caller fills and reads. */
export function createWorld(model: Model, layout: Layout, bytes: Uint8Array): MutableWorld {
  const at = (offset: number): number => (offset === ABSENT ? 0 : (bytes[offset] ?? 0));
  const set = (offset: number, value: number): void => {
    if (offset !== ABSENT) bytes[offset] = value;
  };
  const add = (offset: number, by: number): void => {
    if (offset !== ABSENT) bytes[offset] = Math.max(0, Math.min(MAX_NESTING, (bytes[offset] ?? 0) + by));
  };
  const kinds = model.locks.map((lock) => lock.kind);
  const pointOffsets = layout.threads.map((thread) => thread.point);
  const isWide = layout.threads.map((thread) => thread.isWide);
  const waits = layout.threads.map((thread) => thread.wait);
  const rcus = layout.threads.map((thread) => thread.rcu);
  const irqs = layout.threads.map((thread) => thread.irq);
  const preempts = layout.threads.map((thread) => thread.preempt);
  const slots = layout.threads.map((thread) => thread.slots);
  const points: readonly (readonly Point[])[] = model.threads.map((thread) => thread.points);
  const readOffset = (lock: number, thread: number): number => layout.readers[lock]?.[thread] ?? ABSENT;
  const threads = model.threads.length;

  const point = (thread: number): number => {
    const offset = pointOffsets[thread] ?? 0;
    return isWide[thread] === true ? at(offset) | (at(offset + 1) << 8) : at(offset);
  };
  return {
    threads,
    flushWaitsForIrqsOff: model.scenario.arch.flushWaitsForIrqsOff,
    rcuWaitsForIrqsOff: model.scenario.arch.rcuWaitsForIrqsOff,
    kindOf: (lock) => kinds[lock] ?? 'mutex',
    writer: (lock) => at(layout.writers + lock) - 1,
    setWriter: (lock, thread) => set(layout.writers + lock, thread + 1),
    reads: (lock, thread) => at(readOffset(lock, thread)),
    readers: (lock) => {
      let sum = 0;
      for (let thread = 0; thread < threads; thread++) sum += at(readOffset(lock, thread));
      return sum;
    },
    addReads: (lock, thread, by) => add(readOffset(lock, thread), by),
    otherWriterWaits: (lock, thread) => {
      for (let other = 0; other < threads; other++) {
        if (other === thread || at(waits[other] ?? ABSENT) !== PENDING) continue;
        if (points[other]?.[point(other)]?.lock === lock) return true;
      }
      return false;
    },
    rcu: (thread) => at(rcus[thread] ?? ABSENT),
    irq: (thread) => at(irqs[thread] ?? ABSENT),
    preempt: (thread) => at(preempts[thread] ?? ABSENT),
    addRcu: (thread, by) => add(rcus[thread] ?? ABSENT, by),
    addIrq: (thread, by) => add(irqs[thread] ?? ABSENT, by),
    addPreempt: (thread, by) => add(preempts[thread] ?? ABSENT, by),
    stopper: () => at(layout.stopper) - 1,
    setStopper: (thread) => set(layout.stopper, thread + 1),
    wait: (thread) => at(waits[thread] ?? ABSENT),
    setWait: (thread, wait) => set(waits[thread] ?? ABSENT, wait),
    point,
    setPoint: (thread, to) => {
      const offset = pointOffsets[thread] ?? 0;
      bytes[offset] = to & 0xff;
      if (isWide[thread] === true) bytes[offset + 1] = to >> 8;
    },
    page: (page) => at(layout.pages + page),
    setPage: (page, state) => set(layout.pages + page, state),
    cell: (cell) => at(layout.cells + cell),
    setCell: (cell, byte) => set(layout.cells + cell, byte),
    callback: (page) => {
      const byte = layout.callbacks === ABSENT ? 0 : at(layout.callbacks + page);
      return byte === 0 ? -1 : byte & MASK;
    },
    setCallback: (page, mask) => {
      if (layout.callbacks !== ABSENT) bytes[layout.callbacks + page] = mask < 0 ? 0 : CALLBACK | mask;
    },
    slot: (thread, slot) => {
      const offset = (slots[thread] ?? 0) + 2 * slot;
      return at(offset) | (at(offset + 1) << 8);
    },
    setSlot: (thread, slot, bits) => {
      const offset = (slots[thread] ?? 0) + 2 * slot;
      bytes[offset] = bits & 0xff;
      bytes[offset + 1] = bits >> 8;
    },
  };
}
