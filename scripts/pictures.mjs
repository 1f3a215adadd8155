#!/usr/bin/env node
/** `npm run pictures [sample|6.12]`: bundles and runs test/editor/pictures.ts. */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';

const outfile = '.cache/run/pictures.mjs';
await build({
  entryPoints: ['test/editor/pictures.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode =
  spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1;
