/** What a reviewer would say, and under which line of which patch. Only what the patch itself brings; what was there before stays out. */
import { protectionOf } from '../kernel/protections.js';
import type { AppliedFile } from './apply/apply.js';
import type { PlacedLine } from './apply/hunk.js';
import type { Patch } from './patch/patch.js';
import type { Comment, PatchReview, Requirement, ReviewFinding } from './report.js';
import {
  claimText,
  findingText,
  heldInsteadText,
  isPartlyFixed,
  partialText,
  requirementText,
} from './remarks.js';

export interface ReviewedPatch {
  readonly review: PatchReview;
  readonly applied: readonly AppliedFile[];
  readonly patch: Patch | undefined;
}

export function commentsOf(
  findings: readonly ReviewFinding[],
  patches: readonly ReviewedPatch[],
): readonly Comment[] {
  const worth = findings.filter((finding) => isWorthSaying(finding, patches));
  const introduced = worth.flatMap((finding): readonly Comment[] => {
    if (finding.patch === undefined || worth.some((other) => tells(other, finding))) return [];
    return commentAt(finding, finding.patch, patches, findingText(finding));
  });
  const attempted = patches.flatMap(({ review }, at) =>
    findings.flatMap((finding): readonly Comment[] => {
      const change = review.protections.find(
        (each) => each.file === finding.file && each.function === finding.function,
      );
      const gained = change?.after.filter((lock) => !change.before.includes(lock)) ?? [];
      if (finding.change !== 'remaining' || finding.severity === 'info' || gained.length === 0) return [];
      // What is taken against another freer helps against that one.
      if (findings.some((other) => other.change === 'fixed' && isOfOneWalk(other, finding))) return [];
      return commentAt(finding, at + 1, patches, heldInsteadText(finding, gained));
    }),
  );
  const partial = patches.flatMap(({ review }, at) =>
    review.findings.flatMap((own): readonly Comment[] => {
      const atLast = findings.find(({ id }) => id === own.id);
      if (!isPartlyFixed(own) || atLast?.change !== 'remaining' || (atLast.open ?? []).length === 0)
        return [];
      return commentAt(own, at + 1, patches, partialText({ ...atLast, closed: own.closed ?? [] }));
    }),
  );
  const told = patches.flatMap(({ review, patch }, at) => [
    ...review.requirements
      .filter(({ missing }) => missing.length > 0)
      .flatMap((each) => commentOn(each, at + 1, patches)),
    ...review.claims
      .filter(({ isRight }) => !isRight)
      .map((claim): Comment => ({
        file: '',
        line: 0,
        text: claimText(claim),
        patch: at + 1,
        patchLine: claim.line,
        ...inputLine(patch, claim.line),
      })),
  ]);
  return [...introduced, ...attempted, ...partial, ...told].sort(
    (a, b) => a.patch - b.patch || a.patchLine - b.patchLine,
  );
}

/**
 * Information is kept to oneself, but for a walker that waits for its freer to come to its architecture, and for one whose lock the
 * patch itself takes away.
 */
function isWorthSaying(finding: ReviewFinding, patches: readonly ReviewedPatch[]): boolean {
  const { change, severity, freer, live, patch = 0, file, function: name } = finding;
  if (change !== 'introduced') return false;
  if (severity !== 'info') return true;
  const lost = patches[patch - 1]?.review.protections.some(
    (each) =>
      each.file === file && each.function === name && !each.before.every((lock) => each.after.includes(lock)),
  );
  return (freer !== null && live.length === 0) || lost === true;
}

/** The same race, told of a function on the way to the walk: once is enough. */
const tells = (other: ReviewFinding, { rule, patch, file, function: name, chain }: ReviewFinding): boolean =>
  other.rule === rule &&
  other.patch === patch &&
  !(other.file === file && other.function === name) &&
  chain.some((hop) => hop.file === other.file && hop.function === other.function);

const isOfOneWalk = (one: ReviewFinding, other: ReviewFinding): boolean =>
  one.file === other.file && one.function === other.function;

function commentAt(
  finding: ReviewFinding,
  number: number,
  patches: readonly ReviewedPatch[],
  text: string,
): readonly Comment[] {
  const reviewed = patches[number - 1];
  const there = reviewed?.review.findings.find(({ id }) => id === (finding.toldAs ?? finding.id)) ?? finding;
  const place = reviewed && placeOf(there, reviewed);
  if (!reviewed || !place) return [];
  const { file, line, at } = place;
  return [
    { file, line, text, patch: number, patchLine: at, ...inputLine(reviewed.patch, at), finding: finding.id },
  ];
}

function commentOn(
  requirement: Requirement,
  number: number,
  patches: readonly ReviewedPatch[],
): readonly Comment[] {
  const reviewed = patches[number - 1];
  const at =
    reviewed &&
    changedLines(reviewed).find(
      ({ file, line }) => file === requirement.file && line.line >= requirement.line,
    );
  if (!reviewed || !at) return [];
  const { file, line } = at;
  return [
    {
      file,
      line: line.line,
      text: requirementText(requirement),
      patch: number,
      patchLine: line.at,
      ...inputLine(reviewed.patch, line.at),
    },
  ];
}

function inputLine(patch: Patch | undefined, at: number): { readonly inputLine?: number } {
  return patch?.inputLine === undefined ? {} : { inputLine: patch.inputLine + at - 1 };
}

interface ChangedLine {
  readonly file: string;
  readonly line: PlacedLine;
  readonly text: string;
}

function changedLines({ applied, patch }: ReviewedPatch): readonly ChangedLine[] {
  return applied.flatMap(({ path, hunks }) =>
    hunks.flatMap((hunk) =>
      hunk.kind === 'failed'
        ? []
        : hunk.places
            .filter(({ kind }) => kind !== 'context')
            .map((line) => ({ file: path, line, text: (patch?.lines[line.at - 1] ?? '').slice(1) })),
    ),
  );
}

/**
 * Where a reader looks for it: the line that takes a missing lock away; else the walk itself; else the nearest changed line to the
 * walk or to a call that leads to it; else the first line that the patch changes.
 */
function placeOf(
  finding: ReviewFinding,
  reviewed: ReviewedPatch,
): { readonly file: string; readonly line: number; readonly at: number } | undefined {
  const lines = changedLines(reviewed);
  const told = ({ file, line }: ChangedLine) => ({ file, line: line.line, at: line.at });
  const hops = [...finding.chain].reverse();
  const removed = lines.find(({ line, text }) => line.kind === 'removed' && takesMissing(text, finding));
  if (removed) return told(removed);
  for (const { file, line } of [finding, ...hops]) {
    const exact = lines.find(
      (each) => each.file === file && each.line.kind === 'added' && each.line.line === line,
    );
    if (exact) return told(exact);
  }
  for (const { file, line } of [finding, ...hops]) {
    const near = lines
      .filter((each) => each.file === file)
      .sort((a, b) => Math.abs(a.line.line - line) - Math.abs(b.line.line - line))[0];
    if (near) return told(near);
  }
  const [first] = lines;
  return first ? told(first) : undefined;
}

/** `get_online_mems();` where mem_hotplug_lock is missing: a call that takes the lock, in the removed line. */
function takesMissing(text: string, { missing }: ReviewFinding): boolean {
  const words = new Set(text.match(/\w+/g) ?? []);
  return missing.some((lock) => {
    const protection = protectionOf(lock.replace(/\(.*/, ''));
    return protection?.calls.some(({ api, effect }) => effect === 'acquire' && words.has(api)) === true;
  });
}
