/** Bundles the suite that runs inside the extension host: out/electron/suite.js. */
import { build } from 'esbuild';

export const SUITE = 'out/electron/suite.js';

export const buildSuite = (root) =>
  build({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'es2022',
    logLevel: 'warning',
    external: ['vscode'],
    entryPoints: ['test/electron/suite.ts'],
    outfile: SUITE,
  });
