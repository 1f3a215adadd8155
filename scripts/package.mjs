#!/usr/bin/env node
/** The VSIX, out of dist/ as it is: walkrace-VERSION.vsix, or the file that is named. The budget is 2 MB. */
import { statSync } from 'node:fs';
import { createVSIX } from '@vscode/vsce';
import { createRequire } from 'node:module';

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
