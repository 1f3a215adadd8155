/** Findings and reports for tests: one plain race, of which each test changes what it is about. */
import type { Finding, ScanReport } from '../../../src/core/report/report.js';

export const RACE: Finding = {
  id: '00000000000000aa',
  rule: 'kernel-walk/hot-remove',
  severity: 'error',
  live: ['arm64'],
  latent: [],
  file: 'arch/arm64/mm/dump.c',
  line: 3,
  column: 2,
  endLine: 3,
  endColumn: 7,
  function: 'dump_pgd',
  message: 'dump_pgd() walks kernel page tables, and memory hot-remove may free a table that it is in',
  freer: 'memory-hot-remove',
  held: [],
  missing: ['mem_hotplug_lock'],
  chain: [
    { function: 'dump_show', file: 'arch/arm64/mm/dump.c', line: 9, held: [] },
    { function: 'dump_pgd', file: 'arch/arm64/mm/dump.c', line: 3, held: [] },
  ],
  verdict: 'confirmed',
  consequence: 'use-after-free',
  states: 616,
  reason: '',
};

export const finding = (changes: Partial<Finding> = {}): Finding => ({ ...RACE, ...changes });

export const report = (findings: readonly Finding[], changes: Partial<ScanReport> = {}): ScanReport => ({
  version: 1,
  tool: 'walkrace 1.2.3',
  root: '/linux',
  stats: {
    files: 2,
    bytes: 100,
    walkers: 3,
    judgements: { reported: 1, latent: 0, owned: 2, context: 0, protected: 0, unjudged: 0 },
    functions: 4,
    parseFailures: 0,
    ms: 5,
  },
  walkers: [],
  findings,
  ...changes,
});
