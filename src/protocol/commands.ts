/** Commands that the server names in lenses and code actions, and that a client runs. The extension contributes all of them. */
import * as v from 'valibot';

export const COMMANDS = {
  replayRace: 'walkrace.replayRace',
  explainRule: 'walkrace.explainRule',
  suppress: 'walkrace.suppress',
  /** Run by the server: replays, writes the standalone page, and asks the client to show it. */
  openTrace: 'walkrace.openTrace',
} as const;

/** Argument of `replayRace` and `openTrace`; what is absent is asked for, or is the first that applies. */
export const replayTarget = v.object({
  document: v.string(),
  function: v.string(),
  freer: v.optional(v.string()),
  protections: v.optional(v.array(v.string())),
});
export type ReplayTarget = v.InferOutput<typeof replayTarget>;

/** Argument of `suppress`: where the comment goes, and for which rule. */
export const suppressTarget = v.object({
  document: v.string(),
  line: v.pipe(v.number(), v.integer(), v.minValue(0)),
  rule: v.string(),
});
export type SuppressTarget = v.InferOutput<typeof suppressTarget>;
