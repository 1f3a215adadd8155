#!/usr/bin/env node
/** `npm run pictures`: bundles and runs test/editor/pictures.ts, as deep in the project as its source, which finds the project by that. */
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';

const outfile = '.cache/run/pictures/main.mjs';
await build({
  entryPoints: ['test/editor/pictures.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'warning',
});
process.exitCode = spawnSync(process.execPath, [outfile], { stdio: 'inherit' }).status ?? 1;
