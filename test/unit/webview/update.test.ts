import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { FromPage, ReplayKey, ToPage } from '../../../src/webview/protocol.js';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { initialState, rowsOfState, toggled } from '../../../src/webview/store/state.js';
import type { PageState } from '../../../src/webview/store/state.js';
import { actionOfKey } from '../../../src/webview/store/keys.js';
import type { Action } from '../../../src/webview/store/actions.js';
import { inspectedSteps } from '../../../src/webview/store/state.js';
import { update } from '../../../src/webview/store/update.js';
import { rowOfStep } from '../../../src/webview/model/fold.js';
import { hotRemove, hotRemoveProtected, hugeVmap, notReplayable } from '../../webview/fixtures/reports.js';

const keyOf = (report: ReplayReport): ReplayKey => ({
  document: 'dump.c',
  function: report.walker.function,
  freer: report.freer,
  protections: report.protections,
});
const show = (report: ReplayReport, step?: number): Action => {
  const message: ToPage = {
    type: 'show',
    key: keyOf(report),
    report,
    whatIfs: [],
    ...(step === undefined ? {} : { step }),
  };
  return { type: 'message', message };
};

const after = (state: PageState, ...actions: readonly Action[]): PageState =>
  actions.reduce((now, action) => update(now, action)[0], state);
const postsOf = (state: PageState, action: Action): readonly FromPage[] => update(state, action)[1];
const move = (to: Extract<Action, { type: 'move' }>['to']): Action => ({ type: 'move', to });
const stepOf = (state: PageState): number | undefined =>
  state.shown === null ? undefined : state.shown.step + 1;

const fresh = initialState(true);
const shown = after(fresh, show(hotRemove));

/** The report with a second kind that has a trace of its own: the first five steps. */
const ofTwoKinds: ReplayReport = {
  ...hotRemove,
  kinds: ['use-after-free', 'null-descent', 'stale-leaf'],
  others: [
    {
      kind: 'null-descent',
      headline: 'it goes through none',
      minimal: { laneChanges: 1, steps: 5 },
      pages: hotRemove.scene?.pages ?? [],
      trace: hotRemove.trace.slice(0, 5),
    },
  ],
};
const kind = (number: number): Action => ({ type: 'kind', number });

describe('another kind is chosen', () => {
  const two = after(fresh, show(ofTwoKinds));

  it('and its trace is told, from its last step on', () => {
    const second = after(two, kind(2));
    expect(second.shown?.report).toMatchObject({ consequence: 'null-descent', verdict: 'confirmed' });
    expect(second.shown?.story?.scene).toMatchObject({
      kind: 'null-descent',
      headline: 'it goes through none',
      minimal: { laneChanges: 1, steps: 5 },
    });
    expect({ step: stepOf(second), steps: second.shown?.story?.steps.length }).toEqual({ step: 5, steps: 5 });
    expect(postsOf(two, kind(2))).toMatchObject([{ type: 'stepped', step: 4 }]);
  });

  it('and back', () => {
    expect(after(two, kind(2), kind(1))).toEqual(two);
  });

  it('but nothing happens for one that has no trace, or is not there', () => {
    for (const number of [1, 3, 9]) expect(after(two, kind(number))).toBe(two);
    expect(after(fresh, kind(1))).toBe(fresh);
  });

  it('the keys 1 to 9 choose', () => {
    const press = (key: string): unknown => actionOfKey({ key, hasModifier: false, focus: 'other' });
    expect(press('2')).toEqual(kind(2));
    expect(press('9')).toEqual(kind(9));
    expect(press('0')).toBeNull();
  });
});

