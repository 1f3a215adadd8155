/**
 * The one door of the core: every surface (command line, language server, tests) goes through a session.
 * A session belongs to one root (a kernel tree, or the folder of a lone file), and keeps what it has read.
 */
import { createDiagnoses } from './analysis/diagnoses.js';
import type { Fix } from './analysis/fixes/fix.js';
import { fixesOf } from './analysis/fixes/fixes.js';
import { withEdits } from './analysis/fixes/scratch.js';
import { createFileScan, scanLocks } from './analysis/scan-file.js';
import { SEED_NAMES } from './analysis/worth-looking.js';
import type { TextEdit } from './analysis/sources.js';
import type { FileShape } from './index/facts.js';
import type { Uses } from './index/uses.js';
import { takenToBe, treeReading, type TreeReading } from './kernel/tree.js';
import type { Cancellation, Files, Log } from './ports.js';
import type { Finding, WalkerReport } from './report/report.js';
import type { ScannedFile } from './scan.js';
import type { CParser } from './syntax/parser.js';
import { createDocuments } from './session-documents.js';
import { createReplays, type Replays } from './session-replays.js';
import { createReviews, type Reviews } from './session-reviews.js';
import { createScan, type Scan, type ScanOptions } from './session-scan.js';
import { createWorlds, type TreeWords } from './session-worlds.js';

export type { Fix } from './analysis/fixes/fix.js';
export type { TextEdit } from './analysis/sources.js';
export type { FreerChoice } from './replay/order.js';
export type { ReviewPorts } from './session-reviews.js';
export type { ScanOptions, ScanPorts } from './session-scan.js';
export { RequestError, type ReplayRequest, type WalkName } from './replay/requests.js';

export interface SessionOptions {
  /** For the reports; the session itself reads through `files`. */
  readonly root: string;
  /** `walkrace 0.1.0` */
  readonly tool: string;
  readonly files: Files;
  /** What is known of the tree as a whole; absent: it is read from `files`. */
  readonly reading?: TreeReading;
  readonly parser: CParser;
  readonly log: Log;
  /** Absent: only files beside the asked ones are seen. */
  readonly tree?: TreeWords;
  /** Where there is no tree: files that are looked at. Each is seen with the others from the first. */
  readonly lone?: readonly string[];
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly walkers: readonly WalkerReport[];
  /** Places that could not be parsed, in words. */
  readonly defects: readonly { readonly line: number; readonly what: string }[];
}

export interface Session extends Reviews, Omit<Replays, 'confirmed'> {
  openDocument(path: string, text: string): void;
  /** Edits of one list apply one after the other. */
  changeDocument(path: string, edits: readonly TextEdit[]): void;
  closeDocument(path: string): void;
  /** What is found in one file, from what is known without replay; verdicts of earlier replays are kept. */
  diagnose(path: string): Diagnosis;
  /** What mends a finding of `diagnose`: each fix was made, scanned, replayed and unmade again. None: nothing that is seen to be right. */
  fixes(path: string, findingId: string): readonly Fix[];
  readonly scan: Scan;
  /** The files that a scan of these paths looks at: the paths themselves, or those of the whole tree that are worth it. */
  lookedAt(paths: readonly string[]): readonly string[];
  /** Of the tree, as its directories of arch/ are named; of lone files, those of the newest kernel. */
  readonly architectures: readonly string[];
  /** All that is known of the tree as a whole, as text: what every result rests on, whatever files tell it. */
  readonly treeFacts: string;
  /** A scan's part in one file, and what it rests on. The same whatever was asked before. */
  scanFile(
    path: string,
    options: Pick<ScanOptions, 'replay'>,
    cancellation?: Cancellation,
  ): { readonly answer: ScannedFile; readonly uses: Uses };
  /** The shape of a file as it was read. */
  readonly shapeOf: (path: string) => FileShape | undefined;
  /** Text of a file as the session sees it. */
  readonly read: (path: string) => string | undefined;
}

export function createSession(options: SessionOptions): Session {
  const { files, parser, root, tool } = options;
  const { facts: tree, from: ofTree } = options.reading ?? treeReading(files);
  const worlds = createWorlds({ files, parser, tree, words: options.tree });
  const { sources } = worlds;
  const { index, read, see } = sources;
  for (const path of options.lone ?? []) see(path);

  const diagnoses = createDiagnoses(sources, worlds.related);
  const documents = createDocuments({ parser, sources, worlds, diagnoses });
  const { isOpen, changed } = documents;
  const { findingsIn, functionsOf, lockFiles, lockFindingsIn } = diagnoses;
  const replays = createReplays({ root, tool, worlds, diagnoses });
  const forget = (): void => {
    worlds.forget();
    diagnoses.forget();
  };

  const lookedAt = (paths: readonly string[]): readonly string[] =>
    paths.length > 0 ? paths : sources.mentioning(SEED_NAMES);
  const scanFile = createFileScan({
    sources,
    world: worlds.walk,
    functionsOf,
    confirmed: replays.confirmed,
    forget,
  });
  const shapeOf: Session['shapeOf'] = (path) => index.facts(path).shape;
  const reviews = createReviews({
    root,
    tool,
    files,
    documents,
    replays,
    seen: { sources, world: worlds.walk, functionsOf, walking: () => lookedAt([]) },
    isOfTree: (path) => ofTree.has(path),
    over: (facts) => createSession({ ...options, reading: treeReading(facts) }).showing,
  });

  return {
    ...reviews,
    openDocument: documents.open,
    changeDocument: documents.edit,
    closeDocument: documents.close,
    read,
    diagnose: (path) => ({ ...findingsIn(path), defects: documents.defectsIn(path) }),
    fixes: (path, findingId) =>
      fixesOf(path, findingId, {
        ...worlds.walk,
        parser,
        read,
        replay: worlds.replay,
        diagnose: (file) => findingsIn(file).findings,
        with: (edits, look) => withEdits(edits, look, { sources, isOpen, changed }),
      }),
    explore: replays.explore,
    replay: replays.replay,
    freers: replays.freers,
    lookedAt,
    architectures: tree.architectures,
    treeFacts: plainText([tree, worlds.headers()]),
    scanFile,
    shapeOf,
    scan: createScan({
      root,
      tool,
      judgedAs: takenToBe(tree),
      read,
      see,
      lookedAt,
      scanFile,
      shapeOf,
      lockFiles,
      scanLocks: (path) => scanLocks(path, sources, lockFindingsIn),
    }),
  };
}

/** JSON, with sets and maps as lists. */
const plainText = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    each instanceof Set || each instanceof Map ? [...(each as Iterable<unknown>)] : each,
  );
