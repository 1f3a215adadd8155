/** `walkrace lsp --stdio`: the language server, for any editor. It is the program beside this one, and runs in this process. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Command } from 'commander';
import { UsageError } from '../status.js';

export function addLsp(program: Command): void {
  program
    .command('lsp')
    .summary('run the language server')
    .description('Runs the language server on standard input and output; it ends when its input does.')
    .requiredOption('--stdio', 'speak the protocol on standard input and output')
    .allowExcessArguments() // clients add options of their own (--clientProcessId=N)
    .allowUnknownOption()
    .action(start);
}

async function start(): Promise<void> {
  const server = join(__dirname, 'server.js');
  if (!existsSync(server)) throw new UsageError(`the language server ${server} is not there: npm run build`);
  createRequire(__filename)(server);
  await new Promise(() => undefined); // the server ends the process
}
