/** Small pieces that the server's tests share: a finding, a walker, and a check of a text. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Finding, WalkerReport } from '../../../src/core/report/report.js';
import type { Check } from '../../../src/server/open-documents.js';

export const finding = (changes: Partial<Finding> = {}): Finding => ({
  id: 'f1',
  rule: 'kernel-walk/hot-remove',
  severity: 'warning',
  live: ['x86'],
  latent: ['arm'],
  file: 'mm/dump.c',
  line: 3,
  column: 9,
  endLine: 3,
  endColumn: 29,
  function: 'dump_walk',
  message: 'dump_walk() reads pmd entries that memory hot-remove can free; nothing excludes it',
  freer: 'memory-hot-remove',
  held: [],
  missing: ['mem_hotplug_lock'],
  chain: [],
  verdict: 'not-run',
  consequence: null,
  states: 0,
  reason: '',
  ...changes,
});

export const walker = (changes: Partial<WalkerReport> = {}): WalkerReport => ({
  file: 'mm/dump.c',
  function: 'dump_walk',
  line: 1,
  tables: 'kernel',
  ranges: ['linear'],
  judgement: 'reported',
  reason: '',
  roots: [],
  ...changes,
});

export const WALK = `static void dump_walk(pud_t *pud, unsigned long addr)
{
	pmd_t *pmd = pmd_offset(pud, addr);
}
`;

export const check = (
  findings: readonly Finding[],
  walkers: readonly WalkerReport[] = [walker()],
  text = WALK,
): Check => ({
  uri: 'file:///tree/mm/dump.c',
  version: 1,
  location: { root: '/tree', kernelTree: true, path: 'mm/dump.c' },
  text: TextDocument.create('file:///tree/mm/dump.c', 'c', 1, text),
  diagnosis: { findings, walkers, defects: [], isAlone: false },
  ms: 1,
});
