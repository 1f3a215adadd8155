/**
 * The one door of the core: every surface (command line, language server, tests) goes through a session.
 * A session belongs to one root (a kernel tree, or the folder of a lone file), and keeps what it has read.
 */
import { createDefects } from './analysis/defects.js';
import { createDiagnoses } from './analysis/diagnoses.js';
import type { Fix } from './analysis/fixes/fix.js';
import { fixesOf } from './analysis/fixes/fixes.js';
import { withEdits } from './analysis/fixes/scratch.js';
import { createFileScan, scanLocks } from './analysis/scan-file.js';
import type { Suspicion } from './analysis/suspicion.js';
import { SEED_NAMES } from './analysis/worth-looking.js';
import { type TextEdit } from './analysis/sources.js';
import { judge } from './analysis/judge.js';
import type { FileShape } from './index/facts.js';
import type { Uses } from './index/uses.js';
import { takenToBe, treeReading, type TreeReading } from './kernel/tree.js';
import { NEVER_CANCELLED, type Cancellation, type Files, type Log } from './ports.js';
import { freersFor, type FreerChoice } from './replay/order.js';
import { replayWalk, type ReplayOutcome } from './replay/replay.js';
import { replayReport } from './replay/report.js';
import { createRequests, type ReplayRequest, type WalkName } from './replay/requests.js';
import type { Finding, ReplayReport, WalkerReport } from './report/report.js';
import type { Looks } from './review/looks.js';
import type { ReviewFinding, ReviewReport } from './review/report.js';
import type { StagePorts } from './review/judged.js';
import { largePatches, type JudgedFiles, type LargePatch } from './review/large.js';
import type { ReviewInput } from './review/placed.js';
import { reviewSeries } from './review/review.js';
import { createLooks, createShowing, type Showing } from './review/session-looks.js';
import { type ScannedFile } from './scan.js';
import type { CParser } from './syntax/parser.js';
import { createScan, type Scan, type ScanOptions } from './session-scan.js';
import { createView } from './session-view.js';
import { createWorlds, type TreeWords } from './session-worlds.js';

export type { Fix } from './analysis/fixes/fix.js';
export type { TextEdit } from './analysis/sources.js';
export type { FreerChoice } from './replay/order.js';
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

export interface ReviewPorts extends StagePorts {
  /** What other threads have judged of it; absent: nothing. */
  readonly judged?: readonly JudgedFiles[];
  /** Told of each race that is introduced: it can't be replayed any more when the review has ended. */
  readonly race?: (finding: ReviewFinding, race: ReplayReport) => void;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  readonly walkers: readonly WalkerReport[];
  /** Places that could not be parsed, in words. */
  readonly defects: readonly { readonly line: number; readonly what: string }[];
}

export interface Session {
  openDocument(path: string, text: string): void;
  /** Edits of one list apply one after the other. */
  changeDocument(path: string, edits: readonly TextEdit[]): void;
  closeDocument(path: string): void;
  /** What is found in one file, from what is known without replay; verdicts of earlier replays are kept. */
  diagnose(path: string): Diagnosis;
  /** What mends a finding of `diagnose`: each fix was made, scanned, replayed and unmade again. None: nothing that is seen to be right. */
  fixes(path: string, findingId: string): readonly Fix[];
  /** Throws RequestError when the function, the freer or a protection is not known. */
  replay(request: ReplayRequest, cancellation?: Cancellation): ReplayReport;
  /** The replay with its scenario, for exports. */
  explore(request: ReplayRequest, cancellation?: Cancellation): ReplayOutcome;
  freers(walk: WalkName): readonly FreerChoice[];
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
  /** Judges a series of patches on the tree as it is; nothing is written. Never throws for what the patches are. */
  review(input: ReviewInput, ports: ReviewPorts): ReviewReport;
  /** Patches of a review whose files are worth sharing among threads (`judgeFiles`). */
  largePatches(input: ReviewInput): readonly LargePatch[];
  /** The tree with some texts changed, for one look. */
  readonly looks: Looks;
  readonly showing: Showing;
  /** Text of a file as the session sees it. */
  readonly read: (path: string) => string | undefined;
}

