/**
 * Where a hunk fits in a text, and the text with it. As git does: at the line that it names or the nearest other one, with all of
 * its context. Where that fails, with one or two outer lines of context left out, as patch(1) does; then the answer says so.
 */
import type { DiffLine, Hunk } from '../patch/patch.js';

/** A line of the patch and where it is in the file, lines from 1: in the new text, or in the old one for a removed line. */
export interface PlacedLine {
  readonly line: number;
  /** Line of the patch's text. */
  readonly at: number;
  readonly kind: DiffLine['kind'];
}

export type HunkOutcome =
  | {
      readonly kind: 'applied';
      readonly at: number;
      /** By how many lines it fits elsewhere than it says. */
      readonly offset: number;
      /** Lines of context at each end that were left out. */
      readonly fuzz: number;
      readonly places: readonly PlacedLine[];
    }
  | { readonly kind: 'failed'; readonly at: number; readonly reason: string };

export interface HunksApplied {
  readonly text: string;
  readonly outcomes: readonly HunkOutcome[];
}

const MAX_FUZZ = 2;

/** Applies hunks one after the other; one that does not fit is told and left out. */
export function applyHunks(text: string, hunks: readonly Hunk[]): HunksApplied {
  const isTerminated = text === '' || text.endsWith('\n');
  let lines: readonly string[] = text === '' ? [] : (isTerminated ? text.slice(0, -1) : text).split('\n');
  let endsOpen = !isTerminated;
  /** By how much lines behind what was applied have moved, by what was written and by where it fitted. */
  let [grown, drift, from] = [0, 0, 0];
  const outcomes: HunkOutcome[] = [];
  for (const hunk of hunks) {
    const fit = hunk.broken === undefined ? place(lines, hunk, grown + drift, from) : undefined;
    if (!fit) {
      const reason = hunk.broken ?? whyNot(lines, hunk, grown + drift);
      outcomes.push({ kind: 'failed', at: hunk.at, reason });
      continue;
    }
    const kept = without(hunk.lines, fit);
    const added = kept.filter(({ kind }) => kind !== 'removed');
    const removed = kept.filter(({ kind }) => kind !== 'added').length;
    const last = added.at(-1);
    if (fit.at + removed === lines.length) endsOpen = last?.isUnterminated === true;
    lines = [...lines.slice(0, fit.at), ...added.map((each) => each.text), ...lines.slice(fit.at + removed)];
    outcomes.push({
      kind: 'applied',
      at: hunk.at,
      offset: fit.at - fit.before - (startOf(hunk) + grown),
      fuzz: fit.fuzz,
      places: placesOf(kept, fit.at, grown),
    });
    drift = fit.at - fit.before - (startOf(hunk) + grown);
    grown += added.length - removed;
    from = fit.at + added.length;
  }
  return { text: lines.length === 0 ? '' : `${lines.join('\n')}${endsOpen ? '' : '\n'}`, outcomes };
}

/** Index of the first line that the hunk names; an empty old side names the line before. */
const startOf = ({ oldStart, oldLines }: Hunk): number =>
  oldLines === 0 ? oldStart : Math.max(0, oldStart - 1);

interface Fit {
  readonly at: number;
  readonly fuzz: number;
  /** Lines of context that are left out at the beginning and at the end. */
  readonly before: number;
  readonly after: number;
}

function place(lines: readonly string[], hunk: Hunk, shift: number, from: number): Fit | undefined {
  const { head, tail } = contextOf(hunk.lines);
  for (let fuzz = 0; fuzz <= Math.min(MAX_FUZZ, Math.max(head, tail)); fuzz += 1) {
    const [before, after] = [Math.min(fuzz, head), Math.min(fuzz, tail)];
    const wanted = hunk.lines.filter(({ kind }) => kind !== 'added').map(({ text }) => text);
    const old = wanted.slice(before, wanted.length - after);
    if (old.length === 0 && wanted.length > 0) return undefined;
    const start = startOf(hunk) + shift + before;
    const isFirst = fuzz === 0 && wanted.length > 0 && hunk.oldStart <= 1 && head < tail;
    const isLast = fuzz === 0 && wanted.length > 0 && tail < head;
    const at = nearest(lines, old, start, from, { isFirst, isLast });
    if (at !== undefined) return { at, fuzz, before, after };
  }
  return undefined;
}

/** How many lines of context a hunk begins and ends with. */
function contextOf(lines: readonly DiffLine[]): { readonly head: number; readonly tail: number } {
  const first = lines.findIndex(({ kind }) => kind !== 'context');
  const last = lines.findLastIndex(({ kind }) => kind !== 'context');
  return first < 0 ? { head: lines.length, tail: 0 } : { head: first, tail: lines.length - 1 - last };
}

function nearest(
  lines: readonly string[],
  old: readonly string[],
  start: number,
  from: number,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): number | undefined {
  const end = lines.length - old.length;
  const fits = (at: number): boolean =>
    at >= from &&
    at <= end &&
    (!isFirst || at === 0) &&
    (!isLast || at === end) &&
    old.every((text, index) => lines[at + index] === text);
  if (old.length === 0) return start >= from && start <= lines.length ? start : undefined;
  for (let distance = 0; distance <= lines.length; distance += 1) {
    if (fits(start + distance)) return start + distance;
    if (fits(start - distance)) return start - distance;
  }
  return undefined;
}

/** The lines of a hunk without the context that was left out. */
function without(lines: readonly DiffLine[], { before, after }: Fit): readonly DiffLine[] {
  return lines.slice(before, lines.length - after);
}

function placesOf(lines: readonly DiffLine[], at: number, grown: number): readonly PlacedLine[] {
  let [old, next] = [at - grown, at];
  return lines.map(({ kind, at: line }) => {
    if (kind !== 'added') old += 1;
    if (kind !== 'removed') next += 1;
    return { line: kind === 'removed' ? old : next, at: line, kind };
  });
}

/** Says what is in the way: that it is in already, or the first line that is another. */
function whyNot(lines: readonly string[], hunk: Hunk, shift: number): string {
  const after = hunk.lines.filter(({ kind }) => kind !== 'removed').map(({ text }) => text);
  const start = startOf(hunk) + shift;
  const adds = hunk.lines.some(({ kind }) => kind === 'added');
  if (adds && nearest(lines, after, start, 0, { isFirst: false, isLast: false }) !== undefined)
    return 'what it makes is there already: it seems to be applied';
  const old = hunk.lines.filter(({ kind }) => kind !== 'added');
  const best = bestPlace(
    lines,
    old.map(({ text }) => text),
    start,
  );
  const wrong = old.findIndex(({ text }, index) => lines[best + index] !== text);
  const there = lines[best + wrong];
  const wanted = (old[wrong]?.text ?? '').trim();
  if (there === undefined) return `the file ends at line ${lines.length}, where it wants "${wanted}"`;
  return `line ${best + wrong + 1} of the file is "${there.trim()}", not "${wanted}"`;
}

/** Where most lines fit; the nearest of several such places. */
function bestPlace(lines: readonly string[], old: readonly string[], start: number): number {
  let [best, most] = [Math.max(0, Math.min(start, lines.length)), 0];
  for (let at = 0; at <= lines.length; at += 1) {
    const same = old.reduce(
      (sum, text, index) => sum + (text.trim() !== '' && lines[at + index] === text ? 1 : 0),
      0,
    );
    if (same > most || (same === most && same > 0 && Math.abs(at - start) < Math.abs(best - start)))
      [best, most] = [at, same];
  }
  return best;
}
