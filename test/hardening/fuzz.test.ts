/**
 * No text, however broken, crashes the way of a file, hangs it or makes it grow. `FUZZ=1000000 npx vitest run --project hardening`
 * is the longer run; `FUZZ_SEED` chooses other mutations.
 */
import { beforeAll, expect, test } from 'vitest';
import type { CParser } from '../../src/core/syntax/parser.js';
import { parserForTests } from '../unit/syntax/parser-for-tests.js';
import { mutated, randomFrom } from './mutations.js';
import { passThrough } from './pipeline.js';
import { seeds } from './seeds.js';

const INPUTS = Number(process.env['FUZZ'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** No input of these sizes needs a tenth of it on an idle machine. */
const HANG_MS = 5_000;

let parser: CParser;
beforeAll(async () => (parser = await parserForTests()));

test(`${INPUTS} mutations of C go through, in time, and memory stays flat`, () => {
  const texts = seeds();
  const random = randomFrom(SEED);
  const memory: number[] = [];
  const faults: string[] = [];
  let functions = 0;
  for (let input = 0; input < INPUTS; input += 1) {
    const text = mutated(texts[random(texts.length)] ?? '', random);
    try {
      const passed = passThrough(text, parser);
      functions += passed.functions;
      if (passed.ms > HANG_MS) faults.push(`input ${input} took ${Math.round(passed.ms)} ms:\n${text}`);
    } catch (error) {
      faults.push(
        `input ${input}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${text}`,
      );
    }
    if (input % Math.ceil(INPUTS / 10) === 0) memory.push(resident());
  }
  expect(faults.slice(0, 3)).toEqual([]);
  expect(functions).toBeGreaterThan(INPUTS / 4);
  // The first tenths warm up code and wasm memory.
  const [warm = 0, last = 0] = [memory.at(4), memory.at(-1)];
  expect(last - warm).toBeLessThan(64);
}, 1_200_000);

/** MB of the process; what the collector would free is not counted where it may be called. */
function resident(): number {
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1e6;
}
