/** Real source through the way of a file: one file of two hundred here, every one by scripts/whole-source.ts. */
import { expect, test } from 'vitest';
import { kernelTrees, NO_TREES } from '../support/trees.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { passAll, sourcesOf } from './whole-source.js';

const EVERY = Number(process.env['WHOLE'] ?? 200);

const trees = kernelTrees();
if (trees.length === 0) test.skip(NO_TREES, () => undefined);

test.for(trees.map(({ version, root }) => [version, root] as const))(
  `one source in ${EVERY} of %s: no crash, no hang, no leak`,
  async ([, root]) => {
    const parser = await parserForTests();
    const paths = sourcesOf(root).filter((_, index) => index % EVERY === 0);
    const { crashes, slowest, memory, functions } = passAll(root, paths, parser, { passes: 3 });
    expect(crashes).toEqual([]);
    expect(slowest.ms).toBeLessThan(20_000);
    expect(functions).toBeGreaterThan(paths.length);
    const [, warm = 0, last = 0] = memory;
    expect(last - warm).toBeLessThan(64);
    parser.dispose();
  },
);
