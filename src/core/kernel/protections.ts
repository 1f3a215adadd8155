/** What a walker can hold: the table of protections, and what a call of a lock API does. */
import { GENERIC_GUARDS, GENERIC_LOCK_CALLS } from './generic-locks.js';
import type { GenericLockCall } from './generic-locks.js';
import { CONTEXT_PROTECTIONS } from './protections-context.js';
import { HOTPLUG_PROTECTIONS } from './protections-hotplug.js';
import { MM_PROTECTIONS } from './protections-mm.js';
import type { Protection, ProtectionCall } from './types.js';

/** In the kernel's own lock order: those with a rank first, by rank. */
export const PROTECTIONS: readonly Protection[] = [
  ...HOTPLUG_PROTECTIONS,
  ...MM_PROTECTIONS,
  ...CONTEXT_PROTECTIONS,
].sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity) || 0);

/** One lock that a call is about. */
export interface LockCall {
  readonly protection: Protection;
  readonly call: ProtectionCall;
}

/**
 * Gives the last name of an argument's path, `mmap_lock` of `&mm->mmap_lock`, or the last two where the last is `lock`
 * (`vm_lock->lock` of `&vma->vm_lock->lock`); undefined where there is no such argument.
 */
export type FieldOf = (argument: number) => string | undefined;

const NO_FIELD: FieldOf = () => undefined;

/** The row of that id, or undefined. */
export function protectionOf(id: string): Protection | undefined {
  return PROTECTIONS.find((protection) => protection.id === id);
}

/** The row that a lock belongs to by its last name (`mmap_sem`, `ptl`, or the function of `pmd_lockptr(mm, pmd)`). */
export function protectionOfField(field: string): Protection | undefined {
  const name = /^[&*(\s]*(\w+)\s*\(/.exec(field)?.[1] ?? field;
  return PROTECTIONS.find(({ fields }) => fields.includes(name));
}

/** A class of its own, under its own name, for a lock that no row knows: `vmem_mutex`. */
function anonymous(name: string, { lock, source }: GenericLockCall): Protection {
  return {
    id: protectionOf(name) ? `lock:${name}` : name,
    title: `${name} (a lock that no row knows)`,
    effect: { kind: 'lock', lock: lock === 'any' ? 'mutex' : lock },
    calls: [],
    guards: [],
    fields: [name],
    source,
  };
}

function genericCalls(generic: GenericLockCall, fieldOf: FieldOf): readonly LockCall[] {
  const { api, effect, mode, acquired, argument, sleeps, context } = generic;
  const field = fieldOf(argument) ?? 'unknown';
  const protection = protectionOfField(field) ?? anonymous(field.replace(/^.*->/, ''), generic);
  const own: LockCall = {
    protection,
    call: {
      api,
      effect,
      mode,
      ...(acquired === undefined ? {} : { acquired }),
      instance: { argument, as: 'lock-address' },
      sleeps,
    },
  };
  const state = context === undefined ? undefined : protectionOf(context);
  if (!state || effect === 'downgrade') return [own];
  return [{ protection: state, call: { api, effect, mode: 'write', sleeps: false } }, own];
}

/** Whether there is only one such lock, which its own calls take and let go: mem_hotplug_lock. */
export const isOnlyOne = ({ effect, calls }: Protection): boolean =>
  effect.kind === 'lock' && calls.length > 0 && calls.every(({ instance }) => !instance);

const OWN = new Map<string, readonly LockCall[]>();
for (const protection of PROTECTIONS) {
  for (const call of protection.calls)
    OWN.set(call.api, [...(OWN.get(call.api) ?? []), { protection, call }]);
}
const GENERIC: ReadonlyMap<string, GenericLockCall> = new Map(
  GENERIC_LOCK_CALLS.map((call) => [call.api, call]),
);

/**
 * The locks that a call is about, in the order in which it takes them; it releases them in the opposite order. None for a
 * name that is no lock API. mem_hotplug_begin() takes two, spin_lock_irqsave() a state and a lock.
 */
export function lockCallsOf(api: string, fieldOf: FieldOf = NO_FIELD): readonly LockCall[] {
  const own = OWN.get(api);
  if (own) return own;
  const generic = GENERIC.get(api);
  return generic ? genericCalls(generic, fieldOf) : [];
}

/** What guard(NAME)(argument) takes and lets go again where its scope ends; none for an unknown name. */
export function guardCallsOf(name: string, fieldOf: FieldOf = NO_FIELD): readonly LockCall[] {
  const generic = GENERIC_GUARDS.get(name);
  if (generic !== undefined) return lockCallsOf(generic, fieldOf);
  for (const protection of PROTECTIONS) {
    const guard = protection.guards.find((each) => each.name === name);
    if (!guard) continue;
    const call: ProtectionCall = {
      api: name,
      effect: 'acquire',
      mode: guard.mode,
      ...(name.endsWith('_try') ? { acquired: 'true' } : {}),
      ...(guard.instance === undefined ? {} : { instance: { argument: guard.instance, as: 'object' } }),
      sleeps: protection.effect.kind === 'lock' && !name.endsWith('_try'),
    };
    return [{ protection, call }];
  }
  return [];
}
