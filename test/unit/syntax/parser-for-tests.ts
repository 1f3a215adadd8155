/** A parser from the installed packages' wasm files. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createParser, type CParser, type Limits } from '../../../src/core/syntax/parser.js';

const require = createRequire(import.meta.url);

export function parserForTests(limits?: Limits): Promise<CParser> {
  return createParser(
    readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
    readFileSync(require.resolve('tree-sitter-c/tree-sitter-c.wasm')),
    limits,
  );
}
