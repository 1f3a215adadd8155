/** A review as SARIF: valid, with the race of what is introduced, and each finding in its state. */
import type { Result } from 'sarif';
import { expect, test, vi } from 'vitest';
import { reviewSarif } from '../../../src/core/review/sarif.js';
import { sarifDefects } from '../../support/sarif-schema.js';
import { dump } from '../analysis/kernel-c.js';
import type { Texts } from '../analysis/scan-text.js';
import { reviewWithRaces, type Edit } from './reviewing.js';

vi.setConfig({ testTimeout: 60_000 });

const LOCKED = 'get_online_mems();\n\tsweep(m);\n\tput_online_mems();';
const BARE = 'sweep(m);';

async function results(base: Texts, ...edits: readonly Edit[]): Promise<readonly Result[]> {
  const { report, races } = await reviewWithRaces(base, edits);
  const log = reviewSarif(report, races, { version: '1.2.3', rootUri: 'file:///linux/', rules: [] });
  expect(sarifDefects(log)).toEqual([]);
  return (log.runs[0]?.results ?? []).filter(({ ruleId }) => ruleId === 'kernel-walk/hot-remove');
}

const stateOf = ({ baselineState, locations }: Result): string =>
  `${baselineState ?? ''} ${locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? ''}`;

test('new, absent, unchanged, and updated where the walk has moved', async () => {
  const base = {
    'mm/a.c': dump(LOCKED),
    'mm/b.c': dump(BARE),
    'mm/c.c': dump(BARE),
    'mm/d.c': dump(BARE),
  };
  const all = await results(base, {
    'mm/a.c': dump(BARE),
    'mm/b.c': dump(LOCKED),
    'mm/c.c': dump(BARE).replace('%lx %llx', '%lx: %llx'),
    'mm/d.c': dump(BARE).replaceAll('sweep', 'all_of_it'),
  });
  expect(all.map(stateOf).sort()).toEqual([
    'absent mm/b.c',
    'new mm/a.c',
    'unchanged mm/c.c',
    'updated mm/d.c',
  ]);
});

test('what is introduced has its race: one thread flow a CPU', async () => {
  const [own] = await results({ 'mm/x.c': dump(LOCKED) }, { 'mm/x.c': dump(BARE) });
  const flows = own?.codeFlows?.[0]?.threadFlows ?? [];
  expect(flows.map(({ message }) => message?.text?.replace(/:.*/, '')).sort()).toEqual(['CPU 0', 'CPU 1']);
  expect(JSON.stringify(flows)).toContain('use-after-free');
});

test('what remains or is fixed has none: its race is no news', async () => {
  const base = { 'mm/b.c': dump(BARE), 'mm/c.c': dump(BARE) };
  const all = await results(base, {
    'mm/b.c': dump(LOCKED),
    'mm/c.c': dump(BARE).replace('%lx %llx', '%lx: %llx'),
  });
  expect(all.map(({ codeFlows }) => codeFlows)).toEqual([undefined, undefined]);
});
