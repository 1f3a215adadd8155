/** `.race` files: run again as they were saved, each saved trace step by step, and what they expect held against what is found. */
import { DEFAULT_BOUNDS, type Exploration, type ExplorationBounds } from '../explorer/exploration.js';
import { explore } from '../explorer/explore.js';
import { compile } from '../machine/compile.js';
import { createMachine } from '../machine/machine.js';
import type { Scenario, ViolationKind } from '../machine/scenario.js';
import { NEVER_CANCELLED, type Cancellation } from '../ports.js';
import type { RaceError } from '../trace/language/ast.js';
import { parseRace } from '../trace/language/parse.js';
import { raceToScenario, type ArchOf } from '../trace/language/to-scenario.js';
import type { ResolvePlace } from '../trace/language/step-of.js';
import { replaySaved, type SavedReplay } from '../trace/saved.js';
import { othersOf, traceOf, type SourceLine } from '../trace/trace-of.js';
import type { Trace } from '../trace/trace.js';

export interface RaceFileReplay {
  readonly scenario: Scenario;
  readonly exploration: Exploration;
  readonly trace: Trace;
  /** Those of the other kinds. */
  readonly others: readonly Trace[];
  /** Each trace of the file, followed again. */
  readonly saved: readonly { readonly kind: ViolationKind; readonly replay: SavedReplay }[];
  /** What the file expects and the search does not find, in words; empty: all as expected, or nothing expected. */
  readonly unexpected: readonly string[];
}

export type RaceFileOutcome =
  | { readonly ok: true; readonly replayed: RaceFileReplay }
  | { readonly ok: false; readonly errors: readonly RaceError[] };

export interface RaceFileOptions {
  readonly archOf?: ArchOf;
  readonly resolve?: ResolvePlace;
  readonly sourceLine?: SourceLine;
  readonly bounds?: Partial<ExplorationBounds>;
  readonly cancellation?: Cancellation;
}

/** Reads and runs a file; errors tell the line that can't be read. */
export function replayRaceFile(text: string, options: RaceFileOptions = {}): RaceFileOutcome {
  const { file, errors } = parseRace(text);
  if (errors) return { ok: false, errors };
  const { archOf, resolve, sourceLine } = options;
  const scenario = raceToScenario(file, { ...(archOf ? { archOf } : {}), ...(resolve ? { resolve } : {}) });
  const compiled = compile(scenario);
  if (compiled.errors !== undefined) {
    return {
      ok: false,
      errors: compiled.errors.map(({ of, message }) => ({
        line: 1,
        column: 1,
        message: `${of}: ${message}`,
      })),
    };
  }
  const { cancellation = NEVER_CANCELLED } = options;
  const exploration = explore(scenario, { ...DEFAULT_BOUNDS, ...options.bounds }, { cancellation });
  const machine = createMachine(compiled.model);
  return {
    ok: true,
    replayed: {
      scenario,
      exploration,
      trace: traceOf(scenario, exploration, undefined, sourceLine),
      others: othersOf(scenario, exploration, sourceLine),
      saved: file.traces.map((trace) => ({ kind: trace.kind, replay: replaySaved(machine, trace) })),
      unexpected: unexpectedOf(file.expect, exploration),
    },
  };
}

function unexpectedOf(
  expect: Parameters<typeof expectedKinds>[0] | undefined,
  exploration: Exploration,
): readonly string[] {
  if (expect === undefined) return [];
  if (expect.verdict !== exploration.verdict) {
    return [`expected ${expect.verdict}, found ${exploration.verdict}`];
  }
  const found = exploration.violations.map(({ kind }) => kind);
  const wanted = expectedKinds(expect);
  return [
    ...wanted.filter((kind) => !found.includes(kind)).map((kind) => `expected ${kind}, which is not found`),
    ...(wanted.length === 0
      ? []
      : found.filter((kind) => !wanted.includes(kind)).map((kind) => `found ${kind}, which is not expected`)),
  ];
}

function expectedKinds(
  expect:
    | { readonly verdict: 'race'; readonly kinds: readonly ViolationKind[] }
    | { readonly verdict: 'none' | 'unknown' },
): readonly ViolationKind[] {
  return expect.verdict === 'race' ? expect.kinds : [];
}
