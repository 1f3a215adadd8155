/** What linking is given. */
import type { Geometry } from '../../kernel/geometry.js';
import { LEVELS, type FunctionProgram, type Level, type Var } from '../ir.js';
import type { Initializer } from './targets.js';

/** Where linking finds what a program refers to. */
export interface Resolver {
  /** The function of that name, as seen from a file. */
  function(name: string, fromFile: string): FunctionProgram | undefined;
  /** As seen from a file; without one, from that of the walk. */
  initializer(object: string, field: string, fromFile?: string): ReturnType<Initializer>;
  /** Functions that a pointer at this path may be, by the type of the object and the field: candidates to choose from. */
  candidates(path: Var, fromFile: string): readonly { readonly name: string; readonly file: string }[];
  /** Whether a file has a function or a table of this name for itself. */
  isOwn(name: string, file: string): boolean;
}

export interface LinkOptions {
  readonly geometry: Geometry;
  /** The page from which a walk of the kernel's tables, or of a user mm's, starts; undefined: the scenario has none. */
  readonly kernelRoot: string | undefined;
  readonly userRoot: string | undefined;
  /** First page of each level below, for a function that is given a pointer to an entry. */
  readonly pages: ReadonlyMap<string, string>;
  /** Names of the scenario's locks: a lock of which it has only one goes by its class. */
  readonly locks?: readonly string[];
  /** What the callers hold: how often, by the name of the lock in the scenario. */
  readonly held?: ReadonlyMap<string, number>;
  /** The freer takes the memory map: functions that read struct pages matter as those that read tables do. */
  readonly frames?: true;
  /** `false`: functions without visible effects are not followed for what they give. */
  readonly values?: false;
  /** What the callers give the first function for those of its parameters that are true or false, where it is known. */
  readonly truths?: ReadonlyMap<string, boolean>;
  readonly maxDepth: number;
  readonly maxSteps: number;
  /** Settings that are known, such as those of the scenario's architecture; of the others both are taken. */
  readonly config?: ReadonlyMap<string, boolean>;
}

export const LINK_LIMITS = { maxDepth: 24, maxSteps: 5_000 } as const;

/** First page of a level; a folded level's entries are those of the level below that is a table of its own. */
export function pageAt({ pages }: LinkOptions, level: Level): string | undefined {
  const found = LEVELS.slice(LEVELS.indexOf(level)).find((each) => pages.has(each));
  return found && pages.get(found);
}
