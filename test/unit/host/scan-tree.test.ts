/** The same bytes with any number of workers, in any order of files, from new and from kept results. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEVER_CANCELLED, SILENT_LOG } from '../../../src/core/ports.js';
import type { ScanResults, ScannedFile } from '../../../src/core/scan.js';
import type { Session } from '../../../src/core/session.js';
import { NO_CACHE, openCache, type Cache } from '../../../src/host/cache.js';
import { openResults } from '../../../src/host/results.js';
import { SETTLED_MS } from '../../../src/host/file-stamp.js';
import { scanInWorkers } from '../../../src/host/scan-workers.js';
import { openedTree, workerTree } from '../../support/open-session.js';
import { buildWorker } from '../../support/worker-script.js';

/** Each test scans the sample tree a few times. */
const TIMEOUT_MS = 60_000;

let top: string;
let root: string;
let worker: string;
beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'walkrace-scan-'));
  worker = buildWorker(top);
  root = join(top, 'tree');
  cpSync('sample', root, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}, TIMEOUT_MS);
afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

const opened = (at = root): ReturnType<typeof openedTree> => openedTree(at, NO_CACHE);

function bytesOf(session: Session, results?: ScanResults, paths: readonly string[] = []): string {
  const ports = { cancellation: NEVER_CANCELLED, progress: () => undefined, ...(results ? { results } : {}) };
  const { stats, ...report } = session.scan(paths, { replay: true }, ports);
  return JSON.stringify({ ...report, stats: { ...stats, ms: 0 } });
}

describe('a scan', { timeout: TIMEOUT_MS }, () => {
  it.each([1, 2, 3])('gives the same bytes with %d workers as with none', async (jobs) => {
    const { tree, session } = await opened();
    const paths = session.lookedAt([]);
    const found = new Map<string, ScannedFile>();
    const restsOn = new Map<string, readonly string[]>();
    await scanInWorkers({
      worker,
      jobs,
      tree: workerTree(tree),
      paths,
      replay: true,
      results: {
        keep: (path, file, { files }) => {
          found.set(path, file);
          restsOn.set(path, [...files].sort());
        },
      },
      log: SILENT_LOG,
      limitMs: TIMEOUT_MS,
    });
    expect([...found.keys()].sort()).toEqual([...paths].sort());
    for (const path of paths)
      expect(restsOn.get(path)).toEqual([...session.scanFile(path, { replay: true }).uses.files].sort());
    const results: ScanResults = { known: (path) => found.get(path), keep: () => undefined };
    expect(bytesOf(session, results)).toBe(bytesOf((await opened()).session));
  });

  it('of a file rests on the same, whatever was looked at before', async () => {
    const usesIn = async (inOrder: (paths: readonly string[]) => readonly string[]): Promise<unknown> => {
      const { session } = await opened();
      const all = inOrder(session.lookedAt([])).map((path): readonly [string, unknown] => {
        const { files, texts, insides, mentioned, defined, asked } = session.scanFile(path, {
          replay: true,
        }).uses;
        const names = [files, texts, mentioned, defined, asked].map((each) => [...each].sort());
        return [
          path,
          { names, insides: [...insides].map(([file, each]) => [file, ...[...each].sort()].join()).sort() },
        ];
      });
      return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
    };
    expect(await usesIn((paths) => paths.toReversed())).toEqual(await usesIn((paths) => paths));
  });

  it('of files in another order finds the same in each', async () => {
    const forward = (await opened()).session;
    const backward = (await opened()).session;
    const paths = forward.lookedAt([]);
    const lookAt = (session: Session, path: string): string =>
      JSON.stringify(session.scanFile(path, { replay: true }).answer);
    const there = paths.map((path) => lookAt(forward, path));
    const back = paths.toReversed().map((path) => lookAt(backward, path));
    expect(back.toReversed()).toEqual(there);
  });
});

