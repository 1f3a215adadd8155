/** A series on a tree, in memory: each patch put on what the ones before it have made. */
import type { Files } from '../ports.js';
import { applyDiff, withTexts, type AppliedFile, type Texts } from './apply/apply.js';
import type { Patch, Series } from './patch/patch.js';

export interface ReviewInput {
  readonly series: Series;
  /** What the series is put on, for the report: `the tree`, a commit. */
  readonly base: string;
  /** Texts of the base, where they are others than the tree's. */
  readonly baseTexts?: Texts;
  /** What to know of the base. */
  readonly notes?: readonly string[];
}

export interface PlacedPatch {
  readonly patch: Patch;
  /** The texts without the patch, and with it, where they are others than the tree's. */
  readonly texts: { readonly before: Texts; readonly after: Texts };
  /** What the patch itself changes. */
  readonly changes: Texts;
  readonly applied: readonly AppliedFile[];
}

export function placedPatches(
  { series, baseTexts = new Map() }: Pick<ReviewInput, 'series' | 'baseTexts'>,
  files: Files,
): readonly PlacedPatch[] {
  let before: Texts = baseTexts;
  return series.patches.map((patch) => {
    const { texts: changes, files: applied } = applyDiff(patch.diff, withTexts(files, before));
    const texts = { before, after: new Map([...before, ...changes]) };
    before = texts.after;
    return { patch, texts, changes, applied };
  });
}
