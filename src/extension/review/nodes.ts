/** What the review view lists: the series, its patches, and below them what was found, said and not applied. Pure. */
import type { PatchReview, ReviewFinding, ReviewReport } from '../../protocol/review.js';

export type ReviewNode =
  | { readonly kind: 'series'; readonly report: ReviewReport }
  | { readonly kind: 'patch'; readonly patch: PatchReview; readonly number: number }
  /** `patch`: 0 over the whole series. */
  | {
      readonly kind: 'finding';
      readonly finding: ReviewFinding;
      readonly patch: number;
      /** For Explain Rule. */
      readonly rule: string;
    }
  /** Something to know that leads to a line of the patch, or to none. */
  | {
      readonly kind: 'note';
      readonly text: string;
      readonly icon: string;
      readonly patch: number;
      readonly line?: number;
    };

const WEIGHT: Readonly<Record<ReviewFinding['change'], number>> = { introduced: 0, fixed: 1, remaining: 2 };

/** What the patch brings first, what was there before last. */
const ordered = (findings: readonly ReviewFinding[], patch: number): readonly ReviewNode[] =>
  [...findings]
    .sort((a, b) => WEIGHT[a.change] - WEIGHT[b.change])
    .map((finding) => ({ kind: 'finding', finding, patch, rule: finding.rule }));

export function childrenOf(
  node: ReviewNode | undefined,
  report: ReviewReport | undefined,
): readonly ReviewNode[] {
  if (report === undefined) return [];
  switch (node?.kind) {
    case undefined:
      return [{ kind: 'series', report }];
    case 'series':
      return ofSeries(report);
    case 'patch':
      return ofPatch(node.patch, node.number);
    case 'finding':
    case 'note':
      return [];
  }
}

function ofSeries(report: ReviewReport): readonly ReviewNode[] {
  const patches = report.patches.map((patch, at): ReviewNode => ({ kind: 'patch', patch, number: at + 1 }));
  const notes = report.notes.map((text): ReviewNode => ({ kind: 'note', text, icon: 'info', patch: 0 }));
  // One patch is its own series.
  const over = report.patches.length > 1 ? report.findings : [];
  return [...ordered(over, 0), ...patches, ...notes];
}

function ofPatch(patch: PatchReview, number: number): readonly ReviewNode[] {
  const note = (icon: string, text: string, line?: number): ReviewNode => ({
    kind: 'note',
    text,
    icon,
    patch: number,
    ...(line === undefined ? {} : { line }),
  });
  return [
    ...ordered(patch.findings, number),
    ...patch.claims.map((claim) => note(claim.isRight ? 'pass' : 'question', claim.answer, claim.line)),
    ...patch.requirements.map(({ function: name, lock, missing }) =>
      note('lock', `${name}() now asks for ${lock}; ${missing.length} callers do not hold it`),
    ),
    ...patch.files.flatMap(({ path, failed, problem }) => [
      ...failed.map(({ reason }) => note('error', `${path}: ${reason}`)),
      ...(problem === undefined ? [] : [note('error', `${path}: ${problem}`)]),
    ]),
    ...patch.defects.map(({ line, reason }) => note('warning', reason, line)),
    ...(patch.judged === 0 ? [note('circle-slash', 'nothing of it is about a walker')] : []),
  ];
}
