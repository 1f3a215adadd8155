/** The page and the emulator mean the same by a trace: a small race is explored, and its own trace is what the page draws. */
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import type { ViolationKind } from '../../../src/core/machine/scenario.js';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { parseRace } from '../../../src/core/trace/language/parse.js';
import { raceToScenario } from '../../../src/core/trace/language/to-scenario.js';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import { parseToPage } from '../../../src/webview/messages.js';
import { tellStory } from '../../../src/webview/model/story.js';
import type { Story } from '../../../src/webview/model/story.js';
import { svgOfStory } from '../../../src/webview/svg.js';
import { hotRemove } from '../../webview/fixtures/reports.js';

const RACE = `race 1
title a walker that reads an entry twice, in a section that the freer does not wait for
arch arm64
page top pmd static : low none
page low pte : leaf none
lock big rwsem
thread walk cpu 0 walk_tables
  rcu_read_lock    @ walk.c:10
  load entry top[0]    @ walk.c:11
  if table entry
    load lower top[0]    @ walk.c:12
    load value lower[0]    @ walk.c:13
  end
  rcu_read_unlock    @ walk.c:14
thread free cpu 1 free_tables
  lock big write    @ free.c:20
  store low[0] none    @ free.c:21
  store top[0] none    @ free.c:22
  free low    @ free.c:23
  unlock big write    @ free.c:24
`;

function reportOf(kind: ViolationKind): ReplayReport {
  const parsed = parseRace(RACE);
  if (parsed.file === undefined) throw new Error('the race does not parse');
  const scenario = raceToScenario(parsed.file);
  const { steps, ...scene } = traceOf(scenario, explore(scenario), kind);
  return { ...hotRemove, consequence: kind, trace: steps, scene };
}

const storyOf = (kind: ViolationKind): Story => {
  const story = tellStory(reportOf(kind));
  if (story === null) throw new Error('the report has no scene');
  return story;
};

const held = (story: Story): readonly string[] =>
  story.tracks.map(
    (track) => `${track.lane} ${track.name}: ${track.holds.map((hold) => hold?.charAt(0) ?? '.').join('')}`,
  );

describe('a trace of the emulator, on the page', () => {
  it('passes the validation of messages', () => {
    const key = { document: 'a', function: 'walk_tables', freer: 'memory-hot-remove', protections: [] };
    const message = { type: 'show', key, report: reportOf('use-after-free'), whatIfs: [] };
    expect(parseToPage(message)).toEqual({ ok: true, value: message });
  });

  it('connects took, freed and used, and shows locks and sections as bars', () => {
    const story = storyOf('use-after-free');
    expect(
      story.steps.map((step) => `${step.t} ${step.text}${step.mark === undefined ? '' : ` <${step.mark}>`}`),
    ).toEqual([
      'walk rcu_read_lock',
      'walk load entry top[0] -> low',
      'walk load lower top[0] -> low <took>',
      'free lock big write',
      'free store low[0] none',
      'free store top[0] none',
      'free free low <freed>',
      'walk load value low[0] !! use-after-free <used>',
    ]);
    expect(held(story)).toEqual([
      'walk RCU read section: .oooooooo',
      'free big: ....wwwww',
      'walk pointer held: ...hhhhd.',
      'free page freed: .......f.',
    ]);
    expect(
      story.pictures.map((picture) => picture.tables.find((table) => table.name === 'low')?.word).join(' '),
    ).toBe('live live live live live live cleared freed freed');
    expect(story.pictures.at(-1)?.pointers).toEqual([
      { lane: 'walk', page: 'low', index: 0, dangling: true },
    ]);
  });

  it('speaks of a check, not of a pointer, where the entry changed between two reads', () => {
    expect(storyOf('null-descent').tracks.map((track) => track.name)).toEqual(
      expect.arrayContaining(['check relied on', 'entry changed']),
    );
  });
});

describe('the picture for documents', () => {
  it('holds the headline, the source lines and the words of the tables, as text', () => {
    const story = tellStory(hotRemove);
    const svg = story === null ? '' : svgOfStory(hotRemove, story);
    for (const words of [
      'walk_pte() reads pte0[0]',
      '4 stores, 1 flush',
      'took the pointer',
      'free_table(virt_to_page(ptep));',
      '>freed<',
      '>live<',
    ])
      expect(svg).toContain(words);
  });

  it('lets no source line become markup', () => {
    const trace = hotRemove.trace.map((step) => ({ ...step, code: '</text><script>alert(1)</script>' }));
    const story = tellStory({ ...hotRemove, trace });
    expect(story === null ? '' : svgOfStory(hotRemove, story)).not.toContain('<script');
  });
});
