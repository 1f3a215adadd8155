/** A worker thread: jobs one at a time, each with its own cancellation. Its engines are its own. */
import { parentPort } from 'node:worker_threads';
import type { Cancellation } from '../../core/ports.js';
import { RequestError } from '../../core/session.js';
import type { Engine, Engines, TreeLists } from '../engine.js';
import { placed } from '../features/fixes.js';
import type { Job, JobAnswer, JobMessage, JobReply } from './messages.js';

interface EngineWithTexts {
  readonly engine: Engine;
  /** Texts that the engine holds as open documents now. */
  readonly texts: Map<string, string>;
  /** Where the engine sees the whole tree. */
  readonly lists?: TreeLists;
}

type Progress = (done: number, total: number) => void;

/** How often a job that gets on says so. */
const ALIVE_MS = 1_000;

export function work(load: () => Promise<Engines>): void {
  const port = parentPort;
  if (port === null) throw new Error('this is no worker thread');
  const loaded = load();
  const engines = new Map<string, EngineWithTexts>();
  let last: Promise<void> = Promise.resolve();
  port.on('message', (message: JobMessage) => {
    last = last.then(async () => {
      const reply = (value: JobReply): void => port.postMessage(value);
      reply({ id: message.id, type: 'started' });
      try {
        reply({ id: message.id, type: 'done', answer: await answer(message, reply) });
      } catch (error) {
        reply({ id: message.id, type: 'failed', why: whyOf(error) });
      }
    });
  });

  async function answer(
    message: JobMessage,
    reply: (value: JobReply) => void,
  ): Promise<JobAnswer[keyof JobAnswer]> {
    const { id, root, texts, job } = message;
    const flag = new Int32Array(message.cancelled);
    const alive = atMostOnceIn(ALIVE_MS, () => reply({ id, type: 'alive' }));
    // What may take long asks this at each function, file and thousand states: whoever asks gets on.
    const cancellation: Cancellation = {
      get isCancelled() {
        alive();
        return Atomics.load(flag, 0) !== 0;
      },
    };
    const opened = await engineFor(root, job, alive);
    lay(opened, texts);
    return run(opened, job, cancellation, (done, total) => reply({ id, type: 'progress', done, total }));
  }

  /**
   * A scan and a review open the whole tree, which from then on serves all else too, until a file of it is changed: then they open it
   * again. Nothing else reads a tree that nobody asked for; what is kept of it from the last time is taken.
   */
  async function engineFor(root: string, job: Job, alive: () => void): Promise<EngineWithTexts> {
    const known = engines.get(root);
    const wantsTree = isOfTree(job) || job.kind === 'index';
    if (known !== undefined && !wantsTree) return known;
    const { open, openTree, openKnownTree, stamp } = await loaded;
    const wanted = job.kind === 'index' ? job.known : undefined;
    if (known?.lists !== undefined && known.lists.stamp === (wanted?.stamp ?? stamp(root))) return known;
    const ofTree = isOfTree(job)
      ? await openTree(root, alive)
      : job.kind === 'index'
        ? await openKnownTree(root, wanted)
        : undefined;
    if (ofTree === undefined && known !== undefined) return known;
    const made = ofTree ?? { engine: open(root) };
    const opened = { ...made, texts: new Map<string, string>() };
    engines.set(root, opened);
    return opened;
  }
}

const isOfTree = ({ kind }: Job): boolean => kind === 'scan' || kind === 'review';

/** Makes the engine's open documents those of the message. */
function lay({ engine, texts: held }: EngineWithTexts, wanted: JobMessage['texts']): void {
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
  { engine, texts, lists }: EngineWithTexts,
  job: Job,
  cancellation: Cancellation,
  progress: Progress,
): JobAnswer[keyof JobAnswer] | Promise<JobAnswer['review'] | JobAnswer['scan']> {
  switch (job.kind) {
    case 'check':
      return { ...engine.diagnose(job.path), isAlone: lists === undefined };
    case 'index':
      return lists ?? null;
    case 'fixes':
      return placed(engine.fixes(job.path, job.id), (path) => engine.read(path));
    case 'freers':
      return engine.freers(job.walk);
    case 'whatIfs':
      return engine.whatIfs(job.walk);
    case 'replay':
      return { report: engine.replay(job.request, cancellation), whatIfs: engine.whatIfs(job.request) };
    case 'raceFile':
      return engine.replayRaceFile(job.request, cancellation);
    case 'matrix':
      return engine.matrix(job.walk, cancellation);
    case 'export':
      return engine.exportReplay(job.request, job.format, cancellation);
    case 'confirm':
      return engine.scan([job.path], { replay: true }, { cancellation, progress }).findings;
    case 'review':
      return engine.review(job.request, { cancellation, progress: seldom(progress) });
    case 'scan': {
      const { architectures } = job;
      const chosen = architectures.length === 0 ? {} : { architectures };
      const found = below(job.targets, lists?.paths ?? []);
      const ports = { cancellation, progress: seldom(progress), open: texts.keys() };
      return engine.scanTree(found, { replay: true, ...chosen }, ports);
    }
  }
}

/** Files as they are named, and all sources below a folder; the whole tree is the empty list. */
export function below(targets: readonly string[], paths: readonly string[]): readonly string[] {
  return targets.flatMap((target) => {
    const inFolder = paths.filter((path) => path.startsWith(`${target}/`));
    return inFolder.length > 0 ? inFolder : [target];
  });
}

/** Tells at most every hundredth of the way, and no way back: what workers have done is counted again when it is put together. */
function seldom(progress: Progress): Progress {
  let last = -1;
  return (done, total) => {
    const now = Math.floor((100 * done) / Math.max(1, total));
    if (now <= last) return;
    last = now;
    progress(done, total);
  };
}

function atMostOnceIn(ms: number, tell: () => void): () => void {
  let next = 0;
  return () => {
    const now = performance.now();
    if (now < next) return;
    next = now + ms;
    tell();
  };
}

/** A person's mistake in words; of a bug all that is known. */
function whyOf(error: unknown): string {
  if (error instanceof RequestError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
