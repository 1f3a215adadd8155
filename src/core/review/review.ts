/** A series of patches on a tree: each is put on what the ones before have made, and judged against it; then the whole against the base. */
import { inOrder } from '../report/order.js';
import type { Files } from '../ports.js';
import { applyDiff, withTexts, type AppliedFile, type Texts } from './apply/apply.js';
import { checkClaims } from './claims.js';
import { commentsOf } from './comments.js';
import { compareFindings, protectionChanges } from './compare.js';
import { interleavingOf } from './interleaving.js';
import type { Judged, Looks, View } from './looks.js';
import type { Patch, Series } from './patch/patch.js';
import type { PatchReview, ReviewedFile, ReviewFinding, ReviewReport } from './report.js';
import { judgeStage, together, type Known, type Stage, type StagePorts } from './stages.js';

export interface ReviewInput {
  readonly series: Series;
  /** What the series is put on, for the report: `the tree`, a commit. */
  readonly base: string;
  /** Texts of the base, where they are others than the tree's. */
  readonly baseTexts?: Texts;
  /** What to know of the base. */
  readonly notes?: readonly string[];
}

export interface ReviewWorld {
  readonly tool: string;
  readonly root: string;
  readonly files: Files;
  readonly looks: Looks;
}

/** Never throws for what a patch has in it; what can't be applied is told, and the rest goes on. */
export function reviewSeries(
  { series, base, baseTexts = new Map(), notes = [] }: ReviewInput,
  world: ReviewWorld,
  ports: StagePorts,
): ReviewReport {
  const started = Date.now();
  const stages: {
    readonly review: PatchReview;
    readonly stage: Stage;
    readonly applied: readonly AppliedFile[];
  }[] = [];
  let texts: Texts = baseTexts;
  const touched = new Set<string>();
  let known: Known = new Map();
  let first: Known = new Map();
  for (const [at, patch] of series.patches.entries()) {
    if (ports.cancellation.isCancelled) break;
    const files = withTexts(world.files, texts);
    const { texts: changes, files: applied } = applyDiff(patch.diff, files);
    const after = new Map([...texts, ...changes]);
    const count = series.patches.length;
    const progress: StagePorts['progress'] = (done, total, what) =>
      ports.progress(at + done / Math.max(1, total), count, `patch ${at + 1} of ${count}: ${what}`);
    const stage = judgeStage(
      {
        looks: world.looks,
        texts: { before: texts, after },
        changes,
        readBefore: (path) => files.read(path),
        known,
      },
      { ...ports, progress },
    );
    first = new Map([...stage.before, ...first]);
    known = new Map([...known, ...stage.before, ...stage.after]);
    stages.push({ review: patchReview(patch, applied, stage, world), stage, applied });
    texts = after;
    for (const path of changes.keys()) touched.add(path);
  }
  const reviews = stages.map(({ review }) => review);
  const findings = ordered(compareFindings(together(first), together(known))).map((finding) =>
    placedIn(finding, reviews),
  );
  const shown = findings.some(hasRace)
    ? world.looks.at(texts, (view) => findings.map((finding) => withInterleaving(finding, view)))
    : findings;
  return {
    version: 1,
    tool: world.tool,
    root: world.root,
    patch: series.cover ? titleOf(series.cover.head.subject) : (series.patches[0]?.title ?? ''),
    base,
    files: [...touched].sort(),
    findings: shown,
    comments: commentsOf(
      findings,
      stages.map(({ review, applied }, at) => ({ review, applied, patch: series.patches[at] })),
    ),
    patches: reviews,
    notes: [...notes, ...series.notes, ...betweenPatches(reviews, findings)],
    ms: Date.now() - started,
  };
}

const hasRace = ({ change, verdict, severity, freer }: ReviewFinding): boolean =>
  change === 'introduced' && verdict === 'confirmed' && severity !== 'info' && freer !== null;

