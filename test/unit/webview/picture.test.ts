import { describe, expect, it } from 'vitest';
import type { ReplayReport } from '../../../src/core/report/report.js';
import type { Picture } from '../../../src/webview/model/picture.js';
import { tellStory } from '../../../src/webview/model/story.js';
import type { Story } from '../../../src/webview/model/story.js';
import { deferredFree, freeBeforeClear, hotRemove } from '../../webview/fixtures/reports.js';

const storyOf = (report: ReplayReport): Story => {
  const story = tellStory(report);
  if (story === null) throw new Error('the report has no scene');
  return story;
};

/** `pmd0 live [none* pte1]`: a table, its word, its entries; `*` marks what the step changed. */
const drawn = (picture: Picture | undefined): readonly string[] =>
  (picture?.tables ?? []).map((table) => {
    const entries = table.entries
      .map((entry) => `${entry.value}${entry.before === null ? '' : '*'}`)
      .join(' ');
    return `${table.name} ${table.word}${table.wordBefore === null ? '' : '*'} [${entries}]`;
  });

describe('the picture of the page tables', () => {
  const { pictures } = storyOf(hotRemove);

  it('begins as the scene says, with nothing changed', () => {
    expect(drawn(pictures[0])).toEqual([
      'swapper live [pmd0 none]',
      'pmd0 live [pte0 pte1]',
      'pte0 live [leaf leaf]',
      'pte1 live [leaf leaf]',
    ]);
  });

  it('marks the entry that a step stores, and nothing else', () => {
    expect(drawn(pictures[7])[2]).toBe('pte0 live [none* leaf]');
    expect(drawn(pictures[8])[2]).toBe('pte0 live [none none*]');
  });

  it('calls a table cleared from the step on that stores over the last entry that leads to it', () => {
    expect(drawn(pictures[12])).toEqual([
      'swapper live [pmd0 none]',
      'pmd0 live [none* pte1]',
      'pte0 cleared* [none none]',
      'pte1 live [none none]',
    ]);
  });

  it('calls it freed once its page is', () => {
    expect(drawn(pictures[14])[2]).toBe('pte0 freed* [none none]');
    expect(drawn(pictures[15])[2]).toBe('pte0 freed [none none]');
  });

  it('shows a table as freed while an entry still leads to it (x86 frees before it clears)', () => {
    expect(drawn(storyOf(freeBeforeClear).pictures[2])).toContain('pmd0 live [pte0 pte1]');
    expect(drawn(storyOf(freeBeforeClear).pictures[2])).toContain('pte0 freed* [leaf leaf]');
  });

  it('follows the pointer of the walker, which dangles only when the page is no table any more', () => {
    const pointerAfter = (step: number): string => {
      const pointer = pictures[step]?.pointers[0];
      return pointer === undefined
        ? 'none'
        : `${pointer.page}[${pointer.index ?? '?'}]${pointer.dangling ? ' dangling' : ''}`;
    };
    expect([0, 1, 4, 12, 14].map(pointerAfter)).toEqual([
      'none',
      'swapper[0]',
      'pte0[0]',
      'pte0[0]',
      'pte0[0] dangling',
    ]);
  });

  it('knows who waits for a lock and who holds it', () => {
    const lockAfter = (step: number): string => {
      const lock = pictures[step]?.locks[0];
      return `held by [${(lock?.holders ?? []).map((holder) => `${holder.lane} ${holder.mode}`).join()}] waited for by [${(lock?.waiters ?? []).join()}]`;
    };
    expect(lockAfter(4)).toBe('held by [] waited for by []');
    expect(lockAfter(5)).toBe('held by [] waited for by [hot-remove]');
    expect(lockAfter(6)).toBe('held by [hot-remove write] waited for by []');
  });

  it('keeps the place that each lane touched last', () => {
    const cursors = pictures
      .at(-1)
      ?.cursors.map(({ lane, page, index }) => `${lane} ${page} ${index ?? 'whole'}`);
    expect(cursors).toEqual(['ptdump pte0 0', 'hot-remove pte0 whole']);
  });

  it('knows RCU sections and interrupts off', () => {
    const { pictures: others } = storyOf(deferredFree);
    expect(
      others
        .map(
          (picture) =>
            (picture.rcu.includes('scan') ? 'r' : '-') + (picture.irqsOff.includes('scan') ? 'i' : '-'),
        )
        .join(' '),
    ).toBe('-- r- ri ri ri ri ri ri r- -- -- -- --');
  });

  it('gives an acting lane that is no thread a column, and a thread that never acts none', () => {
    expect(storyOf(hotRemove).lanes.map((lane) => lane.name)).toEqual(['ptdump', 'hot-remove']);
    expect(storyOf(deferredFree).lanes.map((lane) => `${lane.cpu} ${lane.name}`)).toEqual([
      'CPU 0 scan',
      'CPU 1 collapse',
      'CPU 2 allocator',
      'RCU rcu',
    ]);
  });
});
