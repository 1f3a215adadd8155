/**
 * The one door of the core: every surface (command line, language server, tests) goes through a session.
 * A session belongs to one root (a kernel tree, or the folder of a lone file), and keeps what it has read.
 */
import { createChainMemory, editMemory, forgetMemory } from './analysis/chain-memory.js';
import { createDefects } from './analysis/defects.js';
import { createDiagnoses } from './analysis/diagnoses.js';
import { createEffects } from './analysis/effects.js';
import { fileNamesOf, headersThatMatter, type NamesWorld } from './analysis/file-names.js';
import type { Fix } from './analysis/fixes/fix.js';
import { fixesOf } from './analysis/fixes/fixes.js';
import { withEdits } from './analysis/fixes/scratch.js';
import { createPrograms } from './analysis/programs.js';
import { createFileScan } from './analysis/scan-file.js';
import type { Suspicion } from './analysis/suspicion.js';
import { analyseFunction } from './analysis/walk-findings.js';
import type { WalkWorld } from './analysis/walk-world.js';
import { SEED_NAMES } from './analysis/worth-looking.js';
import { standing } from './analysis/wrong-lock.js';
import { createSources, type TextEdit } from './analysis/sources.js';
import { judge } from './analysis/judge.js';
import type { RelatedWorld } from './analysis/related.js';
import type { FileShape } from './index/facts.js';
import type { Uses } from './index/uses.js';
import type { WordSegment } from './index/words.js';
import { profileOf } from './kernel/architectures.js';
import { knowledgeOf } from './program/lower/context.js';
import { capabilitiesOn, treeReading, type TreeReading } from './kernel/tree.js';
import { NEVER_CANCELLED, type Cancellation, type Files, type Log } from './ports.js';
import { createFreerPrograms } from './replay/freer-programs.js';
import { freersFor, type FreerChoice } from './replay/order.js';
import { replayWalk, type ReplayOutcome } from './replay/replay.js';
import type { ReplayWorld } from './replay/world.js';
import { replayReport } from './replay/report.js';
import { createRequests, type ReplayRequest, type WalkName } from './replay/requests.js';
import { applySuppressions, UNUSED } from './report/suppressions.js';
import { replayedWalk } from './report/words.js';
import type { Finding, ReplayReport, ScanReport, WalkerReport } from './report/report.js';
import type { Looks } from './review/looks.js';
import type { ReviewFinding, ReviewReport } from './review/report.js';
import type { StagePorts } from './review/judged.js';
import { largePatches, type JudgedFiles, type LargePatch } from './review/large.js';
import { openRoots } from './review/open-roots.js';
import type { ReviewInput } from './review/placed.js';
import { reviewSeries } from './review/review.js';
import { createLooks, createShowing, type Showing } from './review/session-looks.js';
import { NO_RESULTS, reportOf, toldOnce, type ScannedFile, type ScanResults } from './scan.js';
import type { CParser } from './syntax/parser.js';

export type { Fix } from './analysis/fixes/fix.js';
export type { TextEdit } from './analysis/sources.js';
export type { FreerChoice } from './replay/order.js';
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
  /** Word lists of the whole tree and paths that are gone; absent: only files beside the asked ones are seen. */
  readonly tree?: {
    readonly segments: readonly WordSegment[];
    readonly gone: ReadonlySet<string>;
    readonly paths: readonly string[];
  };
}

export interface ScanOptions {
  /** Replay what is found, to confirm or refute it. */
  readonly replay: boolean;
  /** Only findings that are live or latent on these; absent: all. */
  readonly architectures?: readonly string[];
}

export interface ScanPorts {
  readonly cancellation: Cancellation;
  readonly progress: (done: number, total: number) => void;
  /** What is known of files already, and where new results go; absent: nothing is. */
  readonly results?: ScanResults;
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
  scan(paths: readonly string[], options: ScanOptions, ports: ScanPorts): ScanReport;
  /** The files that a scan of these paths looks at: the paths themselves, or those of the whole tree that are worth it. */
  lookedAt(paths: readonly string[]): readonly string[];
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
  const knowledge = knowledgeOf(tree.capabilities, tree.guards);
  const sources = createSources(files, options.tree);
  let headers: ReadonlySet<string> | undefined;
  const headersWithNames = (): ReadonlySet<string> => (headers ??= headersThatMatter(sources));
  const namesWorld: NamesWorld = {
    index: sources.index,
    knowledge,
    textOf: sources.textOf,
    headers: headersWithNames,
  };
  const programs = createPrograms(
    parser,
    (file) => fileNamesOf(file, namesWorld),
    sources.textOf,
    sources.uses.body,
  );
  const effects = createEffects(sources.index, programs, knowledge, sources.uses);
  const walkWorld: WalkWorld = {
    index: sources.index,
    programs,
    effects,
    knowledge,
    tree,
    memory: createChainMemory(sources.uses),
  };
  const replayWorld: ReplayWorld = {
    index: sources.index,
    programs,
    freers: createFreerPrograms(),
    knowledge,
    read: sources.read,
    capabilities: (arch) => capabilitiesOn(tree, arch),
    archOf: (arch) => profileOf(arch, capabilitiesOn(tree, arch)),
  };
  const relatedWorld: RelatedWorld = { ...walkWorld, freers: replayWorld.freers, read: sources.read };