export function createSession(options: SessionOptions): Session {
  const { files, parser, root, tool } = options;
  const { facts: tree, from: ofTree } = options.reading ?? treeReading(files);
  const worlds = createWorlds({ files, parser, tree, words: options.tree });
  const { sources } = worlds;
  const { index, read } = sources;
  const see = (path: string): void => sources.see(path);
  for (const path of options.lone ?? []) see(path);

  const opened = new Set<string>();
  const isOpen = (path: string): boolean => opened.has(path);
  const defects = createDefects(parser);
  const diagnoses = createDiagnoses(sources, worlds.related);
  const { findingsIn, functionsOf, lockFiles, lockFindingsIn, inContext } = diagnoses;
  const { find, order } = createRequests({ root, world: worlds.walk, see, read });
  const forget = (): void => {
    worlds.forget();
    diagnoses.forget();
  };
  const changed = (path: string): void => {
    worlds.changed(path);
    diagnoses.forget();
  };

  const explore: Session['explore'] = (request, cancellation = NEVER_CANCELLED) =>
    replayWalk(worlds.replay, order(request), cancellation);

  const confirmed = (suspicion: Suspicion, replay: boolean, cancellation: Cancellation): Finding =>
    inContext(replay ? judge(suspicion, worlds.replay, cancellation) : suspicion.finding, suspicion);

  const replay: Session['replay'] = (request, cancellation = NEVER_CANCELLED) => {
    const asked = order(request);
    return replayReport(tool, asked, replayWalk(worlds.replay, asked, cancellation));
  };

  const lookedAt = (paths: readonly string[]): readonly string[] =>
    paths.length > 0 ? paths : sources.mentioning(SEED_NAMES);
  const scanFile = createFileScan({ sources, world: worlds.walk, functionsOf, confirmed, forget });
  const shapeOf: Session['shapeOf'] = (path) => index.facts(path).shape;
  const view = createView({
    sources,
    world: worlds.walk,
    functionsOf,
    walking: () => lookedAt([]),
    confirmed: (suspicion, isReplayed) => confirmed(suspicion, isReplayed, NEVER_CANCELLED),
    replay,
  });
  const showing = createShowing({ sources, isOpen, changed, view });
  const looks = createLooks({
    files,
    own: showing,
    isOfTree: (path) => ofTree.has(path),
    over: (facts) => createSession({ ...options, reading: treeReading(facts) }).showing,
  });

  return {
    looks,
    showing,
    review: (input, { judged = [], race, ...ports }) =>
      reviewSeries(input, { tool, root, files, looks, judged, ...(race ? { race } : {}) }, ports),
    largePatches: (input) => largePatches(input, files),
    openDocument: (path, text) => {
      opened.add(path);
      sources.open(path, text);
      changed(path);
    },
    changeDocument: (path, edits) => {
      const edit = sources.edit(path, edits);
      if (!edit) return changed(path);
      if (!worlds.edited(path, edit)) return changed(path);
      diagnoses.edited(edit);
    },
    closeDocument: (path) => {
      opened.delete(path);
      defects.close(path);
      sources.close(path);
      changed(path);
    },
    read,
    diagnose: (path) => ({
      ...findingsIn(path),
      defects: isOpen(path) ? defects.ofDocument(path, read(path) ?? '') : [],
    }),
    fixes: (path, findingId) =>
      fixesOf(path, findingId, {
        ...worlds.walk,
        parser,
        read,
        replay: worlds.replay,
        diagnose: (file) => findingsIn(file).findings,
        with: (edits, look) => withEdits(edits, look, { sources, isOpen, changed }),
      }),
    explore,
    replay,
    freers: (walk) => freersFor(worlds.walk, find(walk)),
    lookedAt,
    architectures: tree.architectures,
    treeFacts: JSON.stringify([tree, worlds.headers()], (_, value: unknown) =>
      value instanceof Set || value instanceof Map ? [...(value as Iterable<unknown>)] : value,
    ),
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
