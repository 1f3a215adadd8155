/** Files that come with the tool: the two parsers in wasm, the worker's script, and the trace page. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

export interface WasmAssets {
  readonly runtime: Uint8Array;
  readonly grammar: Uint8Array;
}

/** The directory of the bundle (dist/). A script that runs as an ES module has none: it runs in the project's directory. */
const HERE = typeof __dirname === 'string' ? __dirname : process.cwd();

/** Beside the bundle, or from the packages when the sources run by themselves. */
export function readWasm(): WasmAssets {
  return {
    runtime: readAsset('tree-sitter.wasm', 'web-tree-sitter/web-tree-sitter.wasm'),
    grammar: readAsset('tree-sitter-c.wasm', 'tree-sitter-c/tree-sitter-c.wasm'),
  };
}

function readAsset(name: string, packaged: string): Uint8Array {
  const beside = join(HERE, name);
  return readFileSync(existsSync(beside) ? beside : createRequire(join(HERE, name)).resolve(packaged));
}

/** The trace page, bundled: what a standalone page is made of. */
export function readPage(): { readonly script: string; readonly style: string } {
  const read = (name: string): string => readFileSync(join(HERE, 'webview', name), 'utf8');
  return { script: read('trace.js'), style: read('trace.css') };
}

/** The bundled worker; undefined when the sources run by themselves: work is then done in this thread. */
export function workerScript(): string | undefined {
  const beside = join(HERE, 'worker.js');
  return existsSync(beside) ? beside : undefined;
}

/** A digest of the code that runs, so that what it has worked out is not taken for the work of another; undefined for sources. */
export function codeDigest(): string | undefined {
  const worker = workerScript();
  return worker === undefined ? undefined : createHash('sha256').update(readFileSync(worker)).digest('hex');
}
