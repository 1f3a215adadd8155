/** Findings of the rules about locks: from a step that waits for a lock up its callers, to the nearest one that must not wait there. */
import type { FunctionRef } from '../index/link.js';
import { architectureOf } from '../kernel/architectures.js';
import { ATOMIC_QUESTIONS, contextOf } from '../kernel/contexts.js';
import { EXCLUSIONS } from '../kernel/exclusions.js';
import { NOT_OF_WALKERS, TAKEN_FROM_FAR } from '../kernel/lock-roles.js';
import { protectionOf, PROTECTIONS } from '../kernel/protections.js';
import { lockRace } from '../replay/lock-race.js';
import { findingId } from '../report/id.js';
import { plainFinding } from '../report/plain-finding.js';
import type { Finding, Severity } from '../report/report.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { chainsOf, type ChainBounds } from './chains.js';
import { parseLockName, type Held } from './held.js';
import { lockName, type Values } from './values.js';
import { rootsOf } from './roots.js';
import { LOCK_RULES, type LockRule } from './rules.js';
import type { Clash } from './rules/rule.js';
import { heldTexts, hopsOf } from './walk-reports.js';
import {
  heldNow,
  isPassedBy,
  isSameLock,
  isTakenBack,
  letsGoOf,
  statesAt,
  takingsOf,
  unmarked,
  type HeldNow,
  type Taking,
  type Waiting,
} from './waiting.js';
import type { Walk } from './walks.js';

const FAR: ChainBounds = { depth: 8, looks: 60, kept: 60 };
const NEAR: ChainBounds = { depth: 2, looks: 10, kept: 10 };
/** A lock that no row knows is judged by what its own function holds. */
const OWN: ChainBounds = { depth: 0, looks: 1, kept: 1 };

const REACH = { depth: 6, functions: 80 } as const;

/** What the functions that are called in this way do wrong, or who calls them. Sorted by nothing: the order of the functions. */
export function lockFindings(ref: FunctionRef, world: ChainWorld): readonly Finding[] {
  const program = world.programs.of(ref);
  if (!program) return [];
  const found = new Map<string, Finding>();
  for (const taking of takingsOf(ref, program)) {
    for (const finding of findingsOf(taking, world))
      if (!found.has(finding.id)) found.set(finding.id, finding);
  }
  return [...found.values()];
}

/** Names of calls that take a lock which sleeps, by the rows of the protections: a function without any is not looked at. */
export const TAKING_NAMES: ReadonlySet<string> = new Set([
  ...PROTECTIONS.flatMap(({ effect, calls }) =>
    effect.kind === 'lock' ? calls.filter(({ effect: does, sleeps }) => does === 'acquire' && sleeps) : [],
  ).map(({ api }) => api),
  'down_read',
  'down_write',
  'down_read_killable',
  'down_write_killable',
]);

/** Names of calls that take a lock which keeps some freer out: a function that takes one may leak it, whether it walks or not. */
export const KEEPING_NAMES: ReadonlySet<string> = new Set(
  PROTECTIONS.filter(
    ({ id, effect }) =>
      effect.kind === 'lock' && EXCLUSIONS.some((row) => row.protection === id && row.excludes !== 'no'),
  ).flatMap(({ calls }) => calls.filter(({ effect }) => effect === 'acquire').map(({ api }) => api)),
);

/** Names of calls that take one of the locks whose callers are followed far. */
export const RARE_NAMES: ReadonlySet<string> = new Set(
  PROTECTIONS.filter(({ id }) => TAKEN_FROM_FAR.has(id)).flatMap(({ calls }) =>
    calls.filter(({ effect, sleeps }) => effect === 'acquire' && sleeps).map(({ api }) => api),
  ),
);

/**
 * Whether each of many calls on the way is made, nobody has decided: a hugetlb walk is not reached for a mapping of another kind. The
 * rare locks are taken by few and for all, so that a long way to them is told as a warning; to the others it is information.
 */
function severityOf({ lock }: Taking, { hops }: Chain, isCertain: boolean): Severity {
  if (hops.length <= 2) return isCertain ? 'error' : 'warning';
  return TAKEN_FROM_FAR.has(lock.class) ? 'warning' : 'info';
}

function boundsFor({ class: id }: Taking['lock']): ChainBounds {
  if (TAKEN_FROM_FAR.has(id)) return FAR;
  return protectionOf(id) && !NOT_OF_WALKERS.has(id) ? NEAR : OWN;
}