/** A scan with what a cache has, and the files that it looked at again. */
async function scanned(
  cache: Cache,
  at = root,
  paths: readonly string[] = [],
): Promise<{ bytes: string; looked: readonly string[] }> {
  const { tree, session } = await opened(at);
  const kept = openResults({
    cache,
    root: tree.root,
    key: 'test',
    facts: session.treeFacts,
    words: tree.words,
    read: (path) => tree.files.read(path),
  });
  const looked: string[] = [];
  const bytes = bytesOf(
    session,
    {
      known: (path) => kept.known(path),
      keep: (path, found, uses, shapeOf) => {
        looked.push(path);
        kept.keep(path, found, uses, shapeOf);
      },
    },
    paths,
  );
  kept.save();
  return { bytes, looked };
}

describe('kept results', { timeout: TIMEOUT_MS }, () => {
  const directory = (name: string): string => join(top, name);
  const cacheIn = (name: string): Cache => openCache(directory(name), 'test', SILENT_LOG);

  it('are used while nothing changes', async () => {
    const cache = cacheIn('unchanged');
    const { bytes, looked } = await scanned(cache);
    expect(looked.length).toBeGreaterThan(1);
    expect(await scanned(cache)).toEqual({ bytes, looked: [] });
  });

  it('of the locks in another file are used, and found again when that is another', async () => {
    const at = directory('locks');
    const lock = (between: string): string =>
      `void show_all(struct seq_file *m)\n{\n\tget_online_mems();\n${between}\tput_online_mems();\n}\n`;
    mkdirSync(join(at, 'mm'), { recursive: true });
    writeFileSync(join(at, 'Kbuild'), '');
    writeFileSync(join(at, 'mm', 'show.c'), lock('\tshow_one(m);\n'));
    writeFileSync(
      join(at, 'mm', 'one.c'),
      'void show_one(struct seq_file *m)\n{\n\tget_online_mems();\n\tput_online_mems();\n}\n',
    );
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const cache = cacheIn('locks-cache');
    const first = await scanned(cache, at, ['mm/one.c']);
    expect(first.looked).toEqual(['mm/one.c', 'locks of mm/show.c']);
    expect(first.bytes).toContain('lock/recursive-read');
    expect(await scanned(cache, at, ['mm/one.c'])).toEqual({ bytes: first.bytes, looked: [] });
    writeFileSync(join(at, 'mm', 'show.c'), lock(''));
    const after = await scanned(cache, at, ['mm/one.c']);
    expect(after.looked).toContain('locks of mm/show.c');
    expect(after.bytes).not.toContain('lock/recursive-read');
  });

  it('of a walker are used after a change of a function that it does not rest on', async () => {
    const cache = cacheIn('beside');
    const { bytes } = await scanned(cache);
    const path = 'arch/arm64/mm/dump_hotplug_lock.c';
    writeFileSync(join(root, path), `${readFileSync(join(root, path), 'utf8')}\n/* changed */\n`);
    const after = await scanned(cache);
    expect(after.looked).toEqual([path]);
    expect(after.bytes).toBe(withBytes(bytes, '\n/* changed */\n'.length));
  });

  it('of walkers are used after functions on the way to them have moved, with the lines that these have now', async () => {
    const cache = cacheIn('moved');
    const [walker, caller] = ['mm/way_walk.c', 'mm/way_show.c'].map((path) => join(root, path));
    writeFileSync(walker ?? '', WALK);
    writeFileSync(caller ?? '', SHOW);
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    await scanned(cache);
    writeFileSync(caller ?? '', `/* moved */\n\n${SHOW}`);
    const after = await scanned(cache);
    expect(after.looked).toEqual(['mm/way_show.c']);
    expect(after.bytes).toContain('"file":"mm/way_show.c","line":8');
    expect(after.bytes).toBe((await scanned(NO_CACHE)).bytes);
    for (const path of [walker, caller]) rmSync(path ?? '');
  });

  it('that are cut off, or deleted, are as good as none', async () => {
    const cache = cacheIn('cut');
    const { bytes, looked } = await scanned(cache);
    for (const name of readdirSync(directory('cut'))) truncateSync(join(directory('cut'), name), 1000);
    expect(await scanned(cache)).toEqual({ bytes, looked });
    rmSync(directory('cut'), { recursive: true });
    expect(await scanned(cache)).toEqual({ bytes, looked });
  });

  it('of files that a change has nothing to do with are used', async () => {
    const cache = cacheIn('other');
    const before = await scanned(cache);
    writeFileSync(join(root, 'mm/other.c'), 'void nobody_knows_this(void)\n{\n}\n');
    const settled = before.looked.filter((path) => path.startsWith('arch/arm/'));
    const { looked, bytes } = await scanned(cache);
    expect(looked.filter((path) => settled.includes(path))).toEqual([]);
    expect(bytes).toBe(before.bytes);
  });

  it('of what has changed are not used: the scan finds what one from new finds', async () => {
    const cache = cacheIn('changed');
    await scanned(cache);
    for (const path of ['arch/arm64/mm/dump_hotplug_lock.c', 'mm/memory_hotplug.c']) {
      const text = readFileSync(join(root, path), 'utf8');
      writeFileSync(
        join(root, path),
        text.replace(/\b(get|put)_online_mems\(\);|\bmem_hotplug_\w+\(\);/g, ';'),
      );
      const after = await scanned(cache);
      expect(after.looked).toContain(path);
      expect(after.bytes).toBe((await scanned(NO_CACHE)).bytes);
    }
  });

  it('are right after any of many small edits', { timeout: 4 * TIMEOUT_MS }, async () => {
    const cache = cacheIn('edits');
    const { looked: all } = await scanned(cache);
    const random = randomFrom(20_261_122);
    const paths = (await opened()).tree.paths.filter((path) => path.endsWith('.c'));
    let reused = 0;
    for (let round = 0; round < EDITS; round += 1) {
      const path = paths[random(paths.length)] ?? '';
      const before = readFileSync(join(root, path), 'utf8');
      writeFileSync(join(root, path), edited(before, random));
      const after = await scanned(cache);
      expect(after.bytes, `edit ${round}, in ${path}`).toBe((await scanned(NO_CACHE)).bytes);
      reused += all.length - after.looked.length;
    }
    expect(reused).toBeGreaterThan(EDITS);
  });
});

