/** No text that somebody wrote to hurt is taken for long, or brings the process down. */
import { beforeAll, expect, test } from 'vitest';
import type { CParser } from '../../src/core/syntax/parser.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { HOSTILE } from './hostile.js';
import { mutated, randomFrom } from './mutations.js';
import { passThrough } from './pipeline.js';
import { seeds } from './seeds.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
  // What runs then is the engine's optimized code, as in a long scan: it has had costs of its own (see dialect/comments.ts).
  const random = randomFrom(1);
  for (const text of seeds().slice(0, 500)) passThrough(mutated(text, random), parser);
});

test.each(HOSTILE)(
  '%s',
  (_, make) => {
    expect(passThrough(make(), parser).ms).toBeLessThan(30_000);
  },
  120_000,
);
