/** The search: complete within its bounds, deterministic, and its schedules the simplest. */
import { describe, expect, it } from 'vitest';
import hotRemove from '../../../src/core/kernel/freers/hot-remove-arm64.race';
import { explore } from '../../../src/core/explorer/explore.js';
import { replaySchedule } from '../../../src/core/explorer/replay.js';
import { compile } from '../../../src/core/machine/compile.js';
import type { Machine } from '../../../src/core/machine/machine.js';
import { createMachine, initialState, step } from '../../../src/core/machine/machine.js';
import type { Scenario } from '../../../src/core/machine/scenario.js';
import { violationClass } from '../../../src/core/machine/scenario.js';
import { PROTECTIONS, REREADING, combine, raceOf, scenarioOf } from '../../support/races.js';
import { randomRace } from '../../crosscheck/random-race.js';

const [nothing] = PROTECTIONS;
if (nothing === undefined) throw new Error('no protections');
const race = combine(raceOf(hotRemove), REREADING, nothing, 'arm64');

function withWalkers(count: number): Scenario {
  const [walker, ...others] = race.threads;
  if (walker === undefined) throw new Error('no walker');
  return {
    ...race,
    threads: [...Array.from({ length: count }, (_, index) => ({ ...walker, name: `w${index}` })), ...others],
  };
}

const machineOf = (scenario: Scenario): Machine => {
  const { model } = compile(scenario);
  if (model === undefined) throw new Error('does not compile');
  return createMachine(model);
};

describe('bounds', () => {
  it('too many states: unknown, or race where one was met', () => {
    const safe = combine(raceOf(hotRemove), REREADING, PROTECTIONS[1] ?? nothing, 'arm64');
    expect(explore(safe, { maxStates: 50, maxMs: 5000 })).toMatchObject({
      verdict: 'unknown',
      stopped: 'states',
      violations: [],
    });
    expect(explore(race, { maxStates: 300, maxMs: 5000 })).toMatchObject({
      verdict: 'race',
      stopped: 'states',
    });
  });

  it('enough states: a race is known, no race is not', () => {
    const bounds = { maxStates: 2_000_000, maxMs: 5000 };
    const all = explore(race, bounds);
    const first = explore(race, { ...bounds, enough: 100 });
    expect(first).toMatchObject({ verdict: 'race', stopped: 'states' });
    expect(first.states).toBeLessThan(all.states);
    const safe = combine(raceOf(hotRemove), REREADING, PROTECTIONS[1] ?? nothing, 'arm64');
    const searched = { ...explore(safe, bounds), ms: expect.any(Number) as number };
    expect(explore(safe, { ...bounds, enough: 1 })).toMatchObject(searched);
  });

  it('shortest schedules: the same kinds, each with a schedule that shows it', () => {
    const simplest = explore(race);
    const shortest = explore(race, undefined, { schedules: 'shortest' });
    expect(shortest.states).toBe(simplest.states);
    const races = ({ violations }: typeof simplest): string[] =>
      violations.map(({ kind }) => kind).filter((kind) => violationClass(kind) === 'race');
    expect(races(shortest)).toEqual(races(simplest));
    const [worst] = shortest.violations;
    expect(replaySchedule(machineOf(race), worst?.schedule ?? []).steps.at(-1)?.violation).toBe(worst?.kind);
  });

  it('too late, or cancelled', () => {
    expect(explore(withWalkers(3), { maxStates: 2_000_000, maxMs: -1 })).toMatchObject({
      verdict: 'unknown',
      stopped: 'time',
    });
    expect(explore(race, undefined, { cancellation: { isCancelled: true } })).toMatchObject({
      verdict: 'unknown',
      stopped: 'cancelled',
    });
  });

  it('progress is told', () => {
    const told: number[] = [];
    explore(withWalkers(2), undefined, { onProgress: (states) => told.push(states) });
    expect(told.length).toBeGreaterThan(5);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });
});

it('the same scenario gives the same answer', () => {
  expect({ ...explore(race), ms: 0 }).toEqual({ ...explore(race), ms: 0 });
});

it('a walker without a freer has no race, and a thread without steps none', () => {
  expect(
    explore(scenarioOf('race 1\npage top pud : leaf none\nthread a cpu 0\nfor i\nload v top[i]\nend')),
  ).toMatchObject({ verdict: 'none', states: 3 });
  expect(explore(scenarioOf('race 1\nthread a cpu 0'))).toMatchObject({ verdict: 'none', states: 1 });
});

/** Fewest lane changes, then steps, of a violation of any kind, found by trying all schedules in that order. */
function bruteForce(machine: Machine, limit: number): ReadonlyMap<string, string> {
  const best = new Map<string, { readonly changes: number; readonly steps: number }>();
  const seen = new Map<string, { readonly changes: number; readonly steps: number }[]>();
  const visit = (state: Uint8Array, lane: number, changes: number, steps: number): void => {
    if (steps >= limit) return;
    const key = `${state.join()}|${lane}`;
    const known = seen.get(key) ?? [];
    if (known.some((cost) => cost.changes <= changes && cost.steps <= steps)) return;
    seen.set(key, [...known, { changes, steps }]);
    for (let next = 0; next < machine.lanes; next++) {
      const cost = changes + (lane < 0 || lane === next ? 0 : 1);
      for (const { state: after, violation } of step(machine, state, next)) {
        if (violation === undefined) {
          visit(after, next, cost, steps + 1);
          continue;
        }
        const better = best.get(violation);
        if (
          better === undefined ||
          cost < better.changes ||
          (cost === better.changes && steps + 1 < better.steps)
        ) {
          best.set(violation, { changes: cost, steps: steps + 1 });
        }
      }
    }
  };
  visit(initialState(machine), -1, 0, 0);
  return new Map([...best].map(([kind, { changes, steps }]) => [kind, `${changes}/${steps}`]));
}

describe('the simplest schedule', () => {
  it('has the fewest lane changes, then the fewest steps: compared with trying everything', () => {
    let compared = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const scenario = randomRace(seed);
      const exploration = explore(scenario, { maxStates: 400, maxMs: 5000 });
      if (exploration.stopped !== undefined) continue;
      const simplest = bruteForce(machineOf(scenario), 40);
      for (const { kind, laneChanges, schedule } of exploration.violations) {
        if (violationClass(kind) === 'info' || kind === 'deadlock') continue;
        expect(`${laneChanges}/${schedule.length}`, `seed ${seed} ${kind}`).toBe(simplest.get(kind));
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(30);
  });

  it('x86 hot-remove needs one lane change: it frees before it clears', async () => {
    const { default: x86 } = await import('../../../src/core/kernel/freers/hot-remove-x86.race');
    const { violations } = explore(combine(raceOf(x86), REREADING, nothing, 'x86'));
    expect(violations.find(({ kind }) => kind === 'use-after-free')?.laneChanges).toBe(1);
    expect(explore(race).violations.find(({ kind }) => kind === 'use-after-free')?.laneChanges).toBe(2);
  });

  it('replays; another program stops it', () => {
    const [violation] = explore(race).violations;
    if (violation === undefined) throw new Error('no violation');
    expect(replaySchedule(machineOf(race), violation.schedule).steps.at(-1)?.violation).toBe(
      'use-after-free',
    );
    const other = scenarioOf('race 1\nthread a cpu 0\nflush\nthread b cpu 1\nflush');
    expect(replaySchedule(machineOf(other), violation.schedule).stuckAt).toBe(1);
  });
});
