/** The lock that a fix takes, and where it may be taken: in the kernel's own lock order, never where it can't sleep, never twice. */
import { protectionOf } from '../../kernel/protections.js';
import type { TreeGuards } from '../../kernel/tree-guards.js';
import type { Protection } from '../../kernel/types.js';
import type { LockMode } from '../../program/ir.js';
import type { Knowledge } from '../../program/lower/context.js';
import { readProtection } from '../../replay/hold.js';
import { holding, parseLockName, type Held } from '../held.js';

export interface Guard {
  readonly protection: Protection;
  readonly mode: LockMode;
  /** Name of the lock in a lockset: `mmap_lock(init_mm)`. */
  readonly name: string;
  /** Statements, without white space around them. */
  readonly acquire: string;
  readonly release: string;
  /** The guard of linux/cleanup.h that the tree defines for these calls. */
  readonly scoped?: { readonly name: string; readonly args: string };
}

/**
 * A protection as a rule writes it (`get_online_mems`, `mmap_write_lock(&init_mm)`). Undefined when it is not one lock that is
 * always taken, or when its own row has no call that lets go of it in that mode. `guards`: those of the tree.
 */
export function guardOf(
  text: string,
  knowledge: Knowledge,
  guards: TreeGuards = new Map(),
): Guard | undefined {
  const [holding, another] = readProtection(text, knowledge) ?? [];
  const protection = holding && protectionOf(holding.protection);
  if (!holding || another || protection?.effect.kind !== 'lock') return undefined;
  const [, api = '', args = ''] = /^(\w+)(?:\((.*)\))?$/.exec(text) ?? [];
  const taken = protection.calls.find((call) => call.api === api);
  const released = protection.calls.find(
    (call) =>
      call.effect === 'release' &&
      call.mode === taken?.mode &&
      call.instance?.as === taken.instance?.as &&
      call.instance?.argument === taken.instance?.argument,
  );
  if (!released || (taken?.acquired ?? 'always') !== 'always') return undefined;
  const [scoped] = [...guards].find(([, takes]) => takes === api) ?? [];
  return {
    protection,
    mode: holding.mode,
    name: holding.name,
    acquire: `${api}(${args});`,
    release: `${released.api}(${args});`,
    ...(scoped === undefined ? {} : { scoped: { name: scoped, args } }),
  };
}

/** Whether the lock may be waited for while this is held. A sleeping lock of no known rank says nothing against it. */
export function mayBeTakenUnder(held: Held, { protection }: Guard): boolean {
  return holding(held).every(({ name }) => {
    const { class: id } = parseLockName(name);
    if (id === protection.id) return false;
    const other = protectionOf(id);
    if (!other) return !maySpin(id);
    if (other.effect.kind === 'reference' || other.effect.kind === 'none') return true;
    if (other.effect.kind !== 'lock' || other.effect.lock === 'spinlock') return false;
    return !isAfter(other, protection);
  });
}

/** A lock that no row knows may be a spinlock, unless its name says that it sleeps. */
const maySpin = (id: string): boolean => !/mutex|sem$/.test(id);

/** Whether the kernel takes `one` after `other`. */
function isAfter(one: Protection, other: Protection): boolean {
  return one.rank !== undefined && other.rank !== undefined && one.rank > other.rank;
}

/** Whether a call takes the lock again, or one that has to be taken before it. */
export function clashesWith(callee: string, { protection }: Guard, knowledge: Knowledge): boolean {
  return knowledge
    .lockCalls(callee, () => undefined)
    .some(
      ({ protection: other, call }) =>
        call.effect === 'acquire' &&
        call.acquired !== 'true' &&
        (other.id === protection.id || isAfter(protection, other)),
    );
}
