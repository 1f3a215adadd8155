/** What linking carries along. */
import type { GraphBuilder, Label } from '../graph.js';
import type { Assumption, FunctionProgram, Var } from '../ir.js';
import type { Doings } from './doings.js';
import type { Homes } from './homes.js';
import type { Mms } from './mms.js';
import type { LinkOptions, Resolver } from './options.js';
import type { Paths } from './paths.js';

export interface Linking {
  /** The function in which the walk starts. */
  readonly root: FunctionProgram;
  readonly resolver: Resolver;
  readonly options: LinkOptions;
  readonly paths: Paths;
  readonly graph: GraphBuilder;
  readonly assumptions: Assumption[];
  readonly functions: Map<string, { readonly name: string; readonly file: string }>;
  readonly homes: Homes;
  /** What the functions that were looked at do (link/visible.ts). */
  readonly doings: Map<string, Doings>;
  /** Which mm each path from outside is, as an earlier round found it (link/mms.ts). */
  readonly mms: Mms;
  frames: number;
  steps: number;
}

/** One function being inlined. */
export interface Frame {
  readonly prefix: string;
  readonly program: FunctionProgram;
  /** Names of the functions being inlined, outermost first. */
  readonly stack: readonly string[];
  readonly returnTo: Label;
  readonly dst: Var | undefined;
  /** It runs when a grace period is over: what it frees is freed then. */
  readonly isDeferred?: true;
}

export function assume(linking: Linking, assumption: Assumption): void {
  linking.assumptions.push(assumption);
}
