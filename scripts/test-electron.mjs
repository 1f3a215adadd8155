#!/usr/bin/env node
/** The extension's suite in a desktop VS Code, where that can be downloaded (VSCODE names one that is installed instead). */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { SUITE, buildSuite } from './build-suite.mjs';

const root = join(import.meta.dirname, '..');
await buildSuite(root);
const workspace = mkdtempSync(join(tmpdir(), 'walkrace-sample-'));
cpSync(join(root, 'sample'), workspace, { recursive: true });
try {
  await runTests({
    ...(process.env.VSCODE === undefined ? {} : { vscodeExecutablePath: process.env.VSCODE }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, SUITE),
    launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
