/** The explorer against a model written by hand: exporter and explorer share a compiler, this one shares nothing. Kinds are compared. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import hotRemoveArm64 from '../../src/core/kernel/freers/hot-remove-arm64.race';
import hotRemoveX86 from '../../src/core/kernel/freers/hot-remove-x86.race';
import vmapArm64 from '../../src/core/kernel/freers/huge-vmap-pmd-arm64.race';
import vmapX86 from '../../src/core/kernel/freers/huge-vmap-pmd-x86.race';
import vmapLocked from '../../src/core/kernel/freers/huge-vmap-pmd-x86-locked.race';
import collapse from '../../src/core/kernel/freers/thp-collapse-file-rcu.race';
import { explore } from '../../src/core/explorer/explore.js';
import { violationClass } from '../../src/core/machine/scenario.js';
import { PROTECTIONS, REREADING, SINGLE_FETCH, combine, raceOf } from '../support/races.js';
import { askPan, spinMissing } from './spin.js';

const missing = spinMissing();
const model = readFileSync(join(import.meta.dirname, 'ptwalk.pml'), 'utf8');

const FREERS = {
  F_HR_ARM64: [hotRemoveArm64, 'arm64'],
  F_HR_X86: [hotRemoveX86, 'x86'],
  F_VMAP_OLD: [vmapArm64, 'arm64'],
  'F_VMAP_OLD X86_IPI': [vmapX86, 'x86'],
  'F_VMAP_NEW X86_IPI': [vmapLocked, 'x86'],
  'F_RCU X86_IPI': [collapse, 'x86'],
} as const;
const HELD = {
  P_NONE: 'nothing',
  P_MEMS: 'get_online_mems',
  P_RCU: 'rcu_read_lock',
  P_IRQ: 'irqs off',
  P_MMAPR: 'mmap read',
  P_MMAPW: 'mmap write',
  P_MEMS_IN_RCU: 'rcu, then get_online_mems',
} as const;
const keys = <T extends object>(table: T): readonly (keyof T)[] => Object.keys(table) as (keyof T)[];

const all = keys(FREERS).flatMap((freer) =>
  keys(HELD).flatMap((held) =>
    (['W_ARM64_2019', 'W_VALUE'] as const).map((walker) => ({ freer, held, walker })),
  ),
);
/** A user mm's mmap lock is not init_mm's: the hand-written model has one lock for both. */
const comparable = all.filter(({ freer, held }) => !(freer.startsWith('F_RCU') && held.startsWith('P_MMAP')));
const chosen =
  process.env['CROSSCHECK'] === 'all' ? comparable : comparable.filter((_, index) => index % 5 === 0);

describe.skipIf(missing !== undefined)(
  `the hand-written model${missing === undefined ? '' : `: skipped, ${missing}`}`,
  () => {
    it.concurrent.each(chosen)('$walker $held $freer', async ({ freer, held, walker }) => {
      const [text, arch] = FREERS[freer];
      const protection = PROTECTIONS.find(({ name }) => name === HELD[held]);
      if (protection === undefined) throw new Error(held);
      const scenario = combine(
        raceOf(text),
        walker === 'W_VALUE' ? SINGLE_FETCH : REREADING,
        protection,
        arch,
      );
      const ours = explore(scenario).violations.map(({ kind }) => kind);
      // The model's parts are chosen by the preprocessor of Spin itself.
      const defines = [walker, held, ...freer.split(' ')].map((name) => `#define ${name}`);
      const spin = await askPan(`${defines.join('\n')}\n${model}`, ['gcc', '-O0']);
      expect(spin.kinds).toEqual(ours.filter((kind) => violationClass(kind) !== 'info'));
    });
  },
);
