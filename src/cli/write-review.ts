/** A review in the format that was asked for. */
import { pathToFileURL } from 'node:url';
import { toJson } from '../core/report/json.js';
import { reviewSarif, type Races } from '../core/review/sarif.js';
import type { Patch } from '../core/review/patch/patch.js';
import { repliesOf, replyMail } from '../core/review/reply/reply.js';
import type { Change, ReviewReport } from '../core/review/report.js';
import { reviewText } from '../core/review/text.js';
import { rulePages } from './rule-pages.js';
import type { Terminal } from './terminal.js';
import { VERSION } from './version.js';

export const REVIEW_FORMATS = ['text', 'json', 'reply', 'sarif'] as const;
export type ReviewFormat = (typeof REVIEW_FORMATS)[number];

export interface ReviewContext {
  readonly races: Races;
  readonly terminal: Terminal;
  readonly patches: readonly Patch[];
  readonly changes: readonly Change[];
  /** With `reply`: the patch that is answered, from 1. */
  readonly patch?: number;
}

export function reviewWritten(report: ReviewReport, format: ReviewFormat, context: ReviewContext): string {
  const { terminal, changes } = context;
  const chosen = {
    ...report,
    findings: report.findings.filter(({ change }) => changes.includes(change)),
    patches: report.patches.map((patch) => ({
      ...patch,
      findings: patch.findings.filter(({ change }) => changes.includes(change)),
    })),
  };
  switch (format) {
    case 'json':
      return toJson(chosen);
    case 'text':
      return reviewText(report, { paints: terminal.colors, changes });
    case 'sarif':
      return toJson(
        reviewSarif(chosen, context.races, {
          version: VERSION,
          rootUri: `${pathToFileURL(report.root).href.replace(/\/$/, '')}/`,
          rules: rulePages(),
        }),
      );
    case 'reply':
      return repliesWritten(report, context);
  }
}

/** One mail; of several, a mailbox. Nothing to say: nothing is written. */
function repliesWritten(report: ReviewReport, { patches, patch, terminal }: ReviewContext): string {
  const replies = repliesOf(report, patches).filter((each) => patch === undefined || each.patch === patch);
  if (replies.length === 0) terminal.note('walkrace: there is nothing to say to these patches');
  const mails = replies.map(replyMail);
  if (mails.length < 2) return mails.join('');
  return mails
    .map((mail) => `From walkrace Thu Jan  1 00:00:00 1970\n${mail.replace(/^(>*From )/gm, '>$1')}\n`)
    .join('');
}
