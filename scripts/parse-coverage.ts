/**
 * Prints how much of the page-table code of kernel trees the parser takes.
 * Usage: node scripts/run-ts.mjs scripts/parse-coverage.ts TREE...
 */
import { parserForTests } from '../test/unit/syntax/parser-for-tests.js';
import { measure } from '../test/kernel/coverage.js';

const parser = await parserForTests();
for (const root of process.argv.slice(2)) {
  const started = performance.now();
  const coverage = measure(parser, root);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `${root}: ${coverage.files} files, ${coverage.functions} functions with a descent, ${coverage.sites} call-site lines, ${seconds} s`,
  );
  console.log(`  ${coverage.damaged.length} functions with a parse error inside`);
  for (const each of coverage.damaged) console.log(`    ${each}`);
  console.log(`  ${coverage.lost.length} call-site lines without their function`);
  for (const each of coverage.lost) console.log(`    ${each}`);
}
