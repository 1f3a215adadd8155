/** `walkrace/review`: what patches introduce, fix and leave. Nothing is written; `walkrace/status` tells how far it is. */
import * as v from 'valibot';
import type { ReviewReport } from '../core/review/report.js';
import type { ReviewedText } from '../core/review/texts.js';

export type { Change, Comment, PatchReview, ReviewFinding, ReviewReport } from '../core/review/report.js';

export const REVIEW = 'walkrace/review';

/**
 * Scheme of the two sides of a review: `walkrace-review:/3/after/mm/ptdump.c`. Replay, freers, what-ifs, matrix and export take such a
 * document, too, as long as the server remembers the review.
 */
export const REVIEW_SCHEME = 'walkrace-review';

const MOST_TEXT = 64 * 1024 * 1024;

/** One of: a patch file or mailbox as a document, its text (a clipboard), or commits of the repository. */
export const reviewParams = v.object({
  /** Something in the kernel tree, or its root: a folder or a file. */
  tree: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)),
  source: v.variant('kind', [
    v.object({ kind: v.literal('file'), uri: v.pipe(v.string(), v.minLength(1), v.maxLength(4_096)) }),
    v.object({ kind: v.literal('text'), text: v.pipe(v.string(), v.maxLength(MOST_TEXT)) }),
    v.object({ kind: v.literal('range'), range: v.pipe(v.string(), v.minLength(1), v.maxLength(1_024)) }),
  ]),
  /** A commit, or `tree`: the files as they are. Absent: what the patches say. */
  base: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(256))),
  /** Whether the server shows the client's own progress; a client that shows one by itself says false. */
  progress: v.optional(v.boolean(), true),
});
export type ReviewParams = v.InferInput<typeof reviewParams>;

export interface ReviewAnswer {
  /** URI of the root that the report's paths start from. */
  readonly root: string;
  readonly report: ReviewReport;
  /** URIs of the tree without the patches, and with them: what the paths of the report follow. */
  readonly sides: { readonly before: string; readonly after: string };
  /** The files that the series changes, for a diff of the two sides. */
  readonly texts: readonly ReviewedText[];
  /** Answers to the mails, whole; `patch` counts from 1. None: there is nothing to say. */
  readonly replies: readonly { readonly patch: number; readonly mail: string }[];
}
