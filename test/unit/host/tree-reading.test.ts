/** What is known of a tree as a whole is kept, and never trusted after a change of what it was read from. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { treeReading, type TreeReading } from '../../../src/core/kernel/tree.js';
import { noting, SILENT_LOG } from '../../../src/core/ports.js';
import { NO_CACHE, openCache } from '../../../src/host/cache.js';
import { rootedFiles } from '../../../src/host/files.js';
import { SETTLED_MS } from '../../../src/host/file-stamp.js';
import { readingOfTree } from '../../../src/host/tree-reading.js';
import { cacheOf } from '../../support/kept-cache.js';

let top: string;
let root: string;
beforeAll(async () => {
  top = mkdtempSync(join(tmpdir(), 'walkrace-reading-'));
  root = join(top, 'tree');
  cpSync('sample', root, { recursive: true });
  await rest();
});
afterAll(() => {
  rmSync(top, { recursive: true, force: true });
});

const rest = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLED_MS));

/** The facts, and whether the tree was read for them. */
function asked(
  directory: string,
  code?: string,
): { readonly reading: TreeReading; readonly isRead: boolean } {
  const looked = new Set<string>();
  const files = noting(rootedFiles(root, SILENT_LOG), looked);
  const cache = openCache(join(top, directory), 'test', SILENT_LOG);
  return { reading: readingOfTree(root, files, [], cache, code), isRead: looked.size > 0 };
}
const afresh = (): TreeReading => treeReading(rootedFiles(root, SILENT_LOG));

describe('the facts of a tree', () => {
  it('are those of the first time while nothing has changed, and are read once', () => {
    expect(asked('same', 'code')).toEqual({ reading: afresh(), isRead: true });
    expect(asked('same', 'code')).toEqual({ reading: afresh(), isRead: false });
  });

  it('are read again by other code, and always by sources that run by themselves', () => {
    asked('code', 'one');
    expect([asked('code', 'two').isRead, asked('code').isRead, asked('code').isRead]).toEqual([
      true,
      true,
      true,
    ]);
    expect(readingOfTree(root, rootedFiles(root, SILENT_LOG), [], NO_CACHE, 'one')).toEqual(afresh());
  });

  it('are read again where another Node has kept them in a manner that this one does not read', () => {
    const newer = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      serialize({ reading: {}, stamps: [] }).subarray(2),
    ]);
    expect(readingOfTree(root, rootedFiles(root, SILENT_LOG), [], cacheOf(newer), 'code')).toEqual(afresh());
  });

  it('are read again after a change of a file, and after an architecture has come', async () => {
    asked('changed', 'code');
    const path = join(root, 'arch/arm64/Kconfig');
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('ARCH_ENABLE_MEMORY_HOTREMOVE', 'NOTHING_OF_THE_KIND'),
    );
    const changed = asked('changed', 'code');
    expect(changed).toEqual({ reading: afresh(), isRead: true });
    await rest();
    asked('changed', 'code');
    mkdirSync(join(root, 'arch/loongarch'));
    writeFileSync(join(root, 'arch/loongarch/Kconfig'), 'config LOONGARCH\n\tdef_bool y\n');
    const grown = asked('changed', 'code');
    expect(grown).toEqual({ reading: afresh(), isRead: true });
    expect(grown.reading.facts.architectures).toContain('loongarch');
  });
});
