/** A lock that sleeps in atomic context ends the walk in the machine; what the walk would meet behind it is still told. */
import { expect, test } from 'vitest';
import { KERNEL, rowsOf } from './columns.js';
import { DUMP_OF_2019, within } from './walkers.js';
import { kindsBehindBug, kindsOf, letters } from './world.js';

const [hotRemove, , hugeVmap] = KERNEL;
const [rcuThenMems] = rowsOf('rcu, then mems');
if (!hotRemove || !hugeVmap || !rcuThenMems) throw new Error('the tables have lost a row or a column');
const walk = within(DUMP_OF_2019, rcuThenMems, 'kernel');

test.each([
  ['hot-remove, which the lock excludes: only the sleep is wrong', hotRemove, 'S', 'ok'],
  ['huge vmap, which it does not exclude: the races are behind the sleep', hugeVmap, 'S', 'UBNL'],
])('%s', (_, against, found, behind) => {
  expect(letters(kindsOf(walk, against))).toBe(found);
  expect(letters(kindsBehindBug(walk, against))).toBe(behind);
});

test('where there is a race already, or no sleep, the exploration stays the one it was', () => {
  const [nothing, mems] = rowsOf('nothing', 'get_online_mems');
  for (const around of [nothing, mems]) {
    if (!around) continue;
    const text = within(DUMP_OF_2019, around, 'kernel');
    expect(kindsBehindBug(text, hotRemove)).toEqual(kindsOf(text, hotRemove));
  }
});
