/** Whether what a function reads of a page stays online meanwhile: by what it takes itself, or by what everybody holds who calls it. */
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import { contextOf } from '../kernel/contexts.js';
import { EXCLUSIONS } from '../kernel/exclusions.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { FunctionProgram } from '../program/ir.js';
import { frameReads } from '../program/frames.js';
import { functionKey } from './change.js';
import { parseLockName, type Held } from './held.js';
import { locksetsOf } from './locksets.js';
import type { CallEffect } from './transfer.js';
import { above } from './roots.js';

/** Protections that keep memory from being taken offline or removed, on all architectures. */
const KEEPING: ReadonlySet<string> = new Set(
  EXCLUSIONS.filter(({ freer, excludes }) => freer === 'memory-hot-remove' && excludes !== 'no').map(
    ({ protection }) => protection,
  ),
);
const LOCK_NAMES = apisOf((kind) => kind === 'lock');
const REFERENCE_NAMES = apisOf((kind) => kind === 'reference');

function apisOf(isWanted: (kind: string) => boolean): ReadonlySet<string> {
  return new Set(
    PROTECTIONS.filter(({ id, effect }) => KEEPING.has(id) && isWanted(effect.kind)).flatMap(({ calls }) =>
      calls.filter(({ effect }) => effect === 'acquire').map(({ api }) => api),
    ),
  );
}

const isKept = (held: Held): boolean =>
  [...held].some(([name, { count }]) => count > 0 && KEEPING.has(parseLockName(name).class));

/** The first read of a struct page that some way reaches without a lock that keeps the page; undefined: there is none. */
export function unkeptRead(program: FunctionProgram, effect: CallEffect): number | undefined {
  const reads = frameReads(program.steps);
  if (reads.length === 0) return undefined;
  const { before } = locksetsOf(program, new Map(), new Map(), effect);
  return reads.find((index) => before[index]?.some(({ held }) => !isKept(held)));
}

/** A function that takes references reads a struct page to take one: how far that goes is not followed. */
export function takesReferences({ facts }: FunctionRef): boolean {
  return facts.calls.some(({ callee }) => REFERENCE_NAMES.has(callee));
}

/** Calls up to a function that is asked whether it takes a lock. */
const LEVELS = 5;
const MAX_FUNCTIONS = 80;

/**
 * Whether somebody above takes one of the locks, or all that starts it is in a context that excludes the removal of memory. That the
 * lock is held just there is not followed: it is enough to say nothing.
 */
export function isKeptAbove(ref: FunctionRef, index: TreeIndex): boolean {
  const seen = new Set([functionKey(ref)]);
  let level: readonly FunctionRef[] = [ref];
  let isOpen = false;
  for (let depth = 0; level.length > 0 && depth < LEVELS && seen.size < MAX_FUNCTIONS; depth += 1) {
    const next: FunctionRef[] = [];
    for (const each of level) {
      if (depth > 0 && each.facts.calls.some(({ callee }) => LOCK_NAMES.has(callee))) return true;
      const { edges, starts } = above(index, each);
      isOpen ||= starts.some(({ context }) => !excludesRemoval(context));
      next.push(...edges.map(({ from }) => from));
    }
    level = next.filter((each) => !seen.has(functionKey(each)) && seen.add(functionKey(each)));
  }
  return !isOpen && level.length === 0;
}

function excludesRemoval(id: Parameters<typeof contextOf>[0] | undefined): boolean {
  const context = id && contextOf(id);
  if (!context) return false;
  return (
    context.reach !== 'runtime' ||
    context.excludes === 'all' ||
    context.excludes.includes('memory-hot-remove')
  );
}
