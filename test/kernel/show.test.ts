/**
 * The whole way through on the real 6.12: walkers of three files, and what becomes of them when their protection is deleted or
 * swapped. Changed texts are laid over the tree as an editor's open documents are; nothing is written into it.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { NEVER_CANCELLED, SILENT_LOG } from '../../src/core/ports.js';
import type { Finding, ReplayReport, ScanReport } from '../../src/core/report/report.js';
import { createSession, type Session } from '../../src/core/session.js';
import { createParser } from '../../src/core/syntax/parser.js';
import { readWasm } from '../../src/host/assets.js';
import { openCache } from '../../src/host/cache.js';
import { openTree } from '../../src/host/open-tree.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';

const tree = kernelTrees().find((each) => isVersion(each, '6.12'));
const ARM = 'arch/arm/mm/dump.c';
const HASH = 'arch/powerpc/mm/ptdump/hashpagetable.c';
const PTDUMP = 'mm/ptdump.c';

describe.runIf(tree !== undefined)('6.12', () => {
  let session: Session;
  const changed = new Set<string>();

  beforeAll(async () => {
    if (tree === undefined) return;
    const wasm = readWasm();
    const parser = await createParser(wasm.runtime, wasm.grammar);
    const cache = openCache(mkdtempSync(join(tmpdir(), 'walkrace-show-')), 'test', SILENT_LOG);
    const { root, files, paths, scan } = await openTree(tree.root, { cache, log: SILENT_LOG });
    const words = { segments: scan.segments, gone: scan.gone, paths };
    session = createSession({ root, tool: 'walkrace test', files, parser, log: SILENT_LOG, tree: words });
  });
  afterEach(() => {
    for (const file of changed) session.closeDocument(file);
    changed.clear();
  });

  const scanOf = (...files: readonly string[]): ScanReport =>
    session.scan(files, { replay: true }, { cancellation: NEVER_CANCELLED, progress: () => undefined });
  const hotRemove = ({ findings }: ScanReport, file: string): readonly Finding[] =>
    findings.filter((finding) => finding.file === file && finding.freer === 'memory-hot-remove');
  const replay = (
    file: string,
    name: string,
    freer: 'memory-hot-remove' | 'huge-vmap',
    ...added: readonly string[]
  ): ReplayReport => session.replay({ file, function: name, freer, with: added });

  /** Lays a copy over the file in which each line that holds the first text has the second instead. */
  function change(file: string, edits: Readonly<Record<string, string>>): void {
    const text = session.read(file) ?? '';
    let edited = text;
    for (const [from, to] of Object.entries(edits)) {
      expect(edited).toContain(from);
      edited = edited.replaceAll(from, to);
    }
    session.openDocument(file, edited);
    changed.add(file);
  }

  test("arm's dump is found, and latent: arm has no hot-remove", () => {
    const report = scanOf(ARM);
    expect(report.walkers.map(({ function: name }) => name)).toContain('walk_pgd');
    expect(hotRemove(report, ARM)).toMatchObject([{ severity: 'info', live: [], latent: ['arm'] }]);
  });

  test("powerpc's dump of the hash table is found, with what it holds", () => {
    const walker = scanOf(HASH).walkers.find(({ file }) => file === HASH);
    expect(walker).toMatchObject({ tables: 'kernel' });
    expect(walker?.roots.map(({ chain }) => chain.at(-1)?.held)).toEqual([[]]);
  });

  test('ptdump_walk_pgd() is seen, and protected: it takes the hotplug lock by itself', () => {
    const report = scanOf(PTDUMP);
    const walker = report.walkers.find(({ function: name }) => name === 'ptdump_walk_pgd');
    expect(walker?.roots.length).toBeGreaterThan(0);
    for (const { chain } of walker?.roots ?? []) expect(chain.at(-1)?.held).toContain('mem_hotplug_lock');
    expect(hotRemove(report, PTDUMP)).toEqual([]);
  });

  test('without its get/put pair it is a confirmed race, with a trace', () => {
    change(PTDUMP, { 'get_online_mems();': '', 'put_online_mems();': '' });
    expect(hotRemove(scanOf(PTDUMP), PTDUMP)).toMatchObject([
      { verdict: 'confirmed', function: 'ptdump_walk_pgd' },
    ]);
    const { trace, verdict } = replay(PTDUMP, 'ptdump_walk_pgd', 'memory-hot-remove');
    expect(verdict).toBe('confirmed');
    // x86 frees the table before it clears the entry: the walk may take the pointer after
    const marks = trace.flatMap(({ mark }) => mark ?? []);
    expect([...marks].sort()).toEqual(['freed', 'took', 'used']);
    expect(marks.at(-1)).toBe('used');
  });

  test('with rcu_read_lock() in its place it is still one, and the lock that sleeps inside is told', () => {
    change(PTDUMP, { 'get_online_mems();': 'rcu_read_lock();', 'put_online_mems();': 'rcu_read_unlock();' });
    expect(hotRemove(scanOf(PTDUMP), PTDUMP)).toMatchObject([
      {
        verdict: 'confirmed',
        held: expect.arrayContaining(['rcu']) as string[],
        reason: expect.stringContaining('sleep in atomic context') as string,
      },
    ]);
    expect(replay(PTDUMP, 'ptdump_walk_pgd', 'memory-hot-remove').kinds).toContain('sleep-in-atomic');
  });

  test("arm's dump in the machine: hot-remove, the lock that excludes it, and the freer that this lock does not exclude", () => {
    const bare = replay(ARM, 'ptdump_walk_pgd', 'memory-hot-remove');
    expect(bare).toMatchObject({ verdict: 'confirmed', consequence: 'use-after-free' });
    const lines = bare.trace.flatMap(({ code, at }) => (at?.startsWith(ARM) === true ? [code ?? ''] : []));
    expect(lines.some((line) => line.includes('pte_offset_kernel'))).toBe(true);
    expect(replay(ARM, 'ptdump_walk_pgd', 'memory-hot-remove', 'get_online_mems')).toMatchObject({
      verdict: 'refuted',
      trace: [],
    });
    expect(replay(ARM, 'ptdump_walk_pgd', 'huge-vmap', 'get_online_mems').verdict).toBe('confirmed');
    expect(replay(ARM, 'ptdump_walk_pgd', 'memory-hot-remove', 'rcu_read_lock').verdict).toBe('confirmed');
  });
});

if (tree === undefined) {
  test('walkers of 6.12', ({ skip }) => {
    skip(NO_TREES);
  });
}
