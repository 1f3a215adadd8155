/** The worker thread: replays and scans, one at a time, each with its own cancellation. Its engines are its own. */
import { parentPort } from 'node:worker_threads';
import type { Cancellation } from '../../core/ports.js';
import type { Engine } from '../engine.js';
import type { Job, JobAnswer, JobMessage, JobReply } from './messages.js';

export type LoadEngines = () => Promise<(root: string) => Engine>;

interface EngineWithTexts {
  readonly engine: Engine;
  /** Texts that the engine holds as open documents now. */
  readonly texts: Map<string, string>;
}

export function work(load: LoadEngines): void {
  const port = parentPort;
  if (port === null) throw new Error('this is no worker thread');
  const newEngine = load();
  const engines = new Map<string, EngineWithTexts>();
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: JobMessage) => {
    last = last.then(async () => {
      const reply = (value: JobReply): void => port.postMessage(value);
      try {
        reply({ id: message.id, type: 'done', answer: await answer(message, reply) });
      } catch (error) {
        reply({
          id: message.id,
          type: 'failed',
          why: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
      }
    });
  });

  async function answer(
    message: JobMessage,
    reply: (value: JobReply) => void,
  ): Promise<JobAnswer[keyof JobAnswer]> {
    const opened = engines.get(message.root) ?? {
      engine: (await newEngine)(message.root),
      texts: new Map<string, string>(),
    };
    engines.set(message.root, opened);
    const { engine } = opened;
    lay(engine, opened.texts, message.texts);
    const flag = new Int32Array(message.cancelled);
    const cancellation: Cancellation = {
      get isCancelled() {
        return Atomics.load(flag, 0) !== 0;
      },
    };
    const progress = (done: number, total: number): void =>
      reply({ id: message.id, type: 'progress', done, total });
    return run(engine, message.job, cancellation, progress);
  }
}

/** Makes the engine's open documents those of the message. */
function lay(engine: Engine, held: Map<string, string>, wanted: JobMessage['texts']): void {
  const paths = new Set(wanted.map((document) => document.path));
  for (const path of [...held.keys()]) {
    if (paths.has(path)) continue;
    engine.closeDocument(path);
    held.delete(path);
  }
  for (const { path, text } of wanted) {
    const before = held.get(path);
    if (before === text) continue;
    if (before === undefined) engine.openDocument(path, text);
    else engine.changeDocument(path, [{ start: 0, end: before.length, text }]);
    held.set(path, text);
  }
}

function run(
  engine: Engine,
  job: Job,
  cancellation: Cancellation,
  progress: (done: number, total: number) => void,
): JobAnswer[keyof JobAnswer] {
  switch (job.kind) {
    case 'replay':
      return engine.replay(job.request, cancellation);
    case 'matrix':
      return engine.matrix(job.walk, cancellation);
    case 'scan':
      return engine.scan(job.paths, { cancellation, progress });
    case 'confirm': {
      for (const finding of engine.diagnose(job.path).findings) {
        if (cancellation.isCancelled) break;
        if (finding.verdict !== 'not-run' || finding.freer === null) continue;
        engine.replay(
          { file: finding.file, function: finding.function, freer: finding.freer, with: [] },
          cancellation,
        );
      }
      return engine.diagnose(job.path).findings;
    }
  }
}
