/** All benchmarks, one after the other: `npm run bench [NAME...]`. They print ratios, and assert nothing. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(process.cwd(), 'bench');
const all = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3));
const wanted = process.argv.slice(2).filter((name) => !name.startsWith('-'));
const unknown = wanted.filter((name) => !existsSync(join(folder, `${name}.ts`)));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  for (const name of wanted.length > 0 ? wanted : all) {
    console.log(`\n== ${name}`);
    try {
      execFileSync(process.execPath, ['scripts/run-ts.mjs', `bench/${name}.ts`], { stdio: 'inherit' });
    } catch {
      process.exitCode = 1;
    }
  }
}
