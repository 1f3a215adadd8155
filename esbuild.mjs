/**
 * Bundles: dist/{cli,server,extension,language-client,worker}.js for Node, dist/webview/ for the browser, the two wasm files beside
 * them, and the licences of what is in them.
 */
import { build } from 'esbuild';
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bundledPackages, thirdPartyText } from './scripts/third-party.mjs';

const require = createRequire(import.meta.url);
const watch = process.argv.includes('--watch');
if (watch) throw new Error('use `npm run build` after a change: a build takes well under a second');

const common = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  metafile: true,
  target: 'es2022',
  logLevel: 'warning',
  define: { __VERSION__: JSON.stringify(require('./package.json').version) },
  loader: { '.scm': 'text', '.race': 'text', '.c': 'text' },
};
/** Its ESM build uses import.meta, which a CommonJS bundle does not have: this is the file for require(). */
const treeSitter = { 'web-tree-sitter': require.resolve('web-tree-sitter') };

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist/webview', { recursive: true });
const built = await Promise.all([
  build({
    ...common,
    platform: 'node',
    format: 'cjs',
    alias: treeSitter,
    entryPoints: { cli: 'src/cli/main.ts', server: 'src/server/main.ts', worker: 'src/host/worker.ts' },
    outdir: 'dist',
  }),
  build({
    ...common,
    platform: 'node',
    format: 'cjs',
    external: ['vscode', './language-client.js'],
    entryPoints: { extension: 'src/extension/main.ts' },
    outdir: 'dist',
  }),
  build({
    ...common,
    platform: 'node',
    format: 'cjs',
    external: ['vscode'],
    entryPoints: { 'language-client': 'src/extension/language-client.ts' },
    outdir: 'dist',
  }),
  build({
    ...common,
    platform: 'browser',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { trace: 'src/webview/main.tsx' },
    outdir: 'dist/webview',
  }),
]);
cpSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm'), 'dist/tree-sitter.wasm');
cpSync(require.resolve('tree-sitter-c/tree-sitter-c.wasm'), 'dist/tree-sitter-c.wasm');
const folders = bundledPackages(built.map(({ metafile }) => metafile));
const parsers = ['node_modules/tree-sitter-c', 'node_modules/web-tree-sitter'];
writeFileSync('dist/THIRD-PARTY.txt', thirdPartyText([...new Set([...folders, ...parsers])].sort()));
