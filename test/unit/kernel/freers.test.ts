import { describe, expect, test } from 'vitest';
import { CAPABILITIES } from '../../../src/core/kernel/capabilities.js';
import { FREER_FRAGMENTS } from '../../../src/core/kernel/fragments.js';
import { FREER_SUPPORT } from '../../../src/core/kernel/freer-support.js';
import { FREERS } from '../../../src/core/kernel/freers.js';
import { protectionOf } from '../../../src/core/kernel/protections.js';
import { FREER_IDS } from '../../../src/core/kernel/types.js';
import { parseRace } from '../../../src/core/trace/language/parse.js';

/** Locks of freers that no walker's protection is: each belongs to one subsystem. */
const PRIVATE_LOCKS = ['vmem_mutex', 'cpa_lock'];

/** Of kernels before a fix that every stable tree has by now: no code is at hand to cite. */
const UNFIXED: readonly string[] = ['thp-collapse-file-nosync.race'];

describe('the freers', () => {
  test('every fragment can be read', () => {
    const errors = FREER_FRAGMENTS.flatMap(({ file, text }) =>
      (parseRace(text).errors ?? []).map(({ line, message }) => `${file}:${line}: ${message}`),
    );
    expect(errors).toEqual([]);
  });

  test('every freer has a row, what makes it exist, and steps for each kind of table that it frees', () => {
    expect(FREERS.map(({ id }) => id)).toEqual([...FREER_IDS]);
    expect(FREER_SUPPORT.map(({ freer }) => freer)).toEqual([...FREER_IDS]);
    for (const { id, tables, ranges } of FREERS) {
      const own = FREER_FRAGMENTS.flatMap(({ text }) => parseRace(text).file ?? []).filter(
        ({ what }) => what.kind === 'freer' && what.id === id,
      );
      expect([...new Set(own.map((race) => race.tables))].sort(), id).toEqual([...tables].sort());
      for (const range of own.flatMap((race) => race.ranges)) expect(ranges, id).toContain(range);
    }
  });

  test.each(FREER_FRAGMENTS.map(({ file, text }) => [file, text] as const))('%s', (_file, text) => {
    const race = parseRace(text).file;
    if (!race) throw new Error('unreadable');
    const capabilities = CAPABILITIES.map(({ id }) => id);
    expect(
      race.when.map((each) => each.replace('!', '')).filter((each) => !capabilities.includes(each)),
    ).toEqual([]);
    const classes = race.locks.map(({ name }) => name.replace(/\(.*/, ''));
    expect(classes.filter((each) => !protectionOf(each) && !PRIVATE_LOCKS.includes(each))).toEqual([]);
    for (const { name, kind } of race.locks) {
      const effect = protectionOf(name.replace(/\(.*/, ''))?.effect;
      if (effect?.kind === 'lock') expect(kind, name).toBe(effect.lock);
    }
    expect(race.threads.filter(({ role }) => role === 'freer')).toHaveLength(1);
    expect(race.threads.filter(({ role }) => role === 'walker')).toEqual([]);
  });

  test.each(FREER_FRAGMENTS.map(({ file, text }) => [file, text] as const))(
    '%s says where and when it holds, and by which code',
    (file, text) => {
      const race = parseRace(text).file;
      expect(race?.arch.length).toBeGreaterThan(0);
      expect(race?.ranges.length).toBeGreaterThan(0);
      expect(race?.versions, 'versions').toMatch(/\d/);
      expect(race?.config, 'config').toMatch(/[A-Z]/);
      // The order of calls is held against the trees by test/kernel/knowledge.test.ts.
      if (!UNFIXED.includes(file)) expect(race?.orders.length, 'order').toBeGreaterThan(0);
    },
  );

  test('no two fragments of a freer have one variant', () => {
    const names = FREER_FRAGMENTS.flatMap(({ text }) => {
      const race = parseRace(text).file;
      return race?.what.kind === 'freer'
        ? [`${race.what.id} ${race.tables ?? ''} ${race.variant ?? ''}`]
        : [];
    });
    expect(new Set(names).size).toBe(names.length);
  });
});
