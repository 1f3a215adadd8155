/** What is asked of a walk, whichever rule asks: which tables a chain of calls has it walk, who can free them there, and whether what is held keeps them out. */
import type { FreerId } from '../kernel/types.js';
import type { FunctionRef } from '../index/link.js';
import type { Expr } from '../program/ir.js';
import { isInsideVma, VMA_LOOKUPS } from '../replay/inside-vma.js';
import type { Chain, Hop } from './chain.js';
import { holding, parseLockName, type Held } from './held.js';
import { holdsInitMm } from './init-mm-members.js';
import { isLockedWalk } from './locked-walks.js';
import { originFor } from './meetings.js';
import type { Origin } from './origin.js';
import { heldOfWalkedMm } from './other-mm.js';
import type { WalkRule } from './rules.js';
import { whereDisturbed } from './undisturbed.js';
import { evaluate, instanceText, type Values } from './values.js';
import {
  isExcluded,
  reach,
  tablesOn,
  tablesPossibleAbove,
  tablesPossibleOn,
  type Reach,
} from './verdicts.js';
import type { WalkWorld } from './walk-world.js';
import type { Walk } from './walks.js';

export interface WalkQuestions {
  /** Those of the asked rules that can have anything to say of the walk. */
  readonly rules: readonly WalkRule[];
  /** Whether the walk, on this chain, may walk the tables that the rule is about. */
  readonly walks: (chain: Chain, rule: WalkRule) => boolean;
  /** Where the freer of a rule can be on a chain. */
  readonly reachOn: (rule: WalkRule, chain: Chain) => Reach;
  /** Whether what is held on a chain keeps the freer out; `held`: instead of what the chain holds. */
  readonly isKeptOut: (rule: WalkRule, chain: Chain, on: Reach, held?: Held) => boolean;
  /** Whether what is held by the function `top` is enough for every rule, however it was reached. */
  readonly isEnough: (held: Held, values: Values, top: FunctionRef, hops: readonly Hop[]) => boolean;
  /** Whether any of the freers lives where the walk's own file is built. */
  readonly isLive: boolean;
  /** Whether any rule would tell the chain. */
  readonly isOpen: (chain: Chain) => boolean;
}

export function questionsAbout(walk: Walk, world: WalkWorld, asked: readonly WalkRule[]): WalkQuestions {
  const { tree } = world;
  const isKernelMm = (mm: Expr): boolean => holdsInitMm(mm, walk, world);
  const walks = ({ values }: Chain, { tables }: WalkRule): boolean =>
    tablesPossibleOn(walk, values, isKernelMm).includes(tables);
  const reachIn = (files: Iterable<string>, { freer }: WalkRule): Reach =>
    whereDisturbed(reach([...new Set(files)], freer, tree), walk, tree);
  const reachOfWalk = (rule: WalkRule): Reach => reachIn([walk.ref.file], rule);
  const reachOn = (rule: WalkRule, { hops }: Chain): Reach =>
    reachIn(
      hops.map(({ ref }) => ref.file),
      rule,
    );
  const rules = asked.filter(
    (rule) => mayApply(walk, rule) && (rule.isOnlyLive !== true || reachOfWalk(rule).live.length > 0),
  );
  /** What the walk calls the mm whose kernel tables it walks. */
  const nameOfMm = (values: Values): string | undefined => {
    const mm = walk.mm && evaluate(walk.mm, values);
    return mm && tablesOn(walk, values, isKernelMm) === 'kernel' ? instanceText(mm) : undefined;
  };
  /** That it is inside of a VMA is seen, or is asked of those who call it. */
  const isTakenToBeInside = (ref: FunctionRef): boolean =>
    looksForVma(ref, world) || isLockedWalk(ref, world.programs.namesIn(ref.file).knowledge);
  const keepsOut = (rule: WalkRule, held: Held, values: Values, on: Reach, hops: readonly Hop[]): boolean =>
    holding(held).some(({ name }) => rule.impliedBy?.includes(parseLockName(name).class)) ||
    isExcluded(rule.freer, held, tree, architecturesOf(on), nameOfMm(values), {
      insideVma: rule.isOutsideVma !== true || hops.some(({ ref }) => isTakenToBeInside(ref)),
    });
  const isKeptOut: WalkQuestions['isKeptOut'] = (rule, chain, on, held) =>
    keepsOut(rule, heldOfWalkedMm(walk, chain, world, held), chain.values, on, chain.hops);
  const isOpenFor = (rule: WalkRule, chain: Chain): boolean =>
    walks(chain, rule) &&
    mayMeet(chain, rule.freer) &&
    !isKeptOut(rule, chain, reachOn(rule, chain)) &&
    (rule.tables !== 'user' || isTold(originFor(rule, walk, chain, world)));
  return {
    rules,
    walks,
    reachOn,
    isKeptOut,
    isEnough: (held, values, top, hops) => {
      const own = heldOfWalkedMm(walk, { held, values, hops }, world);
      const possible = tablesPossibleAbove(walk, values, top, isKernelMm);
      return rules.every(
        (rule) => !possible.includes(rule.tables) || keepsOut(rule, own, values, reachOfWalk(rule), hops),
      );
    },
    isLive: rules.some((rule) => reachOfWalk(rule).live.length > 0),
    isOpen: (chain) => rules.some((rule) => isOpenFor(rule, chain)),
  };
}

/** Whether somebody on the way has a VMA: it is looked for, is given, or is a variable of the function. */
export function looksForVma(ref: FunctionRef, world: WalkWorld): boolean {
  const program = world.programs.of(ref);
  if (!program || isInsideVma(program, world.knowledge)) return true;
  if (ref.facts.calls.some(({ callee }) => VMA_LOOKUPS.has(callee))) return true;
  return world.index.functionsWith(ref.file, VMA).some(({ facts }) => facts === ref.facts);
}

const VMA: ReadonlySet<string> = new Set(['vm_area_struct']);

/** Whether it counts that a chain is open: of what somebody owns, or may own, nothing is told. */
export const isTold = ({ kind }: Origin): boolean => kind !== 'owned' && kind !== 'unknown';

export const architecturesOf = ({ live, latent }: Reach): readonly string[] =>
  live.length > 0 ? live : latent;

export function isAbout(walk: Walk, rule: WalkRule): boolean {
  return walk.tables === rule.tables || (walk.tables === 'either' && rule.tables !== 'pfn');
}

export const mayApply = (walk: Walk, rule: WalkRule): boolean =>
  isAbout(walk, rule) && rule.applies?.(walk) !== false;

/** Whether the freer can run while the chain does: not at boot, not while the whole system is stopped for it. */
export function mayMeet({ top }: Chain, freer: FreerId): boolean {
  if (top.kind !== 'root' || !top.context) return true;
  const { reach: when, excludes } = top.context;
  return when === 'runtime' && excludes !== 'all' && !excludes.includes(freer);
}