const EDITS = 12;

/** A walk of kernel tables, and a file of debugfs that takes locks for it. */
const WALK = `void way_walk(unsigned long addr)
{
	pgd_t *pgd = pgd_offset_k(addr);

	for (; addr < TASK_SIZE; addr += PGDIR_SIZE, pgd++)
		way_note(pud_offset(p4d_offset(pgd, addr), addr));
}
`;
const SHOW = `void way_walk(unsigned long addr);
static int way_show(struct seq_file *m, void *v)
{
	get_online_mems();
	mmap_write_lock(&init_mm);
	way_walk(0);
	mmap_write_unlock(&init_mm);
	put_online_mems();
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(way);
`;

/** The report with `more` bytes read. */
function withBytes(report: string, more: number): string {
  return report.replace(/"bytes":(\d+)/, (_, bytes: string) => `"bytes":${Number(bytes) + more}`);
}

/** Small whole numbers below a bound, the same in each run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** What people do to a line: it goes, it comes twice, a blank one or a call comes before it, a lock on it is another, a name is. */
function edited(text: string, random: (below: number) => number): string {
  const lines = text.split('\n');
  const at = random(lines.length);
  const line = lines[at] ?? '';
  const ways = [
    [],
    [line, line],
    ['', line],
    ['\tmmap_read_lock(mm);', line],
    ['\tget_online_mems();', line],
    [line.replace(/lock/, 'unlock')],
    [line.replace(/\b(\w+)\(/, 'ptdump_walk_pgd(')],
    [line.replace(/\b[a-z]\w+\b/, 'renamed')],
    ['/* nothing */', line],
    [`#define ${/\w+/.exec(line)?.[0] ?? 'X'}(x) (x)`, line],
  ];
  return [...lines.slice(0, at), ...(ways[random(ways.length)] ?? []), ...lines.slice(at + 1)].join('\n');
}
