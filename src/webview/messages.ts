/** Validation of what comes in: messages of the host, the saved state, the report embedded in a standalone page. */
import * as v from 'valibot';
import { FREER_IDS } from '../core/kernel/types.js';
import { ASSUMPTION_KINDS, LEVELS } from '../core/program/ir.js';
import { VIOLATION_KINDS } from '../core/machine/scenario.js';
import type { MatrixCell } from '../core/replay/what-ifs.js';
import type { Translations } from './l10n.js';
import type { SavedState, ToPage } from './protocol.js';
import type { ReplayReport } from '../core/report/report.js';

const strings = v.array(v.string());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const kind = v.picklist(VIOLATION_KINDS);
const verdict = v.picklist(['confirmed', 'refuted', 'unknown', 'not-replayable']);

const place = v.object({
  file: v.string(),
  line: v.number(),
  column: v.number(),
  endLine: v.number(),
  endColumn: v.number(),
});
const assumption = v.object({
  kind: v.picklist(ASSUMPTION_KINDS),
  text: v.string(),
  at: v.exactOptional(place),
});

const step = v.object({
  t: v.string(),
  text: v.string(),
  at: v.exactOptional(v.string()),
  code: v.exactOptional(v.string()),
  function: v.exactOptional(v.string()),
  held: strings,
  d: v.record(v.string(), v.string()),
  mark: v.exactOptional(v.picklist(['took', 'freed', 'used'])),
  blocked: v.exactOptional(v.boolean()),
  violation: v.exactOptional(kind),
});

const scene = v.object({
  race: v.literal(1),
  title: v.string(),
  arch: v.string(),
  verdict: v.picklist(['race', 'none', 'unknown']),
  kind: v.exactOptional(kind),
  headline: v.string(),
  bounds: v.object({
    entries: count,
    levels: v.array(v.picklist(LEVELS)),
    states: count,
    complete: v.boolean(),
  }),
  minimal: v.exactOptional(v.object({ laneChanges: count, steps: count })),
  assumptions: v.array(assumption),
  pages: v.array(
    v.object({
      name: v.string(),
      level: v.picklist([...LEVELS, 'memmap', 'section', 'data']),
      isStatic: v.boolean(),
      entries: strings,
    }),
  ),
  locks: v.array(
    v.object({
      name: v.string(),
      kind: v.picklist(['rwsem', 'percpu-rwsem', 'mutex', 'spinlock', 'rwlock']),
    }),
  ),
  threads: v.array(
    v.object({
      name: v.string(),
      cpu: v.number(),
      title: v.string(),
      role: v.picklist(['walker', 'freer', 'environment']),
    }),
  ),
});

const otherTrace = v.object({
  kind,
  headline: scene.entries.headline,
  minimal: scene.entries.minimal,
  pages: scene.entries.pages,
  trace: v.array(step),
});

const report = v.object({
  version: v.literal(1),
  tool: v.string(),
  walker: v.object({ file: v.string(), function: v.string(), line: v.number() }),
  freer: v.string(),
  protections: strings,
  verdict,
  consequence: v.nullable(kind),
  kinds: v.array(kind),
  bounds: v.object({ entries: v.number(), levels: strings, maxStates: v.number(), maxMs: v.number() }),
  states: count,
  ms: v.number(),
  assumptions: v.array(assumption),
  trace: v.array(step),
  scene: v.nullable(scene),
  others: v.exactOptional(v.array(otherTrace)),
  reason: v.string(),
});

const key = v.object({ document: v.string(), function: v.string(), freer: v.string(), protections: strings });
const cells = v.array(
  v.object({
    protections: strings,
    freer: v.picklist(FREER_IDS),
    verdict,
    kinds: v.array(kind),
    states: v.number(),
  }),
);

const toPage = v.variant('type', [
  v.object({
    type: v.literal('show'),
    key,
    report,
    whatIfs: v.array(v.object({ protection: v.string(), title: v.string() })),
    step: v.exactOptional(v.pipe(v.number(), v.integer())),
  }),
  v.object({ type: v.literal('busy'), text: v.string() }),
  v.object({ type: v.literal('matrix'), cells }),
  v.object({ type: v.literal('error'), message: v.string() }),
  v.object({
    type: v.literal('go'),
    to: v.union([
      v.pipe(v.number(), v.integer()),
      v.picklist(['first', 'last', 'next', 'previous', 'next-switch', 'previous-switch']),
    ]),
  }),
]);

const savedState = v.object({ key, step: count });
const embedded = v.object({ report, matrix: cells });

/** What a standalone page carries in its `#walkrace-data`. */
export interface Embedded {
  readonly report: ReplayReport;
  readonly matrix: readonly MatrixCell[];
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly why: string };

function parse<T>(schema: v.GenericSchema<unknown, T>, data: unknown): Parsed<T> {
  const result = v.safeParse(schema, data);
  if (result.success) return { ok: true, value: result.output };
  const [issue] = result.issues;
  return { ok: false, why: `${v.getDotPath(issue) ?? 'it'}: ${issue.message}` };
}

export const parseToPage = (data: unknown): Parsed<ToPage> => parse<ToPage>(toPage, data);
export const parseSavedState = (data: unknown): Parsed<SavedState> => parse<SavedState>(savedState, data);
export const parseEmbedded = (data: unknown): Parsed<Embedded> => parse<Embedded>(embedded, data);

/** The host's translations; anything else than texts by their English ones is none. */
export function parseTranslations(json: string | undefined): Translations {
  if (json === undefined) return {};
  try {
    const parsed = v.safeParse(v.record(v.string(), v.string()), JSON.parse(json));
    return parsed.success ? parsed.output : {};
  } catch {
    return {};
  }
}
