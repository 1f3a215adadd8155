/** The worker as the product has it: bundled, with the parsers beside it. */
import { buildSync } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { resolve } = createRequire(import.meta.url);

/** Builds the worker into a directory; gives the path of the script. */
export function buildWorker(directory: string): string {
  const outfile = join(directory, 'worker.js');
  buildSync({
    entryPoints: ['src/host/worker.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    alias: { 'web-tree-sitter': resolve('web-tree-sitter') },
    loader: { '.scm': 'text', '.race': 'text', '.c': 'text' },
    outfile,
  });
  copyFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm'), join(directory, 'tree-sitter.wasm'));
  copyFileSync(resolve('tree-sitter-c/tree-sitter-c.wasm'), join(directory, 'tree-sitter-c.wasm'));
  return outfile;
}

/** A worker like another, that does something else with a task over a file. */
export function fussyWorker(
  directory: string,
  worker: string,
  { file, does }: { readonly file: string; readonly does: string },
): string {
  const script = join(directory, `fussy-${createHash('sha1').update(does).digest('hex')}.cjs`);
  writeFileSync(
    script,
    `const { parentPort } = require('node:worker_threads');
     const on = parentPort.on.bind(parentPort);
     const isHard = ({ paths, files }) => (paths ?? files).includes(${JSON.stringify(file)});
     parentPort.on = (event, listener) => on(event, (task) => (isHard(task) ? (${does}) : listener(task)));
     require(${JSON.stringify(worker)});`,
  );
  return script;
}
