/** What one rule says of a walk: of the chains on which its freer can meet it, which are open, and which of these is worst. */
import { factsOf, type TreeFacts } from '../kernel/tree.js';
import type { MmuMode } from '../kernel/mmu-modes.js';
import type { FreerId, Range } from '../kernel/types.js';
import type { WalkJudgement } from '../report/report.js';
import { rangesRuledOut } from './asked-ranges.js';
import { assumedOrigin } from './at-best.js';
import type { Chain, Chains } from './chain.js';
import type { Held } from './held.js';
import { originFor } from './meetings.js';
import { modeWithout } from './modes.js';
import type { Origin, OriginKind } from './origin.js';
import { contextsText, ownersText } from './reasons.js';
import type { WalkRule } from './rules.js';
import type { Suspicion } from './suspicion.js';
import { locksThatHelp, type Reach } from './verdicts.js';
import { architecturesOf, isTold, mayMeet, type WalkQuestions } from './walk-questions.js';
import { findingOf } from './walk-reports.js';
import { rangesOf } from './walk-ranges.js';
import type { WalkWorld } from './walk-world.js';
import type { Walk } from './walks.js';

/** What one rule says of a walk. */
export interface RuleAnswer {
  readonly judgement: WalkJudgement;
  readonly reason: string;
  readonly suspicion?: Suspicion;
}

/** A walk, with the chains of calls that reach it. */
export interface Reached {
  readonly walk: Walk;
  readonly found: Chains;
  readonly questions: WalkQuestions;
  /** What is held on a chain where all goes well. */
  readonly atBest: (chain: Chain) => Held;
}

/** Undefined: on no chain does the walk walk what the rule is about. */
export function answerBy(rule: WalkRule, reached: Reached, world: WalkWorld): RuleAnswer | undefined {
  const { walk, found, questions } = reached;
  const { tree } = world;
  const chains = found.chains.filter((chain) => questions.walks(chain, rule));
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
      questions.reachOn(rule, chain).isOff !== true &&
      isIn(rule, rangesOf(walk, chain, world)),
  );
  const open = met
    .map((chain) => ({ chain, reach: questions.reachOn(rule, chain) }))
    .filter(({ chain, reach }) => !questions.isKeptOut(rule, chain, reach))
    .map((each) => ({ ...each, origin: originFor(rule, walk, each.chain, world) }));
  if (open.length === 0) {
    const unmet = chains.filter((chain) => !met.includes(chain));
    return { judgement: unmet.length > 0 ? 'context' : 'protected', reason: contextsText(unmet) };
  }
  const told = worthTelling(rule, open, reached, world);
  const [worst] = told;
  if (!worst) return { judgement: 'owned', reason: ownersText(open.map(({ origin }) => origin)) };
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
}

/** A chain that is open, and what speaks for telling it. */
interface OpenChain {
  readonly chain: Chain;
  readonly reach: Reach;
  readonly origin: Origin;
}

/**
 * The open chains whose range nobody owns, the gravest first. Half of all naive findings are walks of a range that somebody owns: where
 * no one is seen, one is assumed.
 */
function worthTelling(
  rule: WalkRule,
  open: readonly OpenChain[],
  { walk, questions, atBest }: Reached,
  world: WalkWorld,
): readonly OpenChain[] {
  const rest = rule.rests?.(walk);
  const isKeptAtBest = ({ chain, reach }: OpenChain): boolean =>
    reach.live.length > 0 && questions.isKeptOut(rule, chain, reach, atBest(chain));
  const originOf = (each: OpenChain): Origin => {
    if (rest !== undefined) return { kind: 'assumed', text: rest };
    return isKeptAtBest(each) ? assumedOrigin(atBest(each.chain)) : each.origin;
  };
  return open
    .filter(({ origin }) => isTold(origin))
    .filter(({ chain }) => !isRuledOut(rule, rangesRuledOut(chain, walk, world)))
    .map((each) => ({
      ...each,
      reach: withoutMode(each.reach, modeWithout(rule.freer, each.chain, world)),
    }))
    .filter(({ reach }) => rule.isOnlyLive !== true || reach.live.length > 0)
    .map((each) => ({ ...each, origin: originOf(each) }))
    .sort((a, b) => gravityOf(a) - gravityOf(b));
}

/** Whether the freer works where the walk is; undefined: the walk may be anywhere. */
function isIn({ ranges, tables }: WalkRule, walked: readonly Range[] | undefined): boolean {
  return tables === 'user' || (walked?.some((each) => ranges.includes(each)) ?? true);
}

/** Whether the walk was asked for all ranges in which the freer works, and is in none. */
function isRuledOut({ ranges, tables }: WalkRule, ruledOut: readonly Range[]): boolean {
  return tables === 'kernel' && ranges.every((each) => ruledOut.includes(each));
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

const GRAVITY: readonly OriginKind[] = [
  'arbitrary',
  'sweep',
  'faulting',
  'callers',
  'assumed',
  'unknown',
  'owned',
];

/** Where the freer is live, given that the chain only runs in a mode that does not have it. */
function withoutMode(found: Reach, mode: MmuMode | undefined): Reach {
  if (!mode || !found.live.includes(mode.architecture)) return found;
  return {
    live: found.live.filter((each) => each !== mode.architecture),
    latent: [...found.latent, mode.architecture],
    reason: `only where ${mode.test}() is false: ${mode.without}`,
  };
}