describe('a report comes', () => {
  it('is shown at the fatal step, and the host learns the line of each lane', () => {
    expect(stepOf(shown)).toBe(15);
    expect(postsOf(fresh, show(hotRemove))).toEqual([
      {
        type: 'stepped',
        step: 14,
        places: [
          { lane: 'ptdump', at: 'arch/arm64/mm/dump.c:302' },
          { lane: 'hot-remove', at: 'arch/arm64/mm/mmu.c:1049' },
        ],
      },
    ]);
  });

  it('is shown at the step that the host names, or else at the saved one', () => {
    expect(stepOf(after(fresh, show(hotRemove, 3)))).toBe(4);
    const restored = initialState(true, { key: keyOf(hotRemove), step: 7 });
    expect(stepOf(after(restored, show(hotRemove)))).toBe(8);
    expect(stepOf(after(restored, show(hugeVmap)))).toBe(10);
  });

  it('shows a step even when it is inside a group that would be folded', () => {
    const state = after(fresh, show(hotRemove, 8));
    expect(rowsOfState(state)[rowOfStep(rowsOfState(state), 8)]).toEqual({ kind: 'step', start: 8, end: 8 });
  });

  it('has nothing to step through when the walk was not replayable', () => {
    const state = after(fresh, show(notReplayable), move('next'), { type: 'play', on: true });
    expect(state.shown?.story).toBeNull();
    expect(state.isPlaying).toBe(false);
  });

  it('clamps a step that does not exist', () => {
    expect(stepOf(after(fresh, show(hotRemove, 99)))).toBe(15);
  });
});

describe('moving', () => {
  const tour = (
    state: PageState,
    to: Extract<Action, { type: 'move' }>['to'],
    times: number,
  ): readonly (number | undefined)[] =>
    Array.from({ length: times }, (_, index) =>
      stepOf(after(state, ...Array.from({ length: index + 1 }, () => move(to)))),
    );

  it('goes row by row: a folded group is one stop, at its last step', () => {
    expect(tour(shown, 'previous', 9)).toEqual([14, 13, 12, 11, 6, 5, 4, 3, 3]);
    expect(tour(after(shown, move('first')), 'next', 9)).toEqual([4, 5, 6, 11, 12, 13, 14, 15, 15]);
  });

  it('goes from lane change to lane change', () => {
    expect(tour(shown, 'previous-switch', 3)).toEqual([5, 1, 1]);
    expect(tour(after(shown, move(0)), 'next-switch', 3)).toEqual([5, 15, 15]);
  });

  it('goes round the three marked steps', () => {
    expect(tour(shown, 'next-mark', 4)).toEqual([4, 14, 15, 4]);
  });

  it('goes to any step, and unfolds what hides it', () => {
    const state = after(shown, move(8));
    expect(stepOf(state)).toBe(9);
    expect(rowsOfState(state).filter((row) => row.kind === 'fold')).toHaveLength(1);
  });

  it('goes only over what the filter leaves', () => {
    const filtered = after(shown, { type: 'filter', text: 'free' });
    expect(tour(filtered, 'previous', 2)).toEqual([14, 14]);
  });

  it('tells the host nothing when it does not move', () => {
    expect(postsOf(shown, move('last'))).toEqual([]);
  });
});

describe('folding', () => {
  it('moves to the end of a group that is folded around the current step', () => {
    const state = after(shown, move(7), { type: 'fold', what: 'here', fold: true });
    expect(stepOf(state)).toBe(11);
    expect(rowOfStep(rowsOfState(state), 7)).toBe(4);
  });

  it('unfolds all, and folds all', () => {
    const open = after(shown, { type: 'fold', what: 'all', fold: false });
    expect(rowsOfState(open)).toHaveLength(15);
    expect(rowsOfState(after(open, { type: 'fold', what: 'all', fold: true }))).toHaveLength(9);
  });
});

