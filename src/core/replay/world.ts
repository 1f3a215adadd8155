/** What a replay runs on. */
import type { Programs } from '../analysis/programs.js';
import type { TreeIndex } from '../index/index.js';
import type { Knowledge } from '../program/lower/context.js';
import type { ArchOf } from '../trace/language/to-scenario.js';
import type { FreerPrograms } from './freer-programs.js';

/** The tree, as far as it is known. */
export interface ReplayWorld {
  readonly index: TreeIndex;
  readonly programs: Programs;
  readonly freers: FreerPrograms;
  readonly knowledge: Knowledge;
  readonly read: (file: string) => string | undefined;
  /** Capabilities of the tree on an architecture. */
  readonly capabilities: (arch: string) => ReadonlySet<string>;
  readonly archOf: ArchOf;
}
