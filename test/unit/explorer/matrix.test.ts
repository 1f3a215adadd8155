/** The protection x freer table that the emulator's design promises (one row per protection, one column per freer). */
import { describe, expect, it } from 'vitest';
import hotRemoveArm64 from '../../../src/core/kernel/freers/hot-remove-arm64.race';
import hotRemoveX86 from '../../../src/core/kernel/freers/hot-remove-x86.race';
import vmapArm64 from '../../../src/core/kernel/freers/huge-vmap-pmd-arm64.race';
import vmapX86 from '../../../src/core/kernel/freers/huge-vmap-pmd-x86.race';
import vmapLocked from '../../../src/core/kernel/freers/huge-vmap-pmd-x86-locked.race';
import collapse from '../../../src/core/kernel/freers/thp-collapse-file-rcu.race';
import munmap from '../../../src/core/kernel/freers/munmap-ipi.race';
import { explore } from '../../../src/core/explorer/explore.js';
import type { ViolationKind } from '../../../src/core/machine/scenario.js';
import { PROTECTIONS, REREADING, SINGLE_FETCH, combine, raceOf } from '../../support/races.js';

const LETTERS: Partial<Record<ViolationKind, string>> = {
  'use-after-free': 'U',
  'bogus-descent': 'B',
  'null-descent': 'N',
  'leaf-descent': 'L',
  'sleep-in-atomic': 'S',
  deadlock: 'D',
};
const FREERS = [
  [hotRemoveArm64, 'arm64'],
  [hotRemoveX86, 'x86'],
  [vmapArm64, 'arm64'],
  [vmapX86, 'x86'],
  [vmapLocked, 'x86'],
  [collapse, 'x86'],
  [munmap, 'x86'],
] as const;

function row(walker: string, protection: string): string {
  const found = PROTECTIONS.find(({ name }) => name === protection);
  if (found === undefined) throw new Error(`no protection ${protection}`);
  return FREERS.map(([text, arch]) => {
    const { violations, verdict } = explore(combine(raceOf(text), walker, found, arch));
    return verdict === 'none' ? 'ok' : violations.map(({ kind }) => LETTERS[kind] ?? '').join('');
  }).join(' ');
}

/**
 * Columns: hot-remove arm64, hot-remove x86, huge vmap arm64, huge vmap x86, huge vmap under mmap_read_trylock(&init_mm),
 * THP collapse with call_rcu, munmap with an IPI for each table.
 */
describe('a walker that reads each entry twice, as the arm64 dump of 2019', () => {
  it.each([
    ['nothing', 'UBN UBN UBNL UBNL UBNL UBN UBN'],
    ['get_online_mems', 'ok ok UBNL UBNL UBNL UBN UBN'],
    ['rcu_read_lock', 'UBN UBN UBNL UBNL UBNL N UBN'],
    ['irqs off', 'UBN UBN UBNL N N N N'],
    // The lock is init_mm's (or mm's) own: x86 hot-remove takes it, and frees outside it. Against a collapse, which takes
    // the split locks of the tables, it is worth no more than the preemption that a spinlock turns off.
    ['page_table_lock', 'UBN UB UBNL UBNL UBNL N UBN'],
    ['mmap read', 'UBN UBN UBNL UBNL UBNL UBN ok'],
    ['mmap write', 'UBN UBN UBNL UBNL ok UBN ok'],
    ['get_online_mems + mmap write', 'ok ok UBNL UBNL ok UBN ok'],
    ['rcu, then get_online_mems', 'S S S S S S S'],
  ])('%s: %s', (protection, expected) => {
    expect(row(REREADING, protection)).toBe(expected);
  });
});

describe('a walker that follows the value it checked', () => {
  it.each([
    ['nothing', 'UB UB UB UB UB UB UB'],
    ['get_online_mems', 'ok ok UB UB UB UB UB'],
    ['rcu_read_lock', 'UB UB UB UB UB ok UB'],
    ['irqs off', 'UB UB UB ok ok ok ok'],
    ['mmap read', 'UB UB UB UB UB UB ok'],
  ])('%s: %s', (protection, expected) => {
    expect(row(SINGLE_FETCH, protection)).toBe(expected);
  });
});
