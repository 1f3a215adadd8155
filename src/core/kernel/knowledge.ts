/** The tables as lowering asks them, bound to what one tree can do. */
import { isGeometryConstant } from './geometry.js';
import { idiomOf } from './idioms.js';
import type { Idiom } from './idioms.js';
import { primitiveOf } from './primitives.js';
import { guardCallsOf, lockCallsOf } from './protections.js';
import type { FieldOf, LockCall } from './protections.js';
import type { Primitive } from './types.js';
import { NEWEST } from './when.js';

export interface KernelKnowledge {
  primitive(name: string): Primitive | undefined;
  lockCall(name: string, fieldOf: FieldOf): readonly LockCall[];
  /** What guard(NAME)(argument) takes: one lock, or a state and a lock. */
  guards(name: string, fieldOf: FieldOf): readonly LockCall[];
  /** The lock among them. */
  guard(name: string, fieldOf?: FieldOf): LockCall | undefined;
  idiom(name: string): Idiom | undefined;
  isGeometry(name: string): boolean;
}

/** Knowledge for a tree (and architecture) with these capabilities; without them, for the newest kernel. */
export function knowledgeOf(capabilities: ReadonlySet<string> = NEWEST): KernelKnowledge {
  return {
    primitive: (name) => primitiveOf(name, capabilities),
    lockCall: lockCallsOf,
    guards: guardCallsOf,
    guard: (name, fieldOf) => guardCallsOf(name, fieldOf).at(-1),
    idiom: idiomOf,
    isGeometry: isGeometryConstant,
  };
}
