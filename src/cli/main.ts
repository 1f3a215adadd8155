#!/usr/bin/env node
/**
 * dist/cli.js: the `walkrace` command. A reader that has seen enough (`| head`) is no error, a full disk is one. An interrupt ends
 * the process at once, as the shell expects (status 130): answers are written whole at the end, and the cache never holds half a file.
 */
import { run } from './run.js';
import { STATUS } from './status.js';
import { processTerminal } from './terminal.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED') return;
    if (stream === process.stdout) console.error(`walkrace: the answer can not be written: ${error.message}`);
    process.exit(STATUS.usage);
  });
}
void run(process.argv.slice(2), processTerminal()).then((status) => (process.exitCode = status));
