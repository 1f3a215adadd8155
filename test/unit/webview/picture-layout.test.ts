import { describe, expect, it } from 'vitest';
import { layoutPicture } from '../../../src/webview/model/picture-layout.js';
import type { Box, PictureLayout } from '../../../src/webview/model/picture-layout.js';
import { tellStory } from '../../../src/webview/model/story.js';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { deferredFree, hotRemove } from '../../webview/fixtures/reports.js';

const layoutAfter = (report: ReplayReport, steps: number, width = 420): PictureLayout => {
  const picture = tellStory(report)?.pictures[steps];
  if (picture === undefined) throw new Error('the trace has no such step');
  return layoutPicture(picture, width);
};

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

describe('the layout of the page-table picture', () => {
  it('puts each level below the one above it, tables of one level side by side', () => {
    const { boxes } = layoutAfter(hotRemove, 0);
    const y = (name: string): number => boxes.find((box) => box.table.name === name)?.y ?? Number.NaN;
    expect(y('swapper')).toBeLessThan(y('pmd0'));
    expect(y('pmd0')).toBeLessThan(y('pte0'));
    expect(y('pte0')).toBe(y('pte1'));
  });

  it.each([300, 376, 420, 700])('lets no two tables overlap, and stays in its frame, at %i px', (width) => {
    for (const report of [hotRemove, deferredFree]) {
      const layout = layoutAfter(report, 12, width);
      for (const [index, a] of layout.boxes.entries()) {
        expect(a.x + a.width).toBeLessThanOrEqual(layout.width);
        expect(a.y + a.height).toBeLessThanOrEqual(layout.height);
        for (const b of layout.boxes.slice(index + 1)) expect(overlap(a, b)).toBe(false);
      }
    }
  });

  it('fits two tables side by side into a panel of a narrow editor', () => {
    expect(layoutAfter(hotRemove, 0, 376).width).toBeLessThanOrEqual(376);
  });

  it('keeps the line that a step cut, for that step', () => {
    const kinds = (steps: number): readonly string[] =>
      layoutAfter(hotRemove, steps).lines.map((line) => line.kind);
    expect(kinds(11)).toEqual(['link', 'link', 'link']);
    expect(kinds(12)).toEqual(['link', 'cut', 'link']);
    expect(kinds(13)).toEqual(['link', 'link']);
  });

  it('draws the held pointer to the page that it still points to', () => {
    const { tags, boxes } = layoutAfter(hotRemove, 15);
    const pte0 = boxes.find((box) => box.table.name === 'pte0');
    expect(tags.map((tag) => [tag.pointer.page, tag.pointer.dangling])).toEqual([['pte0', true]]);
    expect(tags[0]?.path).toMatch(new RegExp(` L ${(pte0?.x ?? 0) - 2} `));
  });
});
