/** Findings about code that frees tables of the kernel: the freers, where walkers meet them. */
import type { FunctionRef } from '../index/link.js';
import { FREEING_CALLS, FREEING_NAME, type FreeingCall } from '../kernel/freeing-calls.js';
import { MMAP_LOCK_OF_KERNEL } from '../kernel/lock-roles.js';
import { PRIMITIVES } from '../kernel/primitives.js';
import { ownOption } from '../kernel/settings.js';
import { capabilitiesOn } from '../kernel/tree.js';
import { holds } from '../kernel/when.js';
import { ENTRY_MEMBERS } from '../kernel/walk-callbacks.js';
import type { Expr, FunctionProgram, Step } from '../program/ir.js';
import { GLOBAL } from '../program/lower/paths.js';
import { findingId } from '../report/id.js';
import { plainFinding } from '../report/plain-finding.js';
import type { Finding } from '../report/report.js';
import type { Chain } from './chain.js';
import { chainsOf, type ChainBounds } from './chains.js';
import { NOTHING, type Held } from './held.js';
import { locksetsOf } from './locksets.js';
import type { Values } from './values.js';
import { FREE_BEFORE_CLEAR, freesBeforeClear } from './rules/freer/free-before-clear.js';
import { FREER_UNLOCKED, freeingCallsIn, hasItsHalf } from './rules/freer/unlocked.js';
import type { Lapse } from './rules/rule.js';
import { reach } from './verdicts.js';
import { heldNow } from './waiting.js';
import type { WalkWorld } from './walk-world.js';
import { heldTexts, hopsOf } from './walk-reports.js';
import type { Walk } from './walks.js';

/** Names of calls that make a function worth looking at: it may be a freer. */
export const FREER_NAMES: ReadonlySet<string> = new Set([
  ...FREEING_CALLS.map(({ call }) => call),
  ...PRIMITIVES.filter(
    (each) =>
      each.kind === 'store' && each.level !== 'pte' && each.value === undefined && each.stores === undefined,
  ).map(({ name }) => name),
]);

/** The lock is mostly taken by the function itself, or not far above. */
const NEAR: ChainBounds = { depth: 5, looks: 24, kept: 24 };

export function freerFindings(
  ref: FunctionRef,
  program: FunctionProgram,
  world: WalkWorld,
): readonly Finding[] {
  return [
    ...beforeClear(ref, program),
    ...unlocked(ref, program, world),
    ...leafWriters(ref, program, world),
  ];
}

function beforeClear(ref: FunctionRef, program: FunctionProgram): readonly Finding[] {
  const mayFree = ref.facts.calls.some(({ callee }) => FREEING_NAME.test(callee));
  const lapses = mayFree ? freesBeforeClear(program) : [];
  return lapses.map((lapse) => ({
    ...plain(FREE_BEFORE_CLEAR.id, ref, lapse),
    severity: 'info',
    chain: [{ function: ref.facts.name, file: ref.file, line: lapse.at.line, held: [] }],
  }));
}

/** Calls that free, on some way to which the freer's half is not held. */
function unlocked(ref: FunctionRef, program: FunctionProgram, world: WalkWorld): readonly Finding[] {
  return freeingCallsIn(program).flatMap(({ index, step, row }): readonly Finding[] => {
    const live = reach([ref.file], row.freer, world.tree).live.filter(
      (each) =>
        holds(row.when, capabilitiesOn(world.tree, each)) &&
        !holdsItself(row, ref, program, index, each, world),
    );
    if (!step.at || live.length === 0) return [];
    const isKept = (held: Held): boolean => hasItsHalf(row, heldNow(held));
    const { chains } = chainsOf(asWalk(ref, program, index, step), world, isKept, NEAR);
    const [open] = chains.filter((chain) => runsFreely(chain) && !isKept(chain.held));
    if (!open) return [];
    const lapse: Lapse = {
      at: step.at,
      text: step.text,
      message: `${ref.facts.name}() calls ${row.call}(), which frees tables of the kernel, without ${row.take}`,
      reason: `${row.walkers}: against a freer that takes nothing of it, that keeps nobody out (${row.source})`,
    };
    return [
      {
        ...plain(FREER_UNLOCKED.id, ref, lapse),
        live,
        held: heldTexts(open.held),
        missing: [
          row.needs.of === undefined ? row.needs.protection : `${row.needs.protection}(${row.needs.of})`,
        ],
        chain: hopsOf(open),
      },
    ];
  });
}

