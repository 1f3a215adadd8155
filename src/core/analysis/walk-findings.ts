/** From the walks of a function to what is reported: the walker with its chains, and a finding for each freer that can meet it. */
import type { FunctionRef } from '../index/link.js';
import type { Primitive } from '../kernel/types.js';
import type { Finding, WalkerReport, WalkJudgement } from '../report/report.js';
import { heldAtBest, heldBySome } from './at-best.js';
import { CHAIN_BOUNDS, chainsOf } from './chains.js';
import { freerFindings } from './freer-findings.js';
import { localFindings } from './local-findings.js';
import { lockedWalks } from './locked-walks.js';
import { lockFindings } from './lock-findings.js';
import { withCallersLock } from './map-under-lock.js';
import { reasonText } from './reasons.js';
import { answerBy } from './rule-answers.js';
import { WALK_RULES, type WalkRule } from './rules.js';
import type { Suspicion } from './suspicion.js';
import { isAbout, looksForVma, mayApply, questionsAbout } from './walk-questions.js';
import { walkerOf } from './walk-reports.js';
import { rangesCovered } from './walk-ranges.js';
import type { WalkWorld } from './walk-world.js';
import { walksOf, type Walk } from './walks.js';
import { wrongLock } from './wrong-lock.js';

export interface WalkAnalysis {
  readonly walkers: readonly WalkerReport[];
  readonly suspicions: readonly Suspicion[];
  /** What is wrong in the function by itself: nothing to replay. */
  readonly findings: readonly Finding[];
}

/** A walk, judged. */
interface Analysed {
  readonly walker: WalkerReport;
  readonly suspicions: readonly Suspicion[];
}

/** The walks of one function. */
export function analyseFunction(ref: FunctionRef, world: WalkWorld): WalkAnalysis {
  // A primitive is judged where it is used, but for one that does the whole walk: that is judged where it does.
  const { knowledge } = world.programs.namesIn(ref.file);
  const primitive = knowledge.primitive(ref.facts.name);
  if (primitive && !doesWholeWalk(primitive)) return { walkers: [], suspicions: [], findings: [] };
  const program = world.programs.of(ref);
  if (!program) return { walkers: [], suspicions: [], findings: [] };
  const analysed = [
    ...walksOf(ref, program, knowledge).map((walk) => analyseWhole(walk, world)),
    ...lockedWalks(ref, program, knowledge).flatMap((walk) => outsideVma(walk, world)),
  ];
  return {
    walkers: analysed.map(({ walker }) => walker),
    suspicions: analysed.flatMap(({ suspicions }) => suspicions),
    findings: [
      ...withCallersLock(localFindings(ref, program, world), ref, program, world),
      ...lockFindings(ref, world),
      ...freerFindings(ref, program, world),
      ...analysed.flatMap(({ suspicions }) => wrongLock(suspicions, world)),
    ],
  };
}

/** A call that gives only the answer of a walk, or the lock of its last table. */
function doesWholeWalk(primitive: Primitive): boolean {
  return primitive.kind === 'locked-chain' || (primitive.kind === 'translate' && !primitive.guarded);
}

/** A walk by the rules about all of it; where they have nothing to tell but for information, by those about some of its steps, too. */
function analyseWhole(walk: Walk, world: WalkWorld): Analysed {
  const whole = analyseWalk(
    walk,
    world,
    WALK_RULES.filter(({ at, isOutsideVma }) => at === undefined && !isOutsideVma),
  );
  if (!whole.suspicions.every(isOfInformation)) return whole;
  const told = WALK_RULES.flatMap((rule): readonly Analysed[] => {
    const steps = mayApply(walk, rule) ? (rule.at?.(walk) ?? []) : [];
    const [first] = steps;
    const step = first === undefined ? undefined : walk.program.steps[first];
    if (!step) return [];
    const part = { ...walk, steps, place: step.at ?? walk.place, text: step.text };
    const found = analyseWalk(part, world, [rule]);
    const suspicions = found.suspicions.filter(
      (each) => whole.suspicions.length === 0 || !isOfInformation(each),
    );
    return suspicions.length > 0 ? [{ walker: found.walker, suspicions }] : [];
  });
  const isKept = told.length === 0 && whole.walker.judgement === 'protected';
  const all = isKept ? outsideVma(walk, world) : told;
  const [first] = all;
  if (!first) return whole;
  const { judgement, reason } = first.walker;
  return {
    walker: { ...whole.walker, judgement, reason },
    suspicions: [...whole.suspicions, ...all.flatMap(({ suspicions }) => suspicions)],
  };
}

/** By the rules about an address that may be in no VMA; empty where they have nothing to tell but for information. */
function outsideVma(walk: Walk, world: WalkWorld): readonly Analysed[] {
  if (looksForVma(walk.ref, world)) return [];
  const { walker, suspicions } = analyseWalk(
    walk,
    world,
    WALK_RULES.filter(({ isOutsideVma }) => isOutsideVma),
  );
  const told = suspicions.filter((each) => !isOfInformation(each));
  return told.length > 0 ? [{ walker, suspicions: told }] : [];
}

const isOfInformation = ({ finding }: Suspicion): boolean => finding.severity === 'info';

function analyseWalk(walk: Walk, world: WalkWorld, asked: readonly WalkRule[]): Analysed {
  const questions = questionsAbout(walk, world, asked);
  const { rules, isEnough, isLive, isOpen } = questions;
  const found = chainsOf(walk, world, isEnough, isLive ? { ...CHAIN_BOUNDS, isOpen } : LATENT_BOUNDS);
  const isTakenWhereNeeded = rules.some((rule) => rule.isTakenWhereNeeded);
  const atBest = heldAtBest(walk, world, isTakenWhereNeeded ? heldBySome : undefined);
  const answers = rules.flatMap((rule) => answerBy(rule, { walk, found, questions, atBest }, world) ?? []);
  const asksItself = WALK_RULES.some((rule) => isAbout(walk, rule)) && rules.length === 0;
  const judgement = asksItself ? 'protected' : weakest(answers.map((each) => each.judgement));
  const reasons = answers.filter((each) => each.judgement === judgement).map(({ reason }) => reason);
  const ranges = rangesCovered(walk, found.chains, world);
  return {
    walker: walkerOf(walk, found, judgement, { ranges, reason: reasonText(reasons) }),
    suspicions: toldOnce(answers.flatMap(({ suspicion }) => suspicion ?? [])),
  };
}

/** Where no freer is live, a look at the nearest roots is enough. */
const LATENT_BOUNDS = { depth: 4, looks: 12, kept: 12 };

/** One missing lock is told once, by the rule that asks for more of it. */
function toldOnce(suspicions: readonly Suspicion[]): readonly Suspicion[] {
  const isToldBy = (id: string | undefined, { severity }: Finding): boolean =>
    suspicions.some(
      ({ finding }) => finding.rule === id && (finding.severity !== 'info' || severity === 'info'),
    );
  return suspicions.filter(({ rule, finding }) => !isToldBy(rule.toldBy, finding));
}

const WEAKEST_FIRST: readonly WalkJudgement[] = ['reported', 'latent', 'owned', 'context', 'protected'];

/** What a walk rests on: the weakest of what the rules say. */
function weakest(judgements: readonly WalkJudgement[]): WalkJudgement {
  return WEAKEST_FIRST.find((each) => judgements.includes(each)) ?? 'unjudged';
}
