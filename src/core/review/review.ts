/** A series of patches on a tree: each is put on what the ones before have made, and judged against it; then the whole against the base. */
import { inOrder } from '../report/order.js';
import { givenUpText } from '../report/words.js';
import type { ReplayReport } from '../report/report.js';
import type { Files } from '../ports.js';
import type { AppliedFile } from './apply/apply.js';
import { checkClaims } from './claims.js';
import { commentsOf } from './comments.js';
import { compareFindings, protectionChanges } from './compare.js';
import { interleavingOf } from './interleaving.js';
import { together, type Known, type StagePorts } from './judged.js';
import type { JudgedFiles } from './large.js';
import type { Looks, View } from './looks.js';
import type { Patch } from './patch/patch.js';
import { placedPatches, type PlacedPatch, type ReviewInput } from './placed.js';
import type { PatchReview, ReviewedFile, ReviewFinding, ReviewReport } from './report.js';
import { judgeStage, type Stage } from './stages.js';

export interface ReviewWorld {
  readonly tool: string;
  readonly root: string;
  readonly files: Files;
  readonly looks: Looks;
  /** What other threads have judged already. */
  readonly judged: readonly JudgedFiles[];
  /** Told of each race that is introduced. */
  readonly race?: (finding: ReviewFinding, race: ReplayReport) => void;
}

/** Never throws for what a patch has in it; what can't be applied is told, and the rest goes on. */
export function reviewSeries(input: ReviewInput, world: ReviewWorld, ports: StagePorts): ReviewReport {
  return world.looks.during(() => reviewed(input, world, ports));
}

function reviewed(input: ReviewInput, world: ReviewWorld, ports: StagePorts): ReviewReport {
  const { series, base, notes = [] } = input;
  const started = Date.now();
  const stages: {
    readonly review: PatchReview;
    readonly stage: Stage;
    readonly placed: PlacedPatch;
  }[] = [];
  let known: Known = new Map();
  let first: Known = new Map();
  const all = placedPatches(input, world.files);
  const count = all.length;
  for (const [number, placed] of all.entries()) {
    if (ports.cancellation.isCancelled) break;
    const progress: StagePorts['progress'] = (done, total, what) =>
      ports.progress(number + done / Math.max(1, total), count, `patch ${number + 1} of ${count}: ${what}`);
    const stage = judgeStage(
      { looks: world.looks, files: world.files, number, placed, known, judged: world.judged },
      { ...ports, progress },
    );
    first = new Map([...stage.before, ...first]);
    known = new Map([...known, ...stage.before, ...stage.after]);
    stages.push({ review: patchReview(placed, stage, world), stage, placed });
  }
  const reviews = stages.map(({ review }) => review);
  const findings = inOrder(compareFindings(together([...first.values()]), together([...known.values()]))).map(
    (finding) => placedIn(finding, reviews),
  );
  const texts = stages.at(-1)?.placed.texts.after ?? new Map();
  const givenUp = stages.flatMap(({ stage }) => stage.givenUp);
  const shown = findings.some(hasRace)
    ? world.looks.at(texts, (view) => findings.map((finding) => withInterleaving(finding, view, world)))
    : findings;
  return {
    version: 1,
    tool: world.tool,
    root: world.root,
    patch: series.cover ? titleOf(series.cover.head.subject) : (series.patches[0]?.title ?? ''),
    base,
    files: [...new Set(stages.flatMap(({ placed }) => [...placed.changes.keys()]))].sort(),
    findings: shown,
    comments: commentsOf(
      findings,
      stages.map(({ review, placed: { applied, patch } }) => ({ review, applied, patch })),
    ),
    patches: reviews,
    notes: [
      ...notes,
      ...series.notes,
      ...betweenPatches(reviews, findings),
      ...givenUp.map((each) => `${givenUpText(each)}; what walks in it was not judged`),
    ],
    ...(givenUp.length > 0 ? { givenUp } : {}),
    ms: Date.now() - started,
  };
}

const hasRace = ({ change, verdict, severity, freer }: ReviewFinding): boolean =>
  change === 'introduced' && verdict === 'confirmed' && severity !== 'info' && freer !== null;

/** The race of what is introduced and counts, in two columns. */
function withInterleaving(
  finding: ReviewFinding,
  view: View,
  { race }: Pick<ReviewWorld, 'race'>,
): ReviewFinding {
  const run = hasRace(finding) ? view.replay(finding) : undefined;
  if (run) race?.(finding, run);
  const interleaving = run === undefined ? [] : interleavingOf(run);
  return interleaving.length === 0 ? finding : { ...finding, interleaving };
}

const titleOf = (subject: string): string => subject.replace(/^(\s*\[[^\]]*\])+\s*/, '');

function patchReview({ patch, applied, texts }: PlacedPatch, stage: Stage, world: ReviewWorld): PatchReview {
  const before = together([...stage.before.values()]);
  const after = together([...stage.after.values()]);
  const claims = world.looks.at(texts.after, (view) => checkClaims(patch, view.world.tree));
  return {
    title: patch.title,
    ...(patch.number === undefined ? {} : { number: patch.number }),
    ...(patch.commit === undefined ? {} : { commit: patch.commit }),
    files: applied.map(reviewedFile),
    judged: stage.after.size,
    isCut: stage.cut !== undefined,
    ...(stage.cut === undefined ? {} : { cut: stage.cut }),
    findings: inOrder(compareFindings(before, after)),
    protections: protectionChanges(before, after, wordsOf(patch)),
    requirements: stage.requirements,
    support: stage.support,
    claims,
    defects: patch.diff.defects.map(({ at, reason }) => ({ line: at, reason })),
  };
}

/** Words of the lines that a patch adds or removes. */
function wordsOf({ diff }: Patch): ReadonlySet<string> {
  const lines = diff.files.flatMap(({ hunks }) => hunks.flatMap((hunk) => hunk.lines));
  return new Set(lines.flatMap(({ kind, text }) => (kind === 'context' ? [] : (text.match(/\w+/g) ?? []))));
}

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
