/** A task of tasks.json, `{ "type": "walkrace", ... }`, and the command line that it stands for. Pure. */
import * as v from 'valibot';

const definition = v.object({
  type: v.literal('walkrace'),
  paths: v.optional(v.array(v.string()), []),
  minimumSeverity: v.optional(v.picklist(['error', 'warning', 'info']), 'warning'),
  baseline: v.optional(v.string()),
});

/** Arguments of the `walkrace` command; undefined for what is no task of ours. */
export function scanArguments(given: unknown): readonly string[] | undefined {
  const parsed = v.safeParse(definition, given);
  if (!parsed.success) return undefined;
  const { paths, minimumSeverity, baseline } = parsed.output;
  return [
    'scan',
    '--min-severity',
    minimumSeverity,
    ...(baseline === undefined ? [] : ['--baseline', baseline]),
    ...(paths.length === 0 ? [] : ['--', ...paths]),
  ];
}
