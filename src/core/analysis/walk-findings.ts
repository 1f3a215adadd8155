/** From the walks of a function to what is reported: the walker with its chains, and a finding for each freer that can meet it. */
import type { FunctionRef } from '../index/link.js';
import { isKernelMmName } from '../kernel/kernel-mms.js';
import { factsOf, type TreeFacts } from '../kernel/tree.js';
import type { MmuMode } from '../kernel/mmu-modes.js';
import type { FreerId, Primitive, Range } from '../kernel/types.js';
import { evaluate, instanceText, type Values } from './values.js';
import type { Expr } from '../program/ir.js';
import { isInsideVma, VMA_LOOKUPS } from '../replay/inside-vma.js';
import type { Finding, WalkerReport, WalkJudgement } from '../report/report.js';
import { assumedOrigin, heldAtBest, heldBySome } from './at-best.js';
import { rangesRuledOut } from './asked-ranges.js';
import type { Chain, Hop } from './chain.js';
import { CHAIN_BOUNDS, chainsOf } from './chains.js';
import { holding, parseLockName, type Held } from './held.js';
import { freerFindings } from './freer-findings.js';
import { localFindings } from './local-findings.js';
import { lockFindings } from './lock-findings.js';
import { withCallersLock } from './map-under-lock.js';
import { originFor } from './meetings.js';
import type { Origin, OriginKind } from './origins.js';
import { contextsText, ownersText, reasonText } from './reasons.js';
import { heldOfWalkedMm } from './other-mm.js';
import { WALK_RULES, type WalkRule } from './rules.js';
import { modeWithout } from './modes.js';
import type { Suspicion } from './suspicion.js';
import { whereDisturbed } from './undisturbed.js';
import {
  isExcluded,
  locksThatHelp,
  reach,
  tablesOn,
  tablesPossibleAbove,
  tablesPossibleOn,
  type Reach,
} from './verdicts.js';
import { findingOf, walkerOf } from './walk-reports.js';
import { rangesCovered, rangesOf } from './walk-ranges.js';
import type { WalkWorld } from './walk-world.js';
import { walksOf, type Walk } from './walks.js';
import { wrongLock } from './wrong-lock.js';

export interface WalkAnalysis {
  readonly walkers: readonly WalkerReport[];
  readonly suspicions: readonly Suspicion[];
  /** What is wrong in the function by itself: nothing to replay. */
  readonly findings: readonly Finding[];
}

