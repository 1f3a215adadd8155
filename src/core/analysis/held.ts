/** What is held at a point: locks with their mode and instance, and the states of the CPU. Plain data; never changed in place. */
import { protectionOf } from '../kernel/protections.js';
import type { LockMode } from '../program/ir.js';

/** Name of a lock: its class, and the instance in parentheses where there are several: `mmap_lock(init_mm)`, `rcu`. */
export type LockName = string;

export interface HeldLock {
  readonly mode: LockMode;
  /** How often it is held; below 0 for what a function lets go that its caller holds. */
  readonly count: number;
  /** It is only asserted (lockdep_assert_held): a precondition of the function. */
  readonly asserted?: true;
  /** A lock that no row of the protections knows, and that is spun for. */
  readonly spins?: true;
}

export type Held = ReadonlyMap<LockName, HeldLock>;

export const NOTHING: Held = new Map();

/** Takes a lock once more; the stronger mode stays. */
export function take(held: Held, name: LockName, mode: LockMode, spins?: true): Held {
  const known = held.get(name);
  const before = known?.asserted ? undefined : known;
  const count = (before?.count ?? 0) + 1;
  return set(
    held,
    name,
    count === 0
      ? undefined
      : { mode: before?.mode === 'write' ? 'write' : mode, count, ...(spins ? { spins } : {}) },
  );
}

/** How often a function is seen to let go what it did not take: a loop of which only the release is seen would count for ever. */
const LET_GO = -8;

/** Lets a lock go once; what was not held goes below 0. */
export function drop(held: Held, name: LockName, mode: LockMode): Held {
  const before = held.get(name);
  if (before?.asserted) return set(held, name, { mode, count: -1 });
  const count = Math.max((before?.count ?? 0) - 1, LET_GO);
  return set(held, name, count === 0 ? undefined : { mode: before?.mode ?? mode, count });
}

export function downgrade(held: Held, name: LockName): Held {
  const before = held.get(name);
  return before ? set(held, name, { ...before, mode: 'read' }) : held;
}

/** Notes that a lock is demanded of the callers; what is held already says more. */
export function assert(held: Held, name: LockName, mode: LockMode | 'any'): Held {
  return held.has(name)
    ? held
    : set(held, name, { mode: mode === 'write' ? 'write' : 'read', count: 1, asserted: true });
}

function set(held: Held, name: LockName, value: HeldLock | undefined): Held {
  const next = new Map(held);
  if (value) next.set(name, value);
  else next.delete(name);
  return next;
}

/** The locks that are held (not those that were let go), by name. */
export function holding(
  held: Held,
): readonly { readonly name: LockName; readonly mode: LockMode; readonly asserted: boolean }[] {
  return [...held]
    .filter(([, { count }]) => count > 0)
    .map(([name, { mode, asserted }]) => ({ name, mode, asserted: asserted === true }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Equal keys, equal states. */
export function keyOf(held: Held): string {
  return [...held]
    .map(([name, { mode, count, asserted }]) => `${name}:${mode}:${count}${asserted ? '?' : ''}`)
    .sort()
    .join(' ');
}

/** What both hold, in the weaker mode. */
export function meet(left: Held, right: Held): Held {
  const both = new Map<LockName, HeldLock>();
  for (const [name, a] of left) {
    const b = right.get(name);
    if (!b || a.count <= 0 !== b.count <= 0) continue;
    both.set(name, {
      mode: a.mode === 'write' && b.mode === 'write' ? 'write' : 'read',
      count: Math.min(a.count, b.count),
      ...(a.asserted || b.asserted ? { asserted: true } : {}),
      ...(a.spins && b.spins ? { spins: true } : {}),
    });
  }
  return both;
}

/** What is held, with the weaker protections that its holder has as well: with `mmap_lock(mm)` a `vma_lock`. */
export function withCovered(held: Held): Held {
  let more = held;
  for (const [name, { count, asserted }] of held) {
    const { class: lock, instance } = parseLockName(name);
    const covers = instance === 'init_mm' ? undefined : protectionOf(lock)?.covers;
    if (covers !== undefined && count > 0 && !more.has(covers))
      more = set(more, covers, { mode: 'read', count: 1, ...(asserted ? { asserted } : {}) });
  }
  return more;
}

/** What is really held, without what is only demanded of callers. */
export function unasserted(held: Held): Held {
  return new Map([...held].filter(([, { asserted }]) => !asserted));
}

/** The parts of a lock's name. */
export function parseLockName(name: LockName): {
  readonly class: string;
  readonly instance: string | undefined;
} {
  const [, lock = name, instance] = /^([^(]+)\((.*)\)$/.exec(name) ?? [];
  return { class: lock, instance };
}

/** What a caller holds, and then what the callee does on top of it (names already in one tongue). */
export function combine(outer: Held, inner: Held): Held {
  let held = outer;
  for (const [name, { mode, count, asserted, spins }] of inner) {
    if (asserted) held = assert(held, name, mode);
    for (let each = 0; each < count && !asserted; each += 1) held = take(held, name, mode, spins);
    for (let each = 0; each > count; each -= 1) held = drop(held, name, mode);
  }
  return held;
}
