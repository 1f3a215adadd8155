/** Texts of a tree before and after each patch in, what a review says out. jsdiff makes the patches. */
import { createTwoFilesPatch } from 'diff';
import { NEVER_CANCELLED } from '../../../src/core/ports.js';
import { readSeries } from '../../../src/core/review/read.js';
import type { ReviewFinding, ReviewReport } from '../../../src/core/review/report.js';
import type { Trace } from '../../../src/core/trace/trace.js';
import { sessionOf, type Texts } from '../analysis/scan-text.js';
import { bytes, mail, mbox } from './mails.js';

/** Null: the file is deleted. */
export type Edit = Readonly<Record<string, string | null>>;

export function diffOf(before: Texts, edit: Edit): string {
  return Object.entries(edit)
    .map(([path, after]) => {
      const was = before[path];
      const text = createTwoFilesPatch(
        was === undefined ? '/dev/null' : `a/${path}`,
        after === null ? '/dev/null' : `b/${path}`,
        was ?? '',
        after ?? '',
      );
      return `diff --git a/${path} b/${path}\n${text.replace(/^=+\n/, '')}`;
    })
    .join('');
}

export function withEdit(before: Texts, edit: Edit): Texts {
  return Object.fromEntries(
    Object.entries({ ...before, ...edit }).filter((each): each is [string, string] => each[1] !== null),
  );
}

/** Reviews edits, each on top of the one before, as mails of one series. */
export async function reviewOf(
  base: Texts,
  edits: readonly Edit[],
  messages: readonly string[] = [],
): Promise<ReviewReport> {
  return (await reviewWithRaces(base, edits, messages)).report;
}

/** The same, with the races of what is introduced. */
export async function reviewWithRaces(
  base: Texts,
  edits: readonly Edit[],
  messages: readonly string[] = [],
): Promise<{ readonly report: ReviewReport; readonly races: ReadonlyMap<string, Trace> }> {
  let texts = base;
  const mails = edits.map((edit, at) => {
    const body = `${messages[at] ?? 'Do it.'}\n---\n${diffOf(texts, edit)}-- \n2.39.5\n`;
    texts = withEdit(texts, edit);
    return mail({ subject: `[PATCH ${at + 1}/${edits.length}] change ${at + 1}`, body });
  });
  const series = await readSeries(bytes(mbox(...mails)));
  const races = new Map<string, Trace>();
  const report = sessionOf(base).review(
    { series, base: 'the tree' },
    {
      cancellation: NEVER_CANCELLED,
      progress: () => undefined,
      race: ({ id }, { scene, trace }) => scene && races.set(id, { ...scene, steps: trace }),
    },
  );
  return { report, races };
}

/** `introduced error hot-remove: sweep confirmed` */
export const changeLine = ({
  change,
  severity,
  rule,
  function: name,
  verdict,
  patch,
}: ReviewFinding): string =>
  `${change}${patch === undefined ? '' : ` by ${patch}`} ${severity} ${rule.replace(/^[\w-]+\//, '')}: ${name} ${verdict}`;
