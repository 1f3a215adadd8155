/** No text that somebody wrote to hurt is taken for long, or brings the process down. */
import { beforeAll, expect, test } from 'vitest';
import type { CParser } from '../../src/core/syntax/parser.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { HOSTILE } from './hostile.js';
import { passThrough } from './pipeline.js';

let parser: CParser;
beforeAll(async () => (parser = await parserForTests()));

test.each(HOSTILE)(
  '%s',
  (_, make) => {
    expect(passThrough(make(), parser).ms).toBeLessThan(30_000);
  },
  120_000,
);
