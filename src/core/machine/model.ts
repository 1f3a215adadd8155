/**
 * A scenario made ready to run: names resolved to numbers, scheduling points chosen, dead variables known.
 * Plain data; the machine runs it and the exports write it down for other checkers.
 */
import type { Expr, Level, Step, Var } from '../program/ir.js';
import type { LockKind, PageLevel, Scenario, ThreadDecl } from './scenario.js';

export interface ModelPage {
  readonly name: string;
  readonly level: PageLevel;
  readonly isStatic: boolean;
  /** Number of its first entry among the entries of all pages. */
  readonly firstCell: number;
  /** Initial entries, packed as in a state (value.ts:packEntry). */
  readonly entries: readonly number[];
  /** Not in use until an `alloc` takes it. */
  readonly isSpare: boolean;
}

export interface ModelLock {
  readonly name: string;
  readonly kind: LockKind;
}

/** A place where a thread can be while others move: before a visible step, or a pause that cuts a local loop. */
export interface Point {
  /** Index of the step that is about to run. */
  readonly step: number;
  /** Variables that are still read from here on; only these are part of the state, in this order. */
  readonly live: readonly number[];
  /** Lock that the step works on, or -1. */
  readonly lock: number;
}

export interface ModelThread {
  readonly name: string;
  readonly role: ThreadDecl['role'];
  readonly steps: readonly Step[];
  readonly vars: readonly Var[];
  readonly points: readonly Point[];
  /** Point of each step, or -1 for a step that runs together with the visible one before it. */
  readonly pointOf: readonly number[];
  /** Variables that are read before they are written: unknown at the start. */
  readonly liveAtStart: readonly number[];
  /** Page that each `alloc` step may take, by step index. */
  readonly spares: ReadonlyMap<number, readonly number[]>;
}

export interface Model {
  readonly scenario: Scenario;
  readonly pages: readonly ModelPage[];
  readonly cells: number;
  readonly locks: readonly ModelLock[];
  readonly threads: readonly ModelThread[];
  readonly symbols: readonly string[];
  /** Levels that the pages of the scenario have; the tests of all others are those of a folded level. */
  readonly levels: ReadonlySet<Level>;
  readonly usesCallbacks: boolean;
  readonly usesStopMachine: boolean;
}

/** Index of the callback lane: it comes after the last thread. */
export function callbackLane(model: Model): number {
  return model.threads.length;
}

/** Lanes that can move: the threads, and the RCU callback lane when something is freed through it. */
export function laneCount(model: Model): number {
  return model.threads.length + (model.usesCallbacks ? 1 : 0);
}

export function laneName(model: Model, lane: number): string {
  return model.threads[lane]?.name ?? 'rcu';
}

export function pageIndex(model: Model, name: string): number {
  return model.pages.findIndex((page) => page.name === name);
}

/** A level that no page of the scenario has: its entries are never none, they are the table below (asm-generic/pgtable-nopmd.h). */
export function isFoldedLevel(model: Model, level: Level): boolean {
  return model.levels.size > 0 && !model.levels.has(level);
}

/** Name under which a symbolic value is compared: a global's name, `&st` for a local object. */
export function symbolName(expr: Expr): string | undefined {
  if (expr.kind === 'symbol') return expr.name;
  return expr.kind === 'address' ? `&${expr.of}` : undefined;
}
