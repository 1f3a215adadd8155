/** How the tables of protections are written: one line for the calls that do the same. */
import type { LockMode } from '../program/ir.js';
import { words } from './primitives-row.js';
import type { Acquired, ProtectionCall } from './types.js';

interface Details {
  /** Argument that is the object the lock belongs to. */
  readonly of?: number;
  /** Argument that is the address of the lock. */
  readonly lockAt?: number;
}

function instance({ of, lockAt }: Details): Pick<ProtectionCall, 'instance'> {
  if (of !== undefined) return { instance: { argument: of, as: 'object' } };
  return lockAt === undefined ? {} : { instance: { argument: lockAt, as: 'lock-address' } };
}

/** Calls that take it and wait for it. */
export function take(
  apis: string,
  mode: LockMode,
  details: Details & { readonly spins?: true } = {},
): ProtectionCall[] {
  return words(apis).map((api) => ({
    api,
    effect: 'acquire',
    mode,
    ...instance(details),
    sleeps: details.spins !== true,
  }));
}

/** Calls that take it when they can, and say so; `waits`: they wait, and give up for another reason (a signal). */
export function attempt(
  apis: string,
  mode: LockMode,
  acquired: Exclude<Acquired, 'always'>,
  details: Details & { readonly waits?: true } = {},
): ProtectionCall[] {
  return words(apis).map((api) => ({
    api,
    effect: 'acquire',
    mode,
    acquired,
    ...instance(details),
    sleeps: details.waits === true,
  }));
}

/** Calls that let it go. */
export function release(apis: string, mode: LockMode, details: Details = {}): ProtectionCall[] {
  return words(apis).map((api) => ({ api, effect: 'release', mode, ...instance(details), sleeps: false }));
}

/** Calls that demand it of their callers. */
export function demand(apis: string, mode: LockMode | 'any', details: Details = {}): ProtectionCall[] {
  return words(apis).map((api) => ({ api, effect: 'assert', mode, ...instance(details), sleeps: false }));
}

/** Calls that turn a write lock into a read lock without letting go. */
export function downgrade(apis: string, details: Details = {}): ProtectionCall[] {
  return words(apis).map((api) => ({
    api,
    effect: 'downgrade',
    mode: 'read',
    ...instance(details),
    sleeps: false,
  }));
}
