/** Engines out of sessions: one parser for the thread, one session a root. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { treeReading } from '../core/kernel/tree.js';
import type { FreerId } from '../core/kernel/types.js';
import type { Files, Log } from '../core/ports.js';
import { exportOutcome } from '../core/replay/exports.js';
import { replayRaceFile } from '../core/replay/race-file.js';
import { sourceLines } from '../core/replay/replay.js';
import { raceFileAsReplay } from '../core/report/race-file-report.js';
import { matrixOf, whatIfsAgainst } from '../core/replay/what-ifs.js';
import { repliesOf, replyMail } from '../core/review/reply/reply.js';
import type { ReviewInput } from '../core/review/placed.js';
import { reviewedTexts } from '../core/review/texts.js';
import { createSession, RequestError } from '../core/session.js';
import type { Session, WalkName } from '../core/session.js';
import { workerScript } from '../host/assets.js';
import { defaultCacheDirectory, openCache } from '../host/cache.js';
import { reasonOf, rootedFiles } from '../host/files.js';
import { openKnownTree, openTree, treeStamp, type OpenTree } from '../host/open-tree.js';
import { loadParser } from '../host/parser.js';
import { inputOfBytes, inputOfRange, type InputOptions } from '../host/review-input.js';
import { judgedOfTree, resultsOfTree, treeScan, type TreeScan } from '../host/scan-tree.js';
import { readingOfTree } from '../host/tree-reading.js';
import type { Engine, EngineOfTree, Engines, ReviewRequest, TreeLists } from './engine.js';

const NO_FILES: Files = { read: () => undefined, list: () => [] };

/** Loads the parser. An empty root has no files but the open documents. */
export async function loadEngines(version: string, log: Log): Promise<Engines> {
  const parser = await loadParser();
  const common = { tool: `walkrace ${version}`, parser, log };
  const cache = openCache(defaultCacheDirectory(), version, log);
  const onTree = (root: string, lists: TreeLists): EngineOfTree => {
    const files = rootedFiles(root, log);
    const { segments, gone } = lists;
    const reading = readingOfTree(root, files, lists.paths, cache);
    const session = createSession({ ...common, root, files, reading, tree: lists });
    const tree = { root, tool: common.tool, segments, gone, reading };
    const work = treeScan(tree, files, session, { cache, jobs: availableParallelism(), log });
    return { engine: engineOf(common.tool, session, { root, files, work }), lists };
  };
  return {
    open: (root) => {
      const files = root === '' ? NO_FILES : rootedFiles(root, log);
      const reading = treeReading(files, sourcesBeside(files));
      return engineOf(common.tool, createSession({ ...common, root, files, reading }), { root, files });
    },
    stamp: (root) => treeStamp(root, log),
    openTree: async (root, alive) => {
      const worker = workerScript();
      const opening = { cache, log, onTask: alive, ...(worker === undefined ? {} : { worker }) };
      const opened = await openTree(root, opening);
      return onTree(opened.root, listsOf(opened));
    },
    openKnownTree: async (root, known) => {
      if (known || root === '') return known && onTree(root, known);
      const opened = await openKnownTree(root, { cache, log });
      return opened && onTree(opened.root, listsOf(opened));
    },
  };
}

/** The sources in a folder that is no kernel tree. */
const sourcesBeside = (files: Files): readonly string[] =>
  files.list('').filter((name) => /\.[ch]$/.test(name));

const listsOf = ({ paths, scan: { segments, gone }, stamp }: OpenTree): TreeLists => ({
  segments,
  gone,
  paths,
  stamp,
});

/** Where an engine is at home. */
interface Place {
  readonly root: string;
  readonly files: Files;
  /** Of a whole tree. */
  readonly work?: TreeScan;
}

function engineOf(tool: string, session: Session, { root, files, work }: Place): Engine {
  const applying = (walk: WalkName): readonly FreerId[] =>
    session
      .freers(walk)
      .filter(({ applies }) => applies)
      .map(({ freer }) => freer);
  return {
    ...session,
    scanTree: async (paths, options, { open, ...ports }) => {
      const isEdited = [...open].some((path) => session.read(path) !== files.read(path));
      if (work === undefined || isEdited) return session.scan(paths, options, ports);
      const { replay } = options;
      const results = await resultsOfTree(work, session.lookedAt(paths), { replay, ...ports });
      const report = session.scan(paths, options, { ...ports, results });
      results.save();
      return report;
    },
    review: async ({ source, base }, { cancellation, progress }) => {
      const options = { root, ...(base === undefined ? {} : { base }) };
      const input = await inputOf(source, options);
      const large = session.largePatches(input);
      const judged = work && (await judgedOfTree(work, { input, large }, { cancellation, progress }));
      const report = session.review(input, { cancellation, progress, ...(judged ? { judged } : {}) });
      const replies = repliesOf(report, input.series.patches);
      return {
        report,
        texts: reviewedTexts(input, files),
        replies: replies.map((reply) => ({ patch: reply.patch, mail: replyMail(reply) })),
      };
    },
    whatIfs: (walk) => whatIfsAgainst(applying(walk)),
    matrix: (walk, cancellation) =>
      matrixOf(applying(walk), (freer, protections) =>
        session.replay({ ...walk, freer, with: protections }, cancellation),
      ),
    replayRaceFile: ({ path, text, bounds }, cancellation) => {
      const sourceLine = sourceLines((file) => session.read(file));
      const outcome = replayRaceFile(text, { bounds, cancellation, sourceLine });
      if (outcome.ok) return raceFileAsReplay(tool, path, outcome.replayed, bounds);
      throw new RequestError(
        outcome.errors.map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`).join('; '),
      );
    },
    exportReplay: (request, format, cancellation) => {
      const outcome = session.explore(request, cancellation);
      if (outcome.kind === 'not-replayable') throw new RequestError(outcome.reason);
      return exportOutcome(outcome, format);
    },
  };
}

function inputOf(source: ReviewRequest['source'], options: InputOptions): Promise<ReviewInput> {
  switch (source.kind) {
    case 'text':
      return inputOfBytes(new TextEncoder().encode(source.text), 'the text', options);
    case 'file':
      return inputOfBytes(bytesOfFile(source.path), basename(source.path), options);
    case 'range':
      return inputOfRange(source.range, options);
  }
}

function bytesOfFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new RequestError(`${path}: ${reasonOf(error)}`);
  }
}
