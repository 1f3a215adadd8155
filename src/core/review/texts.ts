/** The texts of a series' files without it and with all of it: for who shows the two side by side. */
import type { Files } from '../ports.js';
import { withTexts } from './apply/apply.js';
import { placedPatches, type ReviewInput } from './placed.js';

/** Null: there is no such file on that side. */
export interface ReviewedText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function reviewedTexts(input: ReviewInput, files: Files): readonly ReviewedText[] {
  const placed = placedPatches(input, files);
  const touched = new Set(placed.flatMap(({ changes }) => [...changes.keys()]));
  const before = withTexts(files, input.baseTexts ?? new Map());
  const after = withTexts(files, placed.at(-1)?.texts.after ?? new Map());
  return [...touched]
    .sort()
    .map((path) => ({ path, before: before.read(path) ?? null, after: after.read(path) ?? null }));
}
