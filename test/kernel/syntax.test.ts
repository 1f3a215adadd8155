/** The parser on whole kernel trees: the functions that walk page tables have no error inside, and no call loses its function. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { toParseable } from '../../src/core/dialect/dialect.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { measure, sourceFiles } from './coverage.js';
import { hasDescent } from './descents.js';

const TREES = process.env['KERNEL_TREES'] ?? join(homedir(), 'kernel-trees');

/** At most this many functions with a descent have a parse error inside; `sites` are the call-site lines of the release. */
const BOUNDS = [
  { tree: 'v6.1.192', damaged: 5, sites: 1164 },
  { tree: 'v6.12.117', damaged: 5, sites: 1188 },
];

for (const { tree, damaged, sites } of BOUNDS) {
  const root = join(TREES, tree);
  const missing = !existsSync(root);
  if (missing)
    console.log(`skipped: no kernel tree at ${root} (set KERNEL_TREES to the folder that holds ${tree})`);
  describe.skipIf(missing)(tree, () => {
    test('descents are parsed and attributed', async () => {
      const coverage = measure(await parserForTests(), root);
      console.log(
        `${tree}: ${coverage.functions} functions with a descent, ${coverage.damaged.length} damaged: ${coverage.damaged.join(', ')}`,
      );
      expect(coverage.damaged.length).toBeLessThanOrEqual(damaged);
      expect(coverage.lost).toEqual([]);
      expect(coverage.sites).toBe(sites);
    });

    test('what is parseable stays as it is, with the same length and lines', () => {
      const lineEnds = (text: string): string => text.replace(/[^\r\n]/g, '.');
      const changed: string[] = [];
      for (const path of sourceFiles(root)) {
        const original = readFileSync(join(root, path), 'utf8');
        if (!hasDescent(original)) continue;
        const { text } = toParseable(original);
        if (lineEnds(text) !== lineEnds(original) || toParseable(text).text !== text) changed.push(path);
      }
      expect(changed).toEqual([]);
    });
  });
}