/** The race of what is introduced and counts, in two columns. */
function withInterleaving(finding: ReviewFinding, view: View): ReviewFinding {
  const run = hasRace(finding) ? view.replay(finding) : undefined;
  const interleaving = run === undefined ? [] : interleavingOf(run);
  return interleaving.length === 0 ? finding : { ...finding, interleaving };
}

const titleOf = (subject: string): string => subject.replace(/^(\s*\[[^\]]*\])+\s*/, '');

function patchReview(
  patch: Patch,
  applied: readonly AppliedFile[],
  stage: Stage,
  world: ReviewWorld,
): PatchReview {
  const [before, after]: readonly Judged[] = [together(stage.before), together(stage.after)];
  const claims = world.looks.at(new Map(), (view) => checkClaims(patch, view.world.tree));
  return {
    title: patch.title,
    ...(patch.number === undefined ? {} : { number: patch.number }),
    ...(patch.commit === undefined ? {} : { commit: patch.commit }),
    files: applied.map(reviewedFile),
    judged: stage.after.size,
    isCut: stage.isCut,
    findings: ordered(compareFindings(before ?? NONE, after ?? NONE)),
    protections: protectionChanges(before ?? NONE, after ?? NONE, wordsOf(patch)),
    requirements: stage.requirements,
    claims,
    defects: patch.diff.defects.map(({ at, reason }) => ({ line: at, reason })),
  };
}

/** Words of the lines that a patch adds or removes. */
function wordsOf({ diff }: Patch): ReadonlySet<string> {
  const lines = diff.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return new Set(lines.flatMap(({ kind, text }) => (kind === 'context' ? [] : (text.match(/\w+/g) ?? []))));
}

const NONE: Judged = { walkers: [], findings: [] };

function reviewedFile({ path, from, kind, hunks, problem }: AppliedFile): ReviewedFile {
  return {
    path,
    from,
    kind,
    hunks: hunks.flatMap((hunk) => {
      if (hunk.kind === 'failed') return [];
      const { at, offset, fuzz } = hunk;
      return [{ kind: 'applied' as const, at, offset, fuzz }];
    }),
    failed: hunks.flatMap((hunk) => (hunk.kind === 'failed' ? [hunk] : [])),
    ...(problem === undefined ? {} : { problem }),
  };
}

function ordered(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  const changeOf = new Map(findings.map((finding) => [finding, finding]));
  return inOrder(findings).flatMap((finding) => changeOf.get(finding as ReviewFinding) ?? []);
}

/** The patch that introduces or fixes what the series does, also where a later patch moves it. */
function placedIn(finding: ReviewFinding, reviews: readonly PatchReview[]): ReviewFinding {
  let id = finding.id;
  for (let at = reviews.length - 1; at >= 0; at -= 1) {
    const own = reviews[at]?.findings.find((each) => each.id === id);
    if (own?.change === finding.change && own.change !== 'remaining')
      return { ...finding, patch: at + 1, ...(id === finding.id ? {} : { toldAs: id }) };
    id = own?.movedFrom?.id ?? id;
  }
  return finding;
}

/** What is broken by one patch and mended by a later one: a bisection that stops there meets it. */
function betweenPatches(
  reviews: readonly PatchReview[],
  findings: readonly ReviewFinding[],
): readonly string[] {
  const last = new Set(findings.filter(({ change }) => change === 'introduced').map(({ id }) => id));
  return reviews.flatMap((review, at) =>
    review.findings.flatMap((finding) => {
      if (finding.change !== 'introduced' || last.has(finding.id)) return [];
      const later = reviews.findIndex(
        (other, place) =>
          place > at && other.findings.some(({ id, change }) => id === finding.id && change === 'fixed'),
      );
      if (later < 0) return [];
      return [
        `patch ${at + 1} opens ${finding.function}() (${finding.rule}), patch ${later + 1} closes it: between them a bisection meets it`,
      ];
    }),
  );
}
