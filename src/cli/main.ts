#!/usr/bin/env node
/**
 * dist/cli.js: the `walkrace` command. A reader that has seen enough (`| head`) is no error. An interrupt ends the process at
 * once, as the shell expects (status 130): answers are written whole at the end, and the cache never holds half a file.
 */
import { run } from './run.js';
import { processTerminal } from './terminal.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error;
  });
}
void run(process.argv.slice(2), processTerminal()).then((status) => (process.exitCode = status));
