/** Settings as a client sends them (`walkrace.*`), validated once; what is absent or wrong falls back to the default. */
import * as v from 'valibot';
import { SEVERITIES } from '../core/report/report.js';

const RULE_SEVERITIES = [...SEVERITIES, 'off'] as const;

const DEFAULTS = {
  root: '',
  minimumSeverity: 'warning',
  ruleSeverity: {},
  architectures: [],
  baseline: '',
  codeLens: true,
  replayOpenFiles: true,
  replay: { maxStates: 2_000_000, maxSeconds: 5 },
} as const;

const BOUNDS = {
  maxStates: v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(50_000_000)),
  maxSeconds: v.pipe(v.number(), v.minValue(0.1), v.maxValue(600)),
};

/** What each setting may be. */
const VALUES = {
  /** Kernel tree, where it is not found upwards from the file. */
  root: v.string(),
  /** The least grave finding that is shown. */
  minimumSeverity: v.picklist(SEVERITIES),
  /** Another severity for a rule, by its name; `off` hides it. */
  ruleSeverity: v.record(v.string(), v.picklist(RULE_SEVERITIES)),
  /** Architectures that count; none: all of the tree. */
  architectures: v.array(v.string()),
  /** A report of --format json, relative to the workspace: what it lists is not shown. */
  baseline: v.string(),
  codeLens: v.boolean(),
  /** Replay the findings of an open file when typing rests. */
  replayOpenFiles: v.boolean(),
};

const isRuleSeverity = (
  entry: [rule: string, severity: unknown],
): entry is [rule: string, severity: (typeof RULE_SEVERITIES)[number]] =>
  v.is(v.picklist(RULE_SEVERITIES), entry[1]);

export const settingsSchema = v.object({
  root: v.fallback(VALUES.root, DEFAULTS.root),
  minimumSeverity: v.fallback(VALUES.minimumSeverity, DEFAULTS.minimumSeverity),
  ruleSeverity: v.fallback(
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.transform((given) => Object.fromEntries(Object.entries(given).filter(isRuleSeverity))),
    ),
    DEFAULTS.ruleSeverity,
  ),
  architectures: v.fallback(VALUES.architectures, []),
  baseline: v.fallback(VALUES.baseline, DEFAULTS.baseline),
  codeLens: v.fallback(VALUES.codeLens, DEFAULTS.codeLens),
  replayOpenFiles: v.fallback(VALUES.replayOpenFiles, DEFAULTS.replayOpenFiles),
  replay: v.fallback(
    v.object({
      maxStates: v.fallback(BOUNDS.maxStates, DEFAULTS.replay.maxStates),
      maxSeconds: v.fallback(BOUNDS.maxSeconds, DEFAULTS.replay.maxSeconds),
    }),
    DEFAULTS.replay,
  ),
});

export type Settings = v.InferOutput<typeof settingsSchema>;

/** Settings out of anything at all; never throws. */
export function readSettings(value: unknown): Settings {
  return v.parse(settingsSchema, { ...DEFAULTS, ...given(value) });
}

const asGiven = v.partial(v.object({ ...VALUES, replay: v.partial(v.object(BOUNDS)) }));

/** What of the settings is not used, because it is wrong: `minimumSeverity: …`, a line each. */
export function wrongSettings(value: unknown): readonly string[] {
  const { issues = [] } = v.safeParse(asGiven, given(value));
  return issues.map((issue) => `${v.getDotPath(issue) ?? 'the settings'}: ${issue.message}`);
}

/** What is set; some clients send null for what is not. */
function given(value: unknown): Readonly<Record<string, unknown>> {
  const { replay, ...others } = withoutNull(value);
  return replay === undefined
    ? others
    : { ...others, replay: isRecord(replay) ? withoutNull(replay) : replay };
}

const withoutNull = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).filter(([, each]) => each !== null && each !== undefined))
    : {};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
