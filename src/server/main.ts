/**
 * dist/server.js: the language server on standard input and output, for VS Code and any other client. The same file is the
 * program of its worker threads. It ends with its client: when the input closes, or the client's process is gone.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isMainThread, workerData } from 'node:worker_threads';
import {
  ProposedFeatures,
  StreamMessageReader,
  StreamMessageWriter,
  createConnection,
} from 'vscode-languageserver/node';
import { loadEngines } from './engines.js';
import { createJobs, WORKER_ROLE } from './jobs/jobs.js';
import { work } from './jobs/worker.js';
import { serve } from './serve.js';

declare const __VERSION__: string;

/** A check that takes longer has lost itself in the text; the document is left without findings until it is changed. */
const CHECK_LIMIT_MS = 30_000;

/** What is alive after a check of mm/memory.c with the index is 170 MB; a worker that is given more keeps garbage for longer. */
const CHECKER_HEAP_MB = 256;
/** A scan or a review forgets what it has read before it gets there. */
const REPLAYER_HEAP_MB = 384;
/** Longer than a file has in the workers of a scan, tried twice: these end sooner than the job that waits for them. */
const REPLAYER_SILENT_MS = 300_000;

if (isMainThread) main();
else if (workerData === WORKER_ROLE)
  work(() => loadEngines(__VERSION__, { info: () => undefined, warn: (text) => console.error(text) }));

function main(): void {
  // Standard output belongs to the protocol; a client that is gone can't be told so.
  process.stdout.on('error', () => process.exit(1));
  process.stdin.on('end', () => process.exit(1));
  process.stdin.on('close', () => process.exit(1));
  const reader = new StreamMessageReader(process.stdin);
  reader.onError(endWhenDeaf);
  const connection = createConnection(ProposedFeatures.all, reader, new StreamMessageWriter(process.stdout));
  serve({
    connection,
    checker: createJobs({ program: __filename, limitMs: CHECK_LIMIT_MS, heapMegabytes: CHECKER_HEAP_MB }),
    replayer: createJobs({
      program: __filename,
      silentMs: REPLAYER_SILENT_MS,
      heapMegabytes: REPLAYER_HEAP_MB,
    }),
    version: __VERSION__,
    rulePages: pathToFileURL(join(__dirname, '..', 'docs', 'rules')).href,
  });
}

/** A message that is no JSON can be skipped. After a header that is none, nothing can be read any more: better gone than deaf. */
function endWhenDeaf(error: Error): void {
  if (error instanceof SyntaxError) return;
  console.error(`walkrace: ${error.message}`);
  process.exit(1);
}
