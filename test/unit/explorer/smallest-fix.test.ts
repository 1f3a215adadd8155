import { expect, it } from 'vitest';
import hotRemove from '../../../src/core/kernel/freers/hot-remove-x86.race';
import vmap from '../../../src/core/kernel/freers/huge-vmap-pmd-x86-locked.race';
import { explore } from '../../../src/core/explorer/explore.js';
import { smallestFixes } from '../../../src/core/explorer/smallest-fix.js';
import type { Protection } from '../../support/races.js';
import { PROTECTIONS, REREADING, combine, raceOf } from '../../support/races.js';

const candidates = PROTECTIONS.filter(({ name }) =>
  ['get_online_mems', 'rcu_read_lock', 'irqs off', 'mmap read', 'mmap write'].includes(name),
);
const isSafe =
  (...freers: readonly string[]) =>
  (chosen: readonly Protection[]): boolean => {
    const all: Protection = {
      name: chosen.map(({ name }) => name).join(' + '),
      enter: chosen.flatMap(({ enter }) => enter),
      leave: [...chosen].reverse().flatMap(({ leave }) => leave),
    };
    return freers.every((freer) => explore(combine(raceOf(freer), REREADING, all, 'x86')).verdict === 'none');
  };
const names = (fixes: readonly (readonly Protection[])[]): readonly string[] =>
  fixes.map((fix) => fix.map(({ name }) => name).join(' + '));

it('hot-remove alone: the hotplug lock', () => {
  expect(names(smallestFixes(candidates, isSafe(hotRemove)))).toEqual(['get_online_mems']);
});

it('hot-remove and huge vmap: it takes two, the ones that ptdump takes', () => {
  expect(names(smallestFixes(candidates, isSafe(hotRemove, vmap)))).toEqual(['get_online_mems + mmap write']);
});

it('what is harmful alone is not tried in a pair', () => {
  const tried: string[] = [];
  smallestFixes(
    ['a', 'b', 'c'],
    (chosen) => {
      tried.push(chosen.join(''));
      return false;
    },
    (candidate) => candidate === 'b',
  );
  expect(tried).toEqual(['a', 'b', 'c', 'ac']);
});
