/** The VSIX of dist/ as it is, made once a test run: out/walkrace-test.vsix. WALKRACE_VSIX names another. */
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './host/available.js';

export function packVsix(): string {
  const named = process.env['WALKRACE_VSIX'];
  if (named !== undefined) return named;
  const path = join(PROJECT, 'out', 'walkrace-test.vsix');
  mkdirSync(join(PROJECT, 'out'), { recursive: true });
  execFileSync(process.execPath, [join(PROJECT, 'scripts', 'package.mjs'), path], {
    cwd: PROJECT,
    stdio: 'pipe',
  });
  return path;
}
