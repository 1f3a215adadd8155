/** Runs a TypeScript file of this project: node scripts/run-ts.mjs FILE [ARGS]. Bundled, so that .scm and .race files load as in the product. */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';

const [file, ...args] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: node scripts/run-ts.mjs FILE [ARGS]');
mkdirSync('.cache/run', { recursive: true });
const outfile = `.cache/run/${basename(file, '.ts')}.mjs`;
await build({
  entryPoints: [file],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
  loader: { '.scm': 'text', '.race': 'text', '.c': 'text' },
});
process.exitCode = spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' }).status ?? 1;