function findingsOf(taking: Taking, world: ChainWorld): readonly Finding[] {
  const { ref, program, step, lock, at, text } = taking;
  const effectOf = world.effects.within(ref);
  const known = new Map<string, ReturnType<typeof statesAt>>();
  const statesWith = (values: Values): ReturnType<typeof statesAt> => {
    const key = JSON.stringify([...values]);
    const states = known.get(key) ?? statesAt(taking, values, effectOf);
    known.set(key, states);
    return states;
  };
  const clashOf = (rule: LockRule, held: Held, values: Values, top?: Chain['top']): Clash | undefined => {
    const waiting: Waiting = {
      lock: lock.class,
      mode: taking.mode,
      held: heldNow(held),
      context: top?.kind === 'root' ? top.context : undefined,
      isSame: (each: HeldNow) =>
        isSameLock(taking, statesWith(values), each) && !isTakenBack(taking, statesWith(new Map())),
    };
    const clash = rule.clash(waiting);
    return clash && statesWith(values).length > 0 ? clash : undefined;
  };
  const asWalk: Walk = {
    ref,
    program,
    form: 'descent',
    tables: 'either',
    mm: lock.instance,
    address: undefined,
    end: undefined,
    steps: [step],
    place: at,
    text,
  };
  const isEnough = (held: Held, values: Values): boolean =>
    LOCK_RULES.some((rule) => clashOf(rule, held, values) !== undefined);
  const { chains } = chainsOf(asWalk, world, isEnough, boundsFor(lock));
  return LOCK_RULES.flatMap((rule) =>
    chains.flatMap((chain): readonly Finding[] => {
      if (!isPossible(chain)) return [];
      const clash = clashOf(rule, chain.held, chain.values, chain.top);
      const isWrong =
        clash &&
        !asksFirst(clash, chain) &&
        !isLetGoOf(clash, chain, world) &&
        !(isAsserted(clash, chain) && isPassedBy(taking, chain.values, effectOf));
      return isWrong ? findingOf(rule, clash, taking, chain, world) : [];
    }),
  );
}

/**
 * A chain is none when its functions are of different architectures. What a state of the whole system holds is taken by the very
 * function that it begins with.
 */
function isPossible({ top, hops }: Chain): boolean {
  const isEntry = top.kind === 'root' && top.start.kind === 'entry-point' && hops.length === 1;
  const architectures = new Set(hops.flatMap(({ ref }) => architectureOf(ref.file) ?? []));
  return !isEntry && architectures.size <= 1;
}

/** Whether a function asks if it may sleep, below the one that says no. */
function asksFirst({ consequence }: Clash, { top, hops }: Chain): boolean {
  const below = top.kind === 'root' ? hops : hops.slice(1);
  return (
    consequence === 'sleep-in-atomic' &&
    below.some(({ ref }) => ref.facts.calls.some(({ callee }) => ATOMIC_QUESTIONS.has(callee)))
  );
}

/** Whether a function that the holder calls lets go of the lock somewhere: where, the chain does not tell. */
function isLetGoOf({ with: name }: Clash, { hops }: Chain, world: ChainWorld): boolean {
  if (name === undefined) return false;
  const { class: id } = parseLockName(name);
  return hops.slice(1).some(({ ref }) => {
    const program = world.effects.touchesLocks(ref) ? world.programs.of(ref) : undefined;
    return program !== undefined && letsGoOf(program, id, world.effects.within(ref));
  });
}

/** Whether a caller is only said to hold what clashes. */
const isAsserted = ({ with: name }: Clash, { held }: Chain): boolean =>
  name !== undefined && held.get(name)?.asserted === true;

function findingOf(
  rule: LockRule,
  clash: Clash,
  taking: Taking,
  chain: Chain,
  world: ChainWorld,
): readonly Finding[] {
  const [holder, callee] = chain.hops;
  if (!holder) return [];
  const reach = reachOf(holder.ref, world);
  if (reach === 'boot') return [];
  const at = chain.hops.length > 1 ? holder.at : taking.at;
  if (!at) return [];
  const name = holder.ref.facts.name;
  const lock = nameOfLock(taking);
  const message = callee
    ? `${name}() calls ${callee.ref.facts.name}() ${clash.where}, and ${taking.ref.facts.name}() takes ${lock}`
    : `${name}() takes ${lock} ${clash.where}`;
  const exploration = lockRace(taking, clash, heldNow(chain.held));
  const isConfirmed = exploration.kinds.includes(clash.consequence);
  const severity = severityOf(taking, chain, isConfirmed && reach === 'runtime');
  return [
    plainFinding(at, {
      id: findingId(
        rule.id,
        holder.ref.file,
        name,
        `${callee?.ref.facts.name ?? taking.text} ${clash.with ?? ''}`,
      ),
      rule: rule.id,
      severity,
      function: name,
      message,
      held: heldTexts(chain.held),
      chain: hopsOf(chain),
      verdict: isConfirmed ? 'confirmed' : 'not-run',
      consequence: isConfirmed ? clash.consequence : null,
      states: exploration.states,
      reason: clash.reason,
    }),
  ];
}

/** `mmap_lock(mm)`, in the words of the function that takes it. */
const nameOfLock = ({ lock }: Taking): string => unmarked(lockName(lock, new Map()));

/** Whether the function runs at run time: some root is seen that does; only at boot; or it is not seen. */
function reachOf(ref: FunctionRef, world: ChainWorld): 'runtime' | 'boot' | 'unseen' {
  const { roots, cut } = rootsOf(world.index, ref, REACH);
  const seen = roots.filter(({ start }) => start.kind !== 'unseen');
  const contexts = seen.map(({ start }) => start.context && contextOf(start.context));
  if (contexts.some((context) => context?.reach === 'runtime')) return 'runtime';
  const isAll = cut.length === 0 && roots.length > 0 && seen.length === roots.length;
  return isAll && contexts.every((context) => context && context.reach !== 'runtime') ? 'boot' : 'unseen';
}
