#!/usr/bin/env node
/** `npm run pictures [sample|6.12]`: runs test/editor/pictures.ts. */
import { spawnSync } from 'node:child_process';

const args = ['scripts/run-ts.mjs', 'test/editor/pictures.ts', ...process.argv.slice(2)];
process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
