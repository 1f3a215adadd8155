/**
 * Sends every .c and .h of kernel trees through dialect, parser, facts and lowering, and tells of crashes, limits and memory.
 * Usage: node scripts/run-ts.mjs scripts/whole-source.ts [--passes N] [--every N] TREE...
 */
import { parseArgs } from 'node:util';
import { passAll, sourcesOf } from '../test/hardening/whole-source.js';
import { parserForTests } from '../test/unit/syntax/parser-for-tests.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { passes: { type: 'string', default: '1' }, every: { type: 'string', default: '1' } },
});
const parser = await parserForTests();
for (const root of positionals) {
  const every = Number(values.every);
  const paths = sourcesOf(root).filter((_, index) => index % every === 0);
  const started = performance.now();
  const told = (done: number): void => console.error(`${root}: ${done} of ${paths.length}`);
  const found = passAll(root, paths, parser, { passes: Number(values.passes), told });
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${root}: ${found.files} files, ${(found.bytes / 1e6).toFixed(0)} MB, ${found.functions} functions, ${found.steps} steps, ${seconds} s`,
  );
  console.log(
    `  slowest: ${found.slowest.path}, ${found.slowest.ms} ms; memory after each pass: ${found.memory.join(', ')} MB`,
  );
  console.log(`  ${found.limits.length} limits met${found.limits.map((each) => `\n    ${each}`).join('')}`);
  console.log(`  ${found.crashes.length} crashes${found.crashes.map((each) => `\n    ${each}`).join('')}`);
  if (found.crashes.length > 0) process.exitCode = 1;
}
