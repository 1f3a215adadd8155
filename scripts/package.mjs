#!/usr/bin/env node
/**
 * Out of dist/ as it is: walkrace-VERSION.vsix, or the file that is named, of at most 2 MB; and beside it the npm package,
 * walkrace-VERSION.tgz, whose command works with no editor.
 */
import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createVSIX } from '@vscode/vsce';

const BUDGET = 2_000_000;
const { version } = createRequire(import.meta.url)('../package.json');
const packagePath = process.argv[2] ?? `walkrace-${version}.vsix`;
await createVSIX({
  packagePath,
  dependencies: false,
  allowMissingRepository: true,
  rewriteRelativeLinks: false,
});
const { size } = statSync(packagePath);
console.log(`${packagePath}: ${(size / 1e6).toFixed(2)} MB`);
if (size > BUDGET) {
  console.error(`the VSIX is larger than ${BUDGET / 1e6} MB`);
  process.exit(1);
}
const folder = dirname(packagePath);
const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
  encoding: 'utf8',
});
const [{ filename }] = JSON.parse(packed);
const tarball = join(folder, filename);
console.log(`${tarball}: ${(statSync(tarball).size / 1e6).toFixed(2)} MB`);
