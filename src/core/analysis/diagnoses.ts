/** What is found in the functions of files that somebody works on: kept with what it rests on, for most of it stays while they type. */
import { functionKey } from './change.js';
import { withPlacement } from './fixes/placement.js';
import { lockFindings, RARE_NAMES } from './lock-findings.js';
import { movedFindings, movedWalkers } from './moved.js';
import { withRelated, type RelatedWorld } from './related.js';
import type { Sources } from './sources.js';
import type { Suspicion } from './suspicion.js';
import { analyseFunction } from './walk-findings.js';
import { readsTables } from './walks.js';
import { LOOKED_AT_NAMES } from './worth-looking.js';
import { ROOT_TABLES } from '../kernel/idioms.js';
import { knownAnswers, type BodyEdit } from '../index/known-answers.js';
import type { FunctionRef } from '../index/link.js';
import type { Finding, WalkerReport } from '../report/report.js';
import { applySuppressions } from '../report/suppressions.js';
import { toldOnce } from '../scan.js';

interface Found {
  readonly findings: readonly Finding[];
  readonly walkers: readonly WalkerReport[];
}

export interface Diagnoses {
  /** What is found in a file, without replay. */
  readonly findingsIn: (path: string) => Found;
  /** The functions of a file that are worth looking at. */
  readonly functionsOf: (path: string) => readonly FunctionRef[];
  /** Files of functions that take a lock which all of the tree shares. */
  readonly lockFiles: () => readonly string[];
  /** What such functions of a file find wrong around their lock, in whatever file. */
  readonly lockFindingsIn: (path: string) => readonly Finding[];
  readonly inContext: (finding: Finding, suspicion: Suspicion) => Finding;
  readonly edited: (edit: BodyEdit) => void;
  readonly forget: () => void;
}

const byPlace = (left: FunctionRef, right: FunctionRef): number => left.facts.start - right.facts.start;

export function createDiagnoses(sources: Sources, world: RelatedWorld): Diagnoses {
  /** What diagnose() finds in a function, and what waits for a lock there: while somebody types, most of it stays. */
  const found = knownAnswers<Found>(sources.uses, (known, edit) => {
    const findings = movedFindings(known.findings, edit);
    const walkers = movedWalkers(known.walkers, edit);
    return findings && walkers && { findings, walkers };
  });
  const waits = knownAnswers(sources.uses, movedFindings);
  /** With the macros of the file that come to these. */
  const lookedAtIn = (path: string): ReadonlySet<string> => {
    const macros = world.programs.namesIn(path).macrosFor(LOOKED_AT_NAMES);
    return macros.length > 0 ? new Set([...LOOKED_AT_NAMES, ...macros]) : LOOKED_AT_NAMES;
  };
  const walksByHand = (ref: FunctionRef): boolean => {
    const program = world.programs.of(ref);
    return !!program && readsTables(ref, program, world.programs.namesIn(ref.file).knowledge);
  };
  const functionsOf = (path: string): readonly FunctionRef[] => {
    const calling = sources.index.functionsCalling(path, lookedAtIn(path));
    const known = new Set(calling.map(({ facts }) => facts));
    const naming = sources.index
      .functionsWith(path, ROOT_TABLES)
      .filter((ref) => !known.has(ref.facts) && walksByHand(ref));
    return naming.length === 0 ? calling : [...calling, ...naming].sort(byPlace);
  };
  const lockFiles = (): readonly string[] => sources.mentioning(RARE_NAMES);
  const lockFindingsIn = (path: string): readonly Finding[] =>
    sources.index
      .functionsCalling(path, RARE_NAMES)
      .flatMap((ref) => waits.of(functionKey(ref), () => lockFindings(ref, world)));

  /** With what a reader wants to see beside it. */
  const inContext = (finding: Finding, suspicion: Suspicion): Finding =>
    withPlacement(withRelated(finding, suspicion, world), suspicion, world);

  const findingsIn = (path: string): Found => {
    sources.see(path);
    const functions = functionsOf(path).map((ref) => found.of(functionKey(ref), () => findingsOf(ref)));
    const findings = functions.flatMap((each) => each.findings);
    // What holds a lock that the file's functions wait for may be in another one: it is told there.
    const around = lockFiles().filter((other) => other !== path);
    const own = toldOnce([...findings, ...around.flatMap(lockFindingsIn)]).filter(
      ({ file }) => file === path,
    );
    return {
      findings: applySuppressions(own, [path], (file) => sources.read(file)).findings,
      walkers: functions.flatMap(({ walkers }) => walkers),
    };
  };
  const findingsOf = (ref: FunctionRef): Found => {
    const { suspicions, findings, walkers } = analyseFunction(ref, world);
    return { findings: [...suspicions.map((each) => inContext(each.finding, each)), ...findings], walkers };
  };
  return {
    findingsIn,
    functionsOf,
    lockFiles,
    lockFindingsIn,
    inContext,
    edited: (edit) => {
      found.edited(edit);
      waits.edited(edit);
    },
    forget: () => {
      found.forget();
      waits.forget();
    },
  };
}