/** Whether the function holds its half by itself on an architecture: `#ifndef CONFIG_ARM64` around the lock. */
function holdsItself(
  row: FreeingCall,
  ref: FunctionRef,
  program: FunctionProgram,
  index: number,
  architecture: string,
  world: WalkWorld,
): boolean {
  const settings: Values = new Map(
    world.tree.architectures.map((each) => [
      GLOBAL + ownOption(each),
      { kind: 'int', value: each === architecture ? 1 : 0 },
    ]),
  );
  const states = locksetsOf(program, NOTHING, settings, world.effects.within(ref)).before[index] ?? [];
  return states.every(({ held }) => hasItsHalf(row, heldNow(held)));
}

/**
 * Walks of init_mm whose callbacks write entries, under its mmap lock for read: no table goes, but two of them may write
 * one entry.
 */
function leafWriters(ref: FunctionRef, program: FunctionProgram, world: WalkWorld): readonly Finding[] {
  return program.steps.flatMap((step, index): readonly Finding[] => {
    if (step.op !== 'call' || step.callee.kind !== 'symbol' || !step.at) return [];
    const primitive = world.knowledge.primitive(step.callee.name);
    if (primitive?.kind !== 'walk' || primitive.ops === undefined) return [];
    const isOfKernel = primitive.mm === 'init_mm' || step.args.some(isInitMm);
    const ops = step.args[primitive.ops];
    if (!isOfKernel || ops?.kind !== 'symbol' || !writesEntries(ops.name, ref, world)) return [];
    const isWrong = (held: Held): boolean =>
      heldNow(held).some(({ name, mode }) => name === MMAP_LOCK_OF_KERNEL && mode === 'read');
    const { chains } = chainsOf(asWalk(ref, program, index, step), world, isWrong, NEAR);
    const chain = chains.find(({ held }) => isWrong(held));
    if (!chain) return [];
    const lapse: Lapse = {
      at: step.at,
      text: step.text,
      message: `${ref.facts.name}() writes entries of the kernel tables with ${MMAP_LOCK_OF_KERNEL} held for read only`,
      reason:
        'no table is freed by it; two such walks of one range may write the same entry, and a walker of the whole may see it half done',
    };
    return [
      {
        ...plain(FREER_UNLOCKED.id, ref, lapse),
        severity: 'info',
        held: heldTexts(chain.held),
        missing: [MMAP_LOCK_OF_KERNEL],
        chain: hopsOf(chain),
      },
    ];
  });
}

const isInitMm = (arg: Expr): boolean => arg.kind === 'symbol' && arg.name === 'init_mm';

/** Whether some callback of an operation table stores to an entry. */
function writesEntries(variable: string, ref: FunctionRef, world: WalkWorld): boolean {
  const from = { file: ref.file };
  return ENTRY_MEMBERS.flatMap((field) => world.index.initializer(variable, field, from))
    .flatMap(({ name }) => world.index.definitions(name, from))
    .some((each) => world.programs.of(each)?.steps.some(({ op }) => op === 'store' || op === 'exchange'));
}

/** Not at boot, nor while nothing else runs. */
function runsFreely({ top }: Chain): boolean {
  return (
    top.kind !== 'root' || !top.context || (top.context.reach === 'runtime' && top.context.excludes !== 'all')
  );
}

function asWalk(ref: FunctionRef, program: FunctionProgram, index: number, { at, text }: Step): Walk {
  return {
    ref,
    program,
    form: 'descent',
    tables: 'kernel',
    mm: { kind: 'symbol', name: 'init_mm' },
    address: undefined,
    end: undefined,
    steps: [index],
    place: at ?? program.at,
    text,
  };
}

function plain(rule: string, ref: FunctionRef, { at, text, message, reason }: Lapse): Finding {
  const { name } = ref.facts;
  return plainFinding(at, {
    id: findingId(rule, ref.file, name, text),
    rule,
    function: name,
    message,
    reason,
  });
}
