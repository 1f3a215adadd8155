/** The C parser out of the wasm files that come with the tool. */
import { messageOf } from '../core/message-of.js';
import { RequestError } from '../core/session.js';
import { createParser, type CParser } from '../core/syntax/parser.js';
import { readWasm } from './assets.js';

/** Throws RequestError when the files are missing or damaged: an installation that is not whole. */
export async function loadParser(): Promise<CParser> {
  try {
    const { runtime, grammar } = readWasm();
    return await createParser(runtime, grammar);
  } catch (error) {
    const why = messageOf(error);
    throw new RequestError(
      `the C parser (tree-sitter, wasm) can not be loaded; install walkrace again: ${why}`,
    );
  }
}