describe('what if', () => {
  const asked = after(shown, { type: 'what-if', protection: 'get_online_mems' });

  it('asks the host for the same walk with one protection more', () => {
    const key = { ...keyOf(hotRemove), protections: ['get_online_mems'] };
    expect(postsOf(shown, { type: 'what-if', protection: 'get_online_mems' })).toEqual([
      { type: 'replay', key },
    ]);
    expect(asked.asked).toEqual(key);
    expect(stepOf(asked)).toBe(15);
  });

  it('keeps a second switch that is pressed before the first answer', () => {
    expect(postsOf(asked, { type: 'what-if', protection: 'rcu_read_lock' })).toEqual([
      { type: 'replay', key: { ...keyOf(hotRemove), protections: ['get_online_mems', 'rcu_read_lock'] } },
    ]);
  });

  it('shows the new verdict against the one before it', () => {
    const answered = after(asked, show(hotRemoveProtected));
    expect(answered.shown?.report.verdict).toBe('refuted');
    expect(answered.previous).toEqual({
      key: keyOf(hotRemove),
      verdict: 'confirmed',
      consequence: 'use-after-free',
      states: 900,
    });
    expect([answered.asked, answered.busy]).toEqual([null, null]);
  });

  it('keeps filter and matrix over a new run of the same walk, and drops them for another walk', () => {
    const before = after(
      shown,
      { type: 'filter', text: 'store' },
      { type: 'message', message: { type: 'matrix', cells: [] } },
    );
    expect(after(before, show(hotRemoveProtected))).toMatchObject({ filter: 'store', matrix: [] });
    const other = { ...hugeVmap, walker: { ...hugeVmap.walker, function: 'other_walk' } };
    expect(after(before, show(other))).toMatchObject({ filter: '', matrix: null, previous: null });
  });

  it('puts the switch back when the host could not run it', () => {
    const failed = after(asked, {
      type: 'message',
      message: { type: 'error', message: 'the server is gone' },
    });
    expect(failed).toMatchObject({ asked: null, busy: null, error: 'the server is gone' });
    expect(failed.shown?.report.verdict).toBe('confirmed');
  });

  it('switches off what is on', () => {
    expect(toggled({ ...keyOf(hotRemove), protections: ['a', 'b'] }, 'a').protections).toEqual(['b']);
  });
});

describe('playing', () => {
  it('starts over at the end, and stops there', () => {
    const playing = after(shown, { type: 'play', on: true });
    expect([playing.isPlaying, stepOf(playing)]).toEqual([true, 3]);
    const ended = after(playing, ...Array.from({ length: 9 }, (): Action => ({ type: 'tick' })));
    expect([ended.isPlaying, stepOf(ended)]).toEqual([false, 15]);
  });

  it('stops when the reader moves', () => {
    expect(after(shown, { type: 'play', on: true }, move('next')).isPlaying).toBe(false);
  });
});

describe('the history of a table', () => {
  it('lists its steps, and survives a run that still has the table', () => {
    const state = after(shown, { type: 'inspect', subject: { kind: 'table', name: 'pmd0' } });
    expect(inspectedSteps(state).map((index) => index + 1)).toEqual([1, 2, 3, 4, 12]);
    expect(after(state, show(hotRemoveProtected)).subject).toEqual({ kind: 'table', name: 'pmd0' });
    expect(after(state, show(notReplayable)).subject).toBeNull();
  });
});

describe('whatever happens', () => {
  const actions: fc.Arbitrary<Action> = fc.oneof(
    fc.constantFrom(show(hotRemove), show(hugeVmap), show(hotRemoveProtected), show(notReplayable)),
    fc.constantFrom(
      move('next'),
      move('previous'),
      move('first'),
      move('last'),
      move('next-switch'),
      move('previous-switch'),
      move('next-mark'),
    ),
    fc.integer({ min: -3, max: 30 }).map(move),
    fc.constantFrom('', 'store', 'nothing fits').map((text): Action => ({ type: 'filter', text })),
    fc.record({
      type: fc.constant('fold' as const),
      what: fc.constantFrom('here' as const, 'all' as const),
      fold: fc.boolean(),
    }),
    fc.integer({ min: 0, max: 4 }).map(kind),
    fc.boolean().map((on): Action => ({ type: 'play', on })),
    fc.constant<Action>({ type: 'tick' }),
  );

  it('the current step exists, and is seen unless the filter hides it', () => {
    fc.assert(
      fc.property(fc.array(actions, { maxLength: 30 }), (all) => {
        const state = after(fresh, show(ofTwoKinds), ...all);
        const count = state.shown?.story?.steps.length ?? 0;
        if (count === 0) return;
        const step = state.shown?.step ?? -1;
        expect(step).toBeGreaterThanOrEqual(0);
        expect(step).toBeLessThan(count);
        if (state.filter === '') {
          const rows = rowsOfState(state);
          expect(rows[rowOfStep(rows, step)]?.end).toBe(step);
        }
      }),
    );
  });
});