  const opened = new Set<string>();
  const defects = createDefects(parser);
  const diagnoses = createDiagnoses(sources, relatedWorld);
  const { findingsIn, functionsOf, lockFindingsAround, inContext } = diagnoses;
  const { find, order } = createRequests({
    root,
    world: walkWorld,
    see: (path) => sources.see(path),
    read: sources.read,
  });
  const forget = (): void => {
    effects.forget();
    forgetMemory(walkWorld.memory);
    diagnoses.forget();
  };
  const changed = (path: string): void => {
    programs.changed(path);
    headers = undefined;
    forget();
  };

  const explore: Session['explore'] = (request, cancellation = NEVER_CANCELLED) =>
    replayWalk(replayWorld, order(request), cancellation);

  const confirmed = (suspicion: Suspicion, replay: boolean, cancellation: Cancellation): Finding =>
    inContext(replay ? judge(suspicion, replayWorld, cancellation) : suspicion.finding, suspicion);

  /** What no comment allows; that a comment meets nothing can't be said of a part of a file. */
  const allowed = (findings: readonly Finding[], paths: readonly string[]): readonly Finding[] =>
    applySuppressions(findings, paths, (file) => sources.read(file)).findings.filter(
      ({ rule }) => rule !== UNUSED,
    );

  const lookedAt = (paths: readonly string[]): readonly string[] =>
    paths.length > 0 ? paths : sources.mentioning(SEED_NAMES);
  const scanFile = createFileScan({ sources, world: walkWorld, functionsOf, confirmed, forget });
  const shapeOf: Session['shapeOf'] = (path) => sources.index.facts(path).shape;

  const showing = createShowing({
    sources,
    isOpen: (path) => opened.has(path),
    changed,
    view: {
      world: walkWorld,
      read: sources.read,
      see: (path) => sources.see(path),
      filesWith: (word) => sources.mentioning([word]).length,
      walking: () => lookedAt([]),
      candidates: functionsOf,
      judge: (ref, replay) => {
        const analysed = analyseFunction(ref, walkWorld);
        const judged = analysed.suspicions.map((each) => confirmed(each, replay, NEVER_CANCELLED));
        const findings = toldOnce([...judged, ...standing(analysed.findings, judged)]);
        return {
          walkers: analysed.walkers,
          findings: allowed(findings, [ref.file]),
          open: new Map(analysed.suspicions.map((each) => [each.finding.id, openRoots(each)])),
        };
      },
      replay: (finding) => {
        const { freer } = finding;
        if (freer === null) return undefined;
        const asked = order({ ...replayedWalk(finding), freer, with: [] });
        return replayReport(tool, asked, replayWalk(replayWorld, asked, NEVER_CANCELLED));
      },
    },
  });
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
      programs.changed(path);
      if (!effects.edited(edit)) return changed(path);
      editMemory(walkWorld.memory, edit);
      diagnoses.edited(edit);
    },
    closeDocument: (path) => {
      opened.delete(path);
      defects.close(path);
      sources.close(path);
      changed(path);
    },
    read: sources.read,
    diagnose: (path) => ({
      ...findingsIn(path),
      defects: opened.has(path) ? defects.ofDocument(path, sources.read(path) ?? '') : [],
    }),
    fixes: (path, findingId) =>
      fixesOf(path, findingId, {
        ...walkWorld,
        parser,
        read: sources.read,
        replay: replayWorld,
        diagnose: (file) => findingsIn(file).findings,
        with: (edits, look) =>
          withEdits(edits, look, { sources, isOpen: (file) => opened.has(file), changed }),
      }),
    explore,
    replay: (request, cancellation = NEVER_CANCELLED) => {
      const asked = order(request);
      return replayReport(tool, asked, replayWalk(replayWorld, asked, cancellation));
    },
    freers: (walk) => freersFor(walkWorld, find(walk)),
    lookedAt,
    treeFacts: JSON.stringify([tree, headersWithNames()], (_, value: unknown) =>
      value instanceof Set || value instanceof Map ? [...(value as Iterable<unknown>)] : value,
    ),
    scanFile,
    shapeOf,
    scan: (paths, options, { cancellation, progress, results = NO_RESULTS }) => {
      const started = Date.now();
      const wanted = lookedAt(paths);
      for (const path of wanted) sources.see(path);
      const isCancelled = (): boolean => cancellation.isCancelled;
      const scanned = wanted.flatMap((path, index) => {
        if (isCancelled()) return [];
        progress(index, wanted.length);
        const known = results.known(path);
        if (known) return known;
        const { answer, uses } = scanFile(path, options, cancellation);
        if (!isCancelled()) results.keep(path, answer, uses, shapeOf);
        return answer;
      });
      const { stats, ...report } = reportOf({ tool, root }, wanted, scanned, lockFindingsAround(wanted), {
        read: sources.read,
        ...(options.architectures ? { architectures: options.architectures } : {}),
      });
      return { ...report, stats: { ...stats, ms: Date.now() - started } };
    },
  };
}
