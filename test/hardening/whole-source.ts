/** Every source of a tree through the way of a file, with what it cost: what a crash, a hang or a leak would show in. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { CParser } from '../../src/core/syntax/parser.js';
import { passThrough } from './pipeline.js';

export interface WholeSource {
  readonly files: number;
  readonly bytes: number;
  readonly functions: number;
  readonly steps: number;
  /** `PATH: what`: something threw. */
  readonly crashes: readonly string[];
  /** `PATH: limit`: a limit was met, and said. */
  readonly limits: readonly string[];
  readonly slowest: { readonly path: string; readonly ms: number };
  /** MB of JavaScript and wasm memory after each pass. */
  readonly memory: readonly number[];
}

/** All `.c` and `.h` below a folder, in order, relative to it. */
export function sourcesOf(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** `told` hears of the progress after every thousandth file. */
export function passAll(
  root: string,
  paths: readonly string[],
  parser: CParser,
  { passes = 1, told = () => undefined }: { passes?: number; told?: (done: number) => void } = {},
): WholeSource {
  let [bytes, functions, steps, slowest] = [0, 0, 0, { path: '', ms: 0 }];
  const [crashes, limits, memory]: [string[], string[], number[]] = [[], [], []];
  for (let pass = 0; pass < passes; pass += 1) {
    paths.forEach((path, index) => {
      if (index % 1_000 === 0) told(index);
      const text = readFileSync(join(root, path), 'utf8');
      try {
        const passed = passThrough(text, parser);
        if (pass > 0) return;
        bytes += text.length;
        functions += passed.functions;
        steps += passed.steps;
        limits.push(...passed.limits.map((limit) => `${path}: ${limit}`));
        if (passed.ms > slowest.ms) slowest = { path, ms: Math.round(passed.ms) };
      } catch (error) {
        crashes.push(`${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      }
    });
    const { heapUsed, external } = process.memoryUsage();
    memory.push(Math.round((heapUsed + external) / 1e6));
  }
  return { files: paths.length, bytes, functions, steps, crashes, limits, slowest, memory };
}
