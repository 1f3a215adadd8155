import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { groupsOf, matchesFilter, rowOfStep, rowsOf } from '../../../src/webview/model/fold.js';
import type { Row } from '../../../src/webview/model/fold.js';
import { historyOf } from '../../../src/webview/model/history.js';
import { currentPlaces, runStarts } from '../../../src/webview/model/lanes.js';
import { markedSteps } from '../../../src/webview/model/tracks.js';
import type { Hold, Track } from '../../../src/webview/model/tracks.js';
import { tellStory } from '../../../src/webview/model/story.js';
import type { Story } from '../../../src/webview/model/story.js';
import { deferredFree, freeBeforeClear, hotRemove, hugeVmap } from '../../webview/fixtures/reports.js';

const storyOf = (report: ReplayReport): Story => {
  const story = tellStory(report);
  if (story === null) throw new Error('the report has no scene');
  return story;
};

const shown = (rows: readonly Row[]): string =>
  rows
    .map((row) =>
      row.kind === 'fold' ? `${row.start + 1}-${row.end + 1}:${row.summary}` : `${row.start + 1}`,
    )
    .join(' | ');

const foldedRows = ({ steps, groups }: Story, filter = ''): readonly Row[] =>
  rowsOf(steps, groups, new Set(groups.map((group) => group.start)), filter);

describe('folding', () => {
  it('folds what nobody needs to see one by one, and never a step that matters', () => {
    expect(shown(foldedRows(storyOf(hotRemove)))).toBe(
      '1-3:3 loads | 4 | 5 | 6 | 7-11:4 stores, 1 flush | 12 | 13 | 14 | 15',
    );
    expect(shown(foldedRows(storyOf(hugeVmap)))).toBe('1 | 2-4:3 loads | 5 | 6 | 7 | 8 | 9 | 10');
  });

  it('does not fold two steps', () => {
    expect(storyOf(deferredFree).groups).toEqual([]);
  });

  it('never folds across a lane change, and loses no step', () => {
    const verbs = fc.constantFrom(
      'store pte0[0] none',
      'load pte pte0[0]',
      'flush',
      'lock mem_hotplug_lock write',
    );
    const steps = fc.array(
      fc.record({ t: fc.constantFrom('a', 'b'), text: verbs, held: fc.constant([]), d: fc.constant({}) }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(steps, (trace) => {
        const groups = groupsOf(trace, []);
        const rows = rowsOf(trace, groups, new Set(groups.map((group) => group.start)), '');
        expect(rows.flatMap((row) => trace.slice(row.start, row.end + 1))).toEqual(trace);
        for (const group of groups)
          expect(new Set(trace.slice(group.start, group.end + 1).map((step) => step.t)).size).toBe(1);
        for (const index of trace.keys()) expect(rowOfStep(rows, index)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('shows only the steps that fit the filter, unfolded', () => {
    expect(shown(foldedRows(storyOf(hotRemove), 'store'))).toBe('7 | 8 | 9 | 10 | 12');
    expect(shown(foldedRows(storyOf(hotRemove), 'mmu.c pte0'))).toBe('7 | 8 | 14');
  });

  it('filters by lane, operation, place, code, mark and violation', () => {
    const last = hotRemove.trace.at(-1);
    if (last === undefined) throw new Error('the fixture has steps');
    for (const filter of ['ptdump', 'load', 'dump.c:302', 'READ_ONCE', 'used', 'use-after-free'])
      expect(matchesFilter(last, filter)).toBe(true);
    expect(matchesFilter(last, 'hot-remove')).toBe(false);
  });
});

const SIGNS: Readonly<Record<Hold, string>> = {
  read: 'r',
  write: 'w',
  wait: '?',
  on: 'o',
  held: '|',
  dangling: '!',
  freed: 'x',
};
const bar = (track: Track): string =>
  `${track.lane} ${track.name}: ${track.holds.map((hold) => (hold === null ? '.' : SIGNS[hold])).join('')}`;

describe('bars beside the lanes (one letter before each step, one after the last)', () => {
  it('shows who waits and who holds, and connects took, freed and used', () => {
    expect(storyOf(hotRemove).tracks.map(bar)).toEqual([
      'hot-remove mem_hotplug_lock: .....?wwwwwwwwww',
      'ptdump pointer held: ....||||||||||!.',
      'hot-remove page freed: ..............x.',
    ]);
  });

  it('shows RCU and interrupts as bars too', () => {
    expect(storyOf(deferredFree).tracks.map(bar)).toEqual([
      'scan RCU read section: .oooooooo....',
      'scan interrupts off: ..oooooo.....',
      'collapse mmap_lock(mm): .....wwwwwwww',
      'scan pointer held: ....||||||!!.',
      'rcu page freed: ..........xx.',
    ]);
  });

  it('draws the pointer as dangling from the start where the table was freed before it was taken', () => {
    expect(storyOf(freeBeforeClear).tracks.map(bar)).toContain('ptdump pointer held: .....!.');
    expect(markedSteps(storyOf(freeBeforeClear).marks)).toEqual([1, 4, 5]);
  });
});

describe('places and histories', () => {
  it('finds where each run begins', () => {
    expect(runStarts(hotRemove.trace)).toEqual([0, 4, 14]);
  });

  it('gives each lane its own current line, and none to a lane that has not begun', () => {
    expect(currentPlaces(hotRemove.trace, 3)).toEqual([{ lane: 'ptdump', at: 'arch/arm64/mm/dump.c:299' }]);
    expect(currentPlaces(hotRemove.trace, 13)).toEqual([
      { lane: 'ptdump', at: 'arch/arm64/mm/dump.c:299' },
      { lane: 'hot-remove', at: 'arch/arm64/mm/mmu.c:1049' },
    ]);
  });

  it('lists the steps that touched a table, as operand, result or changed cell', () => {
    expect(historyOf(hotRemove.trace, { kind: 'table', name: 'pte0' }).map((index) => index + 1)).toEqual([
      3, 4, 7, 8, 14, 15,
    ]);
    expect(historyOf(hotRemove.trace, { kind: 'table', name: 'swapper' }).map((index) => index + 1)).toEqual([
      1, 2,
    ]);
  });

  it('lists the steps that touched a lock', () => {
    expect(
      historyOf(deferredFree.trace, { kind: 'lock', name: 'mmap_lock(mm)' }).map((index) => index + 1),
    ).toEqual([5]);
  });
});
