/** The kernel module of a trace; that it runs is tried by hand (docs/real-kernel.md). */
import { expect, it } from 'vitest';
import hotRemove from '../../../src/core/kernel/freers/hot-remove-x86.race';
import hugeVmap from '../../../src/core/kernel/freers/huge-vmap-pmd-x86.race';
import { explore } from '../../../src/core/explorer/explore.js';
import { exportModule } from '../../../src/core/trace/exports/module.js';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import { PROTECTIONS, REREADING, combine, raceOf } from '../../support/races.js';

const moduleOf = (freer: string, protection: string): string | undefined => {
  const found = PROTECTIONS.find((each) => each.name === protection);
  if (found === undefined) throw new Error(protection);
  const scenario = combine(raceOf(freer), REREADING, found, 'x86');
  return exportModule(traceOf(scenario, explore(scenario)));
};

it('is made of memory hot-remove alone: an eject tries no other freer', () => {
  expect(moduleOf(hugeVmap, 'nothing')).toBeUndefined();
});

it('holds what the walker of the trace holds, and says what its two loads stand for', () => {
  const lines = ['nothing', 'rcu_read_lock'].map((name) => moduleOf(hotRemove, name)?.split('\n') ?? []);
  expect(lines.map((text) => text.find((line) => line.startsWith('#define HOLD')))).toEqual([
    '#define HOLD "nothing"',
    '#define HOLD "rcu"',
  ]);
  expect(lines[0]?.filter((line) => /\/\* (took|used):/.test(line)).map((line) => line.trim())).toEqual([
    '/* took: load ptep pmd0[0] -> pte0 at arch/arm64/mm/dump.c:299 */',
    '/* used: load pte pte0[0] !! use-after-free at arch/arm64/mm/dump.c:302 */',
  ]);
});
