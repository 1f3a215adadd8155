/** Traces in words: steps, marks, headline, text, and saved ones run again. */
import { describe, expect, it } from 'vitest';
import dump2019 from './races/dump-2019-arm64-hot-remove.race';
import hugeVmap from './races/dump-hotplug-lock-huge-vmap.race';
import { explore } from '../../../src/core/explorer/explore.js';
import { compile } from '../../../src/core/machine/compile.js';
import type { Machine } from '../../../src/core/machine/machine.js';
import { createMachine } from '../../../src/core/machine/machine.js';
import type { Scenario, ViolationKind } from '../../../src/core/machine/scenario.js';
import { raceToScenario } from '../../../src/core/trace/language/to-scenario.js';
import { renderTraceText } from '../../../src/core/trace/render.js';
import { replaySaved, savedTraceOf } from '../../../src/core/trace/saved.js';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import type { Trace } from '../../../src/core/trace/trace.js';
import { raceOf, scenarioOf } from '../../support/races.js';

const tell = (text: string, kind?: ViolationKind): Trace => {
  const scenario = scenarioOf(text);
  return traceOf(scenario, explore(scenario), kind);
};
const machineOf = (scenario: Scenario): Machine => {
  const { model } = compile(scenario);
  if (model === undefined) throw new Error('does not compile');
  return createMachine(model);
};
const stepsOf = (trace: Trace): readonly string[] =>
  trace.steps.map((step) => `${step.t}: ${step.text}${step.mark === undefined ? '' : ` [${step.mark}]`}`);

describe('the 2019 dump of arm64 against hot-remove', () => {
  it('is told in the fewest lane changes, with the three steps that matter', () => {
    const trace = tell(dump2019);
    expect(trace.headline).toBe(
      'ptdump reads pte0[0] (dump.c:302) after hot-remove freed pte0 (mmu.c:1049); it holds nothing',
    );
    expect(trace.minimal).toEqual({ laneChanges: 2, steps: 14 });
    expect(stepsOf(trace)).toEqual([
      'ptdump: load pud swapper[0] -> pmd0',
      'ptdump: load pmdp swapper[0] -> pmd0',
      'ptdump: load pmd pmd0[0] -> pte0',
      'ptdump: load ptep pmd0[0] -> pte0 [took]',
      'hot-remove: lock mem_hotplug_lock write',
      'hot-remove: store pte0[0] none',
      'hot-remove: store pte0[1] none',
      'hot-remove: store pte1[0] none',
      'hot-remove: store pte1[1] none',
      'hot-remove: flush',
      'hot-remove: store pmd0[0] none',
      'hot-remove: flush',
      'hot-remove: free pte0 [freed]',
      'ptdump: load pte pte0[0] !! use-after-free [used]',
    ]);
  });

  it('tells what each step changed and what is held before it', () => {
    const { steps } = tell(dump2019);
    expect(steps[4]?.d).toEqual({ mem_hotplug_lock: 'hot-remove:w' });
    expect(steps[12]).toMatchObject({
      held: ['mem_hotplug_lock:w'],
      d: { pte0: 'freed' },
      at: 'arch/arm64/mm/mmu.c:1049',
    });
    expect(steps[3]?.d).toEqual({ 'reg ptdump': 'pte0[0]' });
  });

  it('a second read of the entry gives a descent through none', () => {
    const trace = tell(dump2019, 'null-descent');
    expect(trace.headline).toBe(
      'ptdump descends through pmd0[0] (dump.c:302), which is none: hot-remove changed it (mmu.c:1047) after the check (dump.c:313); it holds nothing',
    );
    expect(
      trace.steps.filter(({ mark }) => mark !== undefined).map(({ mark, text }) => `${mark ?? ''} ${text}`),
    ).toEqual([
      'took load pmd pmd0[0] -> pte0',
      'freed store pmd0[0] none',
      'used load pte none !! null-descent',
    ]);
  });

  it('a leaf that was cleared is information', () => {
    expect(tell(dump2019, 'stale-leaf').headline).toBe(
      'ptdump reads pte0[0] (dump.c:302) after another lane cleared it; the table is still there: harmless',
    );
  });
});

it('a walk that reads an entry once, after the change, is not told to have checked it', () => {
  const trace = tell(
    [
      'race 1',
      'page top pud static : pmd0',
      'page pmd0 pmd : leaf',
      'page done pmd static : none',
      'thread walker cpu 0',
      '  load seen done[0]',
      '  if leaf seen',
      '    load pmdp top[0]',
      '    load pmd pmdp[0]',
      '  end',
      'thread freer cpu 1',
      '  store top[0] none',
      '  store done[0] leaf',
    ].join('\n'),
    'null-descent',
  );
  expect(trace.headline).toBe(
    'walker descends through top[0], which is none: freer changed it; it holds nothing',
  );
});