/** The walks of one function. */
export function analyseFunction(ref: FunctionRef, world: WalkWorld): WalkAnalysis {
  // A primitive is judged where it is used, but for one that does the whole walk: that is judged where it does.
  const { knowledge } = world.programs.namesIn(ref.file);
  const primitive = knowledge.primitive(ref.facts.name);
  if (primitive && !doesWholeWalk(primitive)) return { walkers: [], suspicions: [], findings: [] };
  const program = world.programs.of(ref);
  if (!program) return { walkers: [], suspicions: [], findings: [] };
  const walks = walksOf(ref, program, knowledge);
  const analysed = walks.map((walk) => analyseWhole(walk, world));
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
function analyseWhole(walk: Walk, world: WalkWorld): ReturnType<typeof analyseWalk> {
  const whole = analyseWalk(
    walk,
    world,
    WALK_RULES.filter(({ at, isOutsideVma }) => at === undefined && !isOutsideVma),
  );
  if (!whole.suspicions.every(isOfInformation)) return whole;
  const told = WALK_RULES.flatMap((rule) => {
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
  if (told.length === 0 && whole.walker.judgement === 'protected' && !looksForVma(walk.ref, world)) {
    const found = analyseWalk(
      walk,
      world,
      WALK_RULES.filter(({ isOutsideVma }) => isOutsideVma),
    );
    const suspicions = found.suspicions.filter((each) => !isOfInformation(each));
    if (suspicions.length > 0) told.push({ walker: found.walker, suspicions });
  }
  const [first] = told;
  if (!first) return whole;
  const { judgement, reason } = first.walker;
  return {
    walker: { ...whole.walker, judgement, reason },
    suspicions: [...whole.suspicions, ...told.flatMap(({ suspicions }) => suspicions)],
  };
}

const isOfInformation = ({ finding }: Suspicion): boolean => finding.severity === 'info';

function analyseWalk(
  walk: Walk,
  world: WalkWorld,
  asked: readonly WalkRule[],
): { readonly walker: WalkerReport; readonly suspicions: readonly Suspicion[] } {
  const { tree } = world;
  const isKernelMm = (mm: Expr): boolean => holdsInitMm(mm, walk, world);
  const walks = ({ values }: Chain, { tables }: WalkRule): boolean =>
    tablesPossibleOn(walk, values, isKernelMm).includes(tables);
  const reachOfWalk = ({ freer }: WalkRule): Reach =>
    whereDisturbed(reach([walk.ref.file], freer, tree), walk, tree);
  const rules = asked.filter(
    (rule) => mayApply(walk, rule) && (rule.isOnlyLive !== true || reachOfWalk(rule).live.length > 0),
  );
  const applying = (tables: 'kernel' | 'user' | 'pfn'): readonly WalkRule[] =>
    rules.filter((rule) => rule.tables === tables);
  const reachOn = ({ freer }: WalkRule, { hops }: Chain): Reach =>
    whereDisturbed(reach([...new Set(hops.map(({ ref }) => ref.file))], freer, tree), walk, tree);
  /** What the walk calls the mm whose kernel tables it walks. */
  const nameOfMm = (values: Values): string | undefined => {
    const mm = walk.mm && evaluate(walk.mm, values);
    return mm && tablesOn(walk, values, isKernelMm) === 'kernel' ? instanceText(mm) : undefined;
  };
  const keepsOut = (rule: WalkRule, held: Held, values: Values, on: Reach, hops: readonly Hop[]): boolean =>
    holding(held).some(({ name }) => rule.impliedBy?.includes(parseLockName(name).class)) ||
    isExcluded(rule.freer, held, tree, architecturesOf(on), nameOfMm(values), {
      insideVma: rule.isOutsideVma !== true || hops.some(({ ref }) => looksForVma(ref, world)),
    });
  const isEnough = (held: Held, values: Values, top: FunctionRef, hops: readonly Hop[]): boolean => {
    const own = heldOfWalkedMm(walk, { held, values, hops }, world);
    return tablesPossibleAbove(walk, values, top, isKernelMm).every((tables) =>
      applying(tables).every((rule) => keepsOut(rule, own, values, reachOfWalk(rule), hops)),
    );
  };
  const isLive = rules.some((rule) => reachOfWalk(rule).live.length > 0);
  const isOpenFor = (rule: WalkRule, chain: Chain): boolean =>
    walks(chain, rule) &&
    mayMeet(chain, rule.freer) &&
    !keepsOut(rule, heldOfWalkedMm(walk, chain, world), chain.values, reachOn(rule, chain), chain.hops) &&
    (rule.tables !== 'user' || isTold(originFor(rule, walk, chain, world)));
  const isOpen = (chain: Chain): boolean => rules.some((rule) => isOpenFor(rule, chain));
  const found = chainsOf(walk, world, isEnough, isLive ? { ...CHAIN_BOUNDS, isOpen } : LATENT_BOUNDS);
  const isTakenWhereNeeded = rules.some((rule) => rule.isTakenWhereNeeded);
  const atBest = heldAtBest(walk, world, isTakenWhereNeeded ? heldBySome : undefined);
  const judgeBy = (rule: WalkRule): RuleAnswer | undefined => {
    const chains = found.chains.filter((chain) => walks(chain, rule));
    if (chains.length === 0) return undefined;
    if (walk.staysInTop)
      return { judgement: 'owned', reason: 'it reads entries of the top table alone, which stays' };
    const { live, latent } = factsOf(tree, rule.freer);
    // A tree in which no architecture has the freer does not know it yet.
    if (live.length === 0) {
      const reason = `no architecture of this tree has ${rule.freer}`;
      return { judgement: latent.length > 0 ? 'latent' : 'unjudged', reason };
    }
    const met = chains.filter(
      (chain) =>
        mayMeet(chain, rule.freer) &&
        reachOn(rule, chain).isOff !== true &&
        isIn(rule, rangesOf(walk, chain, world)),
    );
    const open = met
      .map((chain) => ({ chain, reach: reachOn(rule, chain) }))
      .filter(
        ({ chain, reach: on }) =>
          !keepsOut(rule, heldOfWalkedMm(walk, chain, world), chain.values, on, chain.hops),
      );
    const isKeptAtBest = ({ chain, reach: on }: OpenChain): boolean =>
      on.live.length > 0 &&
      keepsOut(rule, heldOfWalkedMm(walk, chain, world, atBest(chain)), chain.values, on, chain.hops);
    const unmet = chains.filter((chain) => !met.includes(chain));
    if (open.length === 0)
      return { judgement: unmet.length > 0 ? 'context' : 'protected', reason: contextsText(unmet) };
    // Half of all naive findings are walks of a range that somebody owns: where no one is seen, one is assumed.
    const rest = rule.rests?.(walk);
    const judged = open.map((each) => ({ ...each, origin: originFor(rule, walk, each.chain, world) }));
    const told = judged
      .filter(({ origin }) => isTold(origin))
      .filter(({ chain }) => !isRuledOut(rule, rangesRuledOut(chain, walk, world)))
      .map((each) => ({
        ...each,
        reach: withoutMode(each.reach, modeWithout(rule.freer, each.chain, world)),
      }))
      .filter(({ reach: on }) => rule.isOnlyLive !== true || on.live.length > 0)
      .map((each) => (isKeptAtBest(each) ? { ...each, origin: assumedOrigin(atBest(each.chain)) } : each))
      .map((each) =>
        rest === undefined ? each : { ...each, origin: { kind: 'assumed', text: rest } as const },
      )
      .sort((a, b) => gravityOf(a) - gravityOf(b));
    const [worst] = told;
    if (!worst) return { judgement: 'owned', reason: ownersText(judged.map(({ origin }) => origin)) };
    const where =
      worst.reach.live.length > 0 ? { ...worst.reach, live: liveOn(told, tree, rule.freer) } : worst.reach;
    const { chain, origin } = worst;
    const missing = locksThatHelp(rule, architecturesOf(where), tree);
    const finding = findingOf({ ...rule, missing }, walk, chain, origin, where);
    return {
      judgement: where.live.length > 0 ? 'reported' : 'latent',
      reason: where.live.length > 0 ? '' : where.reason,
      suspicion: { chain, origin, rule, walk, finding, open: told.map((each) => each.chain), all: found },
    };
  };
  const answers = rules.flatMap((rule) => judgeBy(rule) ?? []);
  const asksItself = WALK_RULES.some((rule) => isAbout(walk, rule)) && rules.length === 0;
  const judgement = asksItself ? 'protected' : weakest(answers.map((each) => each.judgement));
  const reasons = answers.filter((each) => each.judgement === judgement).map(({ reason }) => reason);
  const ranges = rangesCovered(walk, found.chains, world);
  return {
    walker: walkerOf(walk, found, judgement, { ranges, reason: reasonText(reasons) }),
    suspicions: toldOnce(answers.flatMap(({ suspicion }) => suspicion ?? [])),
  };
}

/** Whether somebody on the way has a VMA: it is looked for, is given, or is a variable of the function. */
function looksForVma(ref: FunctionRef, world: WalkWorld): boolean {
  const program = world.programs.of(ref);
  if (!program || isInsideVma(program, world.knowledge)) return true;
  if (ref.facts.calls.some(({ callee }) => VMA_LOOKUPS.has(callee))) return true;
  return world.index.functionsWith(ref.file, VMA).some(({ facts }) => facts === ref.facts);
}

const VMA: ReadonlySet<string> = new Set(['vm_area_struct']);

/** One missing lock is told once, by the rule that asks for more of it. */
function toldOnce(suspicions: readonly Suspicion[]): readonly Suspicion[] {
  const isToldBy = (id: string | undefined, { severity }: Finding): boolean =>
    suspicions.some(
      ({ finding }) => finding.rule === id && (finding.severity !== 'info' || severity === 'info'),
    );
  return suspicions.filter(({ rule, finding }) => !isToldBy(rule.toldBy, finding));
}

/** What one rule says of a walk. */
interface RuleAnswer {
  readonly judgement: WalkJudgement;
  readonly reason: string;
  readonly suspicion?: Suspicion;
}

const WEAKEST_FIRST: readonly WalkJudgement[] = ['reported', 'latent', 'owned', 'context', 'protected'];

/** What a walk rests on: the weakest of what the rules say. */
function weakest(judgements: readonly WalkJudgement[]): WalkJudgement {
  return WEAKEST_FIRST.find((each) => judgements.includes(each)) ?? 'unjudged';
}

/** Whether it counts that a chain is open: of what somebody owns, or may own, nothing is told. */
const isTold = ({ kind }: Origin): boolean => kind !== 'owned' && kind !== 'unknown';

/** Whether the freer works where the walk is; undefined: the walk may be anywhere. */
function isIn({ ranges, tables }: WalkRule, walked: readonly Range[] | undefined): boolean {
  return tables === 'user' || (walked?.some((each) => ranges.includes(each)) ?? true);
}

/** Whether the walk was asked for all ranges in which the freer works, and is in none. */
function isRuledOut({ ranges, tables }: WalkRule, ruledOut: readonly Range[]): boolean {
  return tables === 'kernel' && ranges.every((each) => ruledOut.includes(each));
}

/** A chain that is open, and what speaks for telling it. */
interface OpenChain {
  readonly chain: Chain;
  readonly reach: Reach;
  readonly origin: Origin;
}

/** Live before latent, a place that can take a lock before one that can't, and then by where the address comes from. */
function gravityOf({ chain, reach: { live }, origin }: OpenChain): number {
  const canNotSleep = chain.top.kind === 'root' && chain.top.context?.sleeps === false;
  return (live.length > 0 ? 0 : 100) + GRAVITY.indexOf(origin.kind) * 2 + (canNotSleep ? 1 : 0);
}

/** Architectures on which one of the chains meets the freer, in the order of the tree. */
function liveOn(chains: readonly OpenChain[], tree: TreeFacts, freer: FreerId): readonly string[] {
  const all = new Set(chains.flatMap(({ reach: { live } }) => live));
  return factsOf(tree, freer)
    .live.map(({ architecture }) => architecture)
    .filter((each) => all.has(each));
}

const architecturesOf = ({ live, latent }: Reach): readonly string[] => (live.length > 0 ? live : latent);

/** Where the freer is live, given that the chain only runs in a mode that does not have it. */
function withoutMode(found: Reach, mode: MmuMode | undefined): Reach {
  if (!mode || !found.live.includes(mode.architecture)) return found;
  return {
    live: found.live.filter((each) => each !== mode.architecture),
    latent: [...found.latent, mode.architecture],
    reason: `only where ${mode.test}() is false: ${mode.without}`,
  };
}

/** Where no freer is live, a look at the nearest roots is enough. */
const LATENT_BOUNDS = { depth: 4, looks: 12, kept: 12 };

function isAbout(walk: Walk, rule: WalkRule): boolean {
  return walk.tables === rule.tables || (walk.tables === 'either' && rule.tables !== 'pfn');
}

const mayApply = (walk: Walk, rule: WalkRule): boolean =>
  isAbout(walk, rule) && rule.applies?.(walk) !== false;

/** Whether the freer can run while the chain does: not at boot, not while the whole system is stopped for it. */
function mayMeet({ top }: Chain, freer: FreerId): boolean {
  if (top.kind !== 'root' || !top.context) return true;
  const { reach: when, excludes } = top.context;
  return when === 'runtime' && excludes !== 'all' && !excludes.includes(freer);
}

const GRAVITY: readonly OriginKind[] = [
  'arbitrary',
  'sweep',
  'faulting',
  'callers',
  'assumed',
  'unknown',
  'owned',
];

/** `info->mm` where all tables of that struct have `.mm = &init_mm`. */
export function holdsInitMm(mm: Expr, walk: Walk, world: WalkWorld): boolean {
  const text = instanceText(mm).replace(/^\w+:/, '');
  const [, base, field] = /^(\w+)(?:->|\.)(\w+)$/.exec(text) ?? [];
  if (base === undefined || field === undefined) return false;
  const owner = /^(\w+):/.exec(instanceText(mm))?.[1] ?? walk.ref.facts.name;
  const [ref] = world.index.definitions(owner, { file: walk.ref.file });
  const type = ref && world.programs.of(ref)?.params.find(({ name }) => name === base)?.type;
  const struct = /struct (\w+)/.exec(type ?? '')?.[1];
  if (struct === undefined) return false;
  const set = world.index
    .tables(struct, field)
    .flatMap(({ facts }) => facts.fields.filter(({ path }) => path === field));
  return set.length > 0 && set.every(({ name }) => isKernelMmName(name));
}
