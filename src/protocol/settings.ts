/** Settings as a client sends them (`walkrace.*`), validated once; what is absent or wrong falls back to the default. */
import * as v from 'valibot';
import { SEVERITIES } from '../core/report/report.js';

const RULE_SEVERITIES = [...SEVERITIES, 'off'] as const;

export const settingsSchema = v.object({
  /** Kernel tree, where it is not found upwards from the file. */
  root: v.fallback(v.string(), ''),
  /** The least grave finding that is shown. */
  minimumSeverity: v.fallback(v.picklist(SEVERITIES), 'warning'),
  /** Another severity for a rule, by its name; `off` hides it. */
  ruleSeverity: v.fallback(v.record(v.string(), v.picklist(RULE_SEVERITIES)), {}),
  /** Architectures that count; none: all of the tree. */
  architectures: v.fallback(v.array(v.string()), []),
  /** A report of --format json, relative to the workspace: what it lists is not shown. */
  baseline: v.fallback(v.string(), ''),
  codeLens: v.fallback(v.boolean(), true),
  /** Replay the findings of an open file when typing rests. */
  replayOpenFiles: v.fallback(v.boolean(), true),
  replay: v.fallback(
    v.object({
      maxStates: v.fallback(
        v.pipe(v.number(), v.integer(), v.minValue(1_000), v.maxValue(50_000_000)),
        2_000_000,
      ),
      maxSeconds: v.fallback(v.pipe(v.number(), v.minValue(0.1), v.maxValue(600)), 5),
    }),
    { maxStates: 2_000_000, maxSeconds: 5 },
  ),
});

export type Settings = v.InferOutput<typeof settingsSchema>;

/** Settings out of anything at all; never throws. */
export function readSettings(value: unknown): Settings {
  const given = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return v.parse(settingsSchema, { ...DEFAULTS, ...withoutNullish(given) });
}

const DEFAULTS = {
  root: '',
  minimumSeverity: 'warning',
  ruleSeverity: {},
  architectures: [],
  baseline: '',
  codeLens: true,
  replayOpenFiles: true,
  replay: { maxStates: 2_000_000, maxSeconds: 5 },
};

const withoutNullish = (given: object): object =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null && value !== undefined));