describe('other violations have their sentence', () => {
  const race = (...lines: readonly string[]): string =>
    [
      'race 1',
      'lock m rwsem',
      'lock s spinlock',
      'page top pud static : pmd0',
      'page pmd0 pmd : none',
      ...lines,
    ].join('\n');
  it.each<readonly [ViolationKind, string, string]>([
    [
      'sleep-in-atomic',
      race('thread a cpu 0', 'lock s write', 'lock m read @ x.c:3'),
      'a may sleep in `lock m read` (x.c:3) with s (write)',
    ],
    [
      'double-unlock',
      race('thread a cpu 0', 'unlock m read @ x.c:3'),
      'a does `unlock m read` (x.c:3) and does not hold it',
    ],
    [
      'lock-leak',
      race('thread a cpu 0', 'lock m read', 'flush @ x.c:3'),
      'a ends (x.c:3) and still holds m (read)',
    ],
    [
      'deadlock',
      race(
        'thread a cpu 0',
        'lock m read',
        'lock m read',
        'unlock m read',
        'unlock m read',
        'thread b cpu 1',
        'lock m write',
        'unlock m write',
      ),
      'deadlock: nothing can move any more after `lock m write (wait)` of b',
    ],
    [
      'removed-memory',
      race('thread a cpu 0', 'load v pmd0[0]', 'thread b cpu 1', 'remove pmd0'),
      'a reads pmd0[0] after b took away pmd0; it holds nothing',
    ],
    [
      'removed-memory',
      race('thread a cpu 0', 'rcu_read_lock', 'irq_off', 'load v pmd0[0]', 'thread b cpu 1', 'remove pmd0'),
      'a reads pmd0[0] after b took away pmd0; it holds rcu, with irqs off',
    ],
    [
      'use-after-free',
      race('thread a cpu 0', 'free pmd0', 'thread b cpu 1', 'free pmd0'),
      'b frees pmd0 a second time',
    ],
  ])('%s', (kind, text, expected) => {
    const trace = tell(text, kind);
    expect(trace.kind).toBe(kind);
    expect(trace.headline).toBe(expected);
  });

  it('nothing found, and not everything seen', () => {
    const scenario = scenarioOf(race('thread a cpu 0', 'flush'));
    expect(traceOf(scenario, explore(scenario)).headline).toBe(
      'no race within bounds: all 2 states were seen',
    );
    expect(traceOf(scenario, explore(scenario, { maxStates: 1, maxMs: 1000 })).headline).toBe(
      'unknown: stopped after 2 states',
    );
  });
});

describe('as text', () => {
  it('side by side, with the C lines', () => {
    const lines = renderTraceText(tell(hugeVmap), {
      width: 110,
      color: false,
      sourceLine: (file, line) =>
        file === 'mm/ptdump.c' && line === 124 ? '  pte_t val = ptep_get(pte);' : undefined,
    }).split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'USE-AFTER-FREE ptdump reads pte0[0] (ptdump.c:124) after vmap freed pte0 (pgtable.c:883); it holds',
      'mem_hotplug_lock (read)',
    ]);
    expect(lines.slice(-6)).toEqual([
      `        ${'- '.repeat(51).trimEnd()}`,
      'USED    load pte pte0[0] !! use-after-free  mm/ptdump.c:124',
      '          pte_t val = ptep_get(pte);',
      '',
      '2 lane changes, 9 steps; 84 states, 2 entries per table, x86',
      '',
    ]);
  });

  it('one under the other where it is narrow', () => {
    const text = renderTraceText(tell(hugeVmap), { width: 60, color: false });
    expect(text).toContain('\n  vmap:\n    store pmd0[0] none\n');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(62);
  });
});

describe('saved traces', () => {
  it.each([
    ['dump2019', dump2019],
    ['hugeVmap', hugeVmap],
  ])('%s: the file replays, and expects what is found', (_, text) => {
    const file = raceOf(text);
    const scenario = raceToScenario(file);
    const { violations } = explore(scenario);
    const kinds = violations.map(({ kind }) => kind).filter((kind) => kind !== 'stale-leaf');
    expect(file.expect).toEqual({ verdict: 'race', kinds });
    for (const saved of file.traces)
      expect(replaySaved(machineOf(scenario), saved)).toMatchObject({ outcome: 'same', kind: saved.kind });
  });

  it('every found trace can be saved and replayed', () => {
    const scenario = scenarioOf(dump2019);
    const exploration = explore(scenario);
    for (const { kind, schedule } of exploration.violations) {
      const saved = savedTraceOf(traceOf(scenario, exploration, kind));
      if (saved === undefined) throw new Error(kind);
      expect(replaySaved(machineOf(scenario), saved)).toEqual({ outcome: 'same', kind, schedule });
    }
  });

  it('survives moved lines; a changed step stops with what was possible', () => {
    const [saved] = raceOf(dump2019).traces;
    if (saved === undefined) throw new Error('no trace');
    const moved = scenarioOf(dump2019.replaceAll('@ :302', '@ :340'));
    expect(replaySaved(machineOf(moved), saved).outcome).toBe('same');
    const changed = scenarioOf(dump2019.replace('load ptep pmdp[j]', 'load ptep pmdp[1]'));
    expect(replaySaved(machineOf(changed), saved)).toEqual({
      outcome: 'differs',
      at: 3,
      wanted: 'ptdump load ptep pmd0[0]',
      possible: ['ptdump load ptep pmd0[1]', 'hot-remove lock mem_hotplug_lock write'],
    });
  });
});
