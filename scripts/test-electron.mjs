#!/usr/bin/env node
/** The extension's suite in a desktop VS Code, where that can be downloaded (VSCODE names one that is installed instead). */
import { join } from 'node:path';
import { runTests } from '@vscode/test-electron';
import { SUITE, buildSuite } from './build-suite.mjs';

const root = join(import.meta.dirname, '..');
await buildSuite(root);
try {
  await runTests({
    ...(process.env.VSCODE === undefined ? {} : { vscodeExecutablePath: process.env.VSCODE }),
    extensionDevelopmentPath: root,
    extensionTestsPath: join(root, SUITE),
    launchArgs: [
      join(root, 'test', 'editor', 'workspace'),
      '--disable-extensions',
      '--disable-workspace-trust',
    ],
  });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
