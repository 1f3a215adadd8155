/** The texts of a series' files without it and with all of it: for who shows the two side by side. */
import type { Files } from '../ports.js';
import { applyDiff, withTexts, type Texts } from './apply/apply.js';
import type { ReviewInput } from './review.js';

/** Null: there is no such file on that side. */
export interface ReviewedText {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export function reviewedTexts(
  { series, baseTexts = new Map() }: ReviewInput,
  files: Files,
): readonly ReviewedText[] {
  let texts: Texts = baseTexts;
  const touched = new Set<string>();
  for (const { diff } of series.patches) {
    const { texts: changes } = applyDiff(diff, withTexts(files, texts));
    for (const path of changes.keys()) touched.add(path);
    texts = new Map([...texts, ...changes]);
  }
  const [before, after] = [withTexts(files, baseTexts), withTexts(files, texts)];
  return [...touched]
    .sort()
    .map((path) => ({ path, before: before.read(path) ?? null, after: after.read(path) ?? null }));
}
