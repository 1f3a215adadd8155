/** The matrix, and the least that helps against every freer: told here by a table in place of the machine. */
import { expect, test } from 'vitest';
import { orderFrom } from '../../../src/core/kernel/lock-order.js';
import { lockCallsOf } from '../../../src/core/kernel/protections.js';
import type { FreerId } from '../../../src/core/kernel/types.js';
import type { ViolationKind } from '../../../src/core/machine/scenario.js';
import { matrixOf, smallestFixOf, whatIfsAgainst } from '../../../src/core/replay/what-ifs.js';
import type { SmallestFix } from '../../../src/core/replay/what-ifs.js';
import { fixLines, matrixText } from '../../../src/core/report/matrix-text.js';
import type { ReplayReport } from '../../../src/core/report/report.js';
import { PLAIN } from '../../../src/core/report/text.js';
import { matrixPage } from '../../../src/webview/matrix-page.js';

type Answer = readonly ViolationKind[] | 'not-replayable' | 'unknown';
type World = (freer: FreerId, held: readonly string[]) => Answer;

const RACE: Answer = ['use-after-free'];
const OK: Answer = [];

const replayIn =
  (world: World) =>
  (freer: FreerId, protections: readonly string[]): ReplayReport => {
    const answer = world(freer, protections);
    const kinds = typeof answer === 'string' ? [] : answer;
    const harmful = kinds.some((kind) => kind !== 'lock-order' && kind !== 'stale-leaf');
    return {
      version: 1,
      tool: 'walkrace',
      walker: { file: 'mm/dump.c', function: 'dump', line: 1 },
      freer,
      protections,
      verdict: typeof answer === 'string' ? answer : harmful ? 'confirmed' : 'refuted',
      consequence: kinds[0] ?? null,
      kinds,
      bounds: { entries: 2, levels: ['pmd', 'pte'], maxStates: 1, maxMs: 1 },
      states: 7,
      ms: 0,
      assumptions: [],
      trace: [],
      scene: null,
      reason: '',
    };
  };

function fixIn(freers: readonly FreerId[], world: World): SmallestFix {
  const replay = replayIn(world);
  return smallestFixOf(matrixOf(freers, replay), replay);
}

/** The hotplug lock keeps hot-remove out, the write lock a huge vmap install: what a dump of the kernel's tables has. */
const dump: World = (freer, held) =>
  held.includes(freer === 'memory-hot-remove' ? 'get_online_mems' : 'mmap_write_lock(&init_mm)') ? OK : RACE;

test('one freer: the single protection that keeps it out', () => {
  expect(fixIn(['memory-hot-remove'], dump)).toEqual({
    needed: true,
    fixes: [['get_online_mems']],
    against: ['memory-hot-remove'],
    notReplayable: [],
  });
});

test('two freers that no single protection keeps out: a pair', () => {
  expect(fixIn(['memory-hot-remove', 'huge-vmap'], dump).fixes).toEqual([
    ['get_online_mems', 'mmap_write_lock(&init_mm)'],
  ]);
});

test.each(['sleep-in-atomic', 'deadlock', 'lock-order'] as const)(
  'a lock that brings %s is no fix, alone or in a pair',
  (kind) => {
    const world: World = (freer, held) => (held.includes('get_online_mems') ? [kind] : dump(freer, held));
    expect(fixIn(['memory-hot-remove', 'huge-vmap'], world).fixes).toEqual([]);
  },
);

test('what was not searched to its end is no fix', () => {
  const world: World = (freer, held) => (held.length === 0 ? dump(freer, held) : 'unknown');
  expect(fixIn(['memory-hot-remove'], world).fixes).toEqual([]);
});

test('a walk that is harmless needs none; a freer that it can’t be replayed against is told, and not counted', () => {
  const fix = fixIn(['memory-hot-remove', 'set-memory-collapse'], (freer) =>
    freer === 'memory-hot-remove' ? OK : 'not-replayable',
  );
  expect(fix).toMatchObject({ needed: false, fixes: [], notReplayable: ['set-memory-collapse'] });
  expect(fixLines(fix)).toEqual([
    'no fix is needed against memory-hot-remove: the walk is harmless as it stands',
    'not replayable, and not judged: set-memory-collapse',
  ]);
});

test('as text: the table, what its words mean, the fix below', () => {
  const replay = replayIn(dump);
  const cells = matrixOf(['memory-hot-remove', 'huge-vmap'], replay);
  expect(matrixText(cells, smallestFixOf(cells, replay), PLAIN)).toBe(
    `
                           memory-hot-remove  huge-vmap
as it stands               race               race
get_online_mems            ok                 race
mmap_read_lock(&init_mm)   race               race
mmap_write_lock(&init_mm)  race               ok
rcu_read_lock              race               race
local_irq_save             race               race

race: a trace exists; ok: none in all states; bug: a lock is misused; ?: a bound was reached; -: not replayable

smallest fix against memory-hot-remove, huge-vmap: get_online_mems + mmap_write_lock(&init_mm)
`.slice(1),
  );
});

test('as a page: a cell an answer, names escaped, nothing but its own style sheet allowed', () => {
  const replay = replayIn(dump);
  const cells = matrixOf(['memory-hot-remove'], replay);
  const html = matrixPage('<img src=x>.c:dump', cells, smallestFixOf(cells, replay));
  expect(html).not.toMatch(/<img|<script|style=/);
  expect(html).toContain(
    '<tr><th scope="row"><code>get_online_mems</code></th><td class="ok" title="7 states">ok</td></tr>',
  );
  expect(html).toMatch(
    /content="default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'"/,
  );
  expect(html).toContain('<p>smallest fix against memory-hot-remove: get_online_mems</p>');
});

test('what is tried comes in the order in which the kernel takes it, so that no pair inverts it', () => {
  const locks = whatIfsAgainst(['memory-hot-remove', 'hugetlb-unshare']).map(
    ({ protection }) => lockCallsOf(protection.replace(/\(.*/, ''))[0]?.protection.id ?? protection,
  );
  expect(locks).toContain('i_mmap_rwsem');
  expect(orderFrom('mem_hotplug_lock', 'i_mmap_rwsem')).toBeDefined();
  const inverted = locks.flatMap((later, index) =>
    locks.slice(0, index).filter((earlier) => later !== earlier && orderFrom(later, earlier) !== undefined),
  );
  expect(inverted).toEqual([]);
});
