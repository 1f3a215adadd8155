/**
 * Code that runs only in a mode of the machine where a freer does not exist: `if (!radix_enabled()) debugfs_create_file(.., &fops)`
 * makes everything behind that file a matter of the hash MMU.
 */
import type { FunctionRef } from '../index/link.js';
import { MMU_MODES, type MmuMode } from '../kernel/mmu-modes.js';
import { ROOT_MACROS } from '../kernel/roots.js';
import type { FreerId } from '../kernel/types.js';
import type { FunctionProgram, Step } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import type { Start } from './starts.js';
import { NOTHING } from './held.js';
import { locksetsOf } from './locksets.js';
import type { CallEffect } from './transfer.js';

/** The mode without the freer that a chain is confined to; undefined when it can run where the freer exists. */
export function modeWithout(freer: FreerId, chain: Chain, world: ChainWorld): MmuMode | undefined {
  return MMU_MODES.find(
    (mode) =>
      mode.freers.includes(freer) &&
      (isStartedOnlyWithout(mode, chain, world) || isCalledOnlyWithout(mode, chain, world)),
  );
}

/** Some call on the way is only reached where the test is false. */
function isCalledOnlyWithout(mode: MmuMode, chain: Chain, world: ChainWorld): boolean {
  return chain.hops.slice(0, -1).some(({ ref, at }, index) => {
    const callee = chain.hops[index + 1]?.ref.facts.name;
    return (
      at !== undefined &&
      callee !== undefined &&
      isUnreachableIn(mode, ref, world, (step) => calls(step, callee))
    );
  });
}

/** The operation tables at the top of the chain are only registered where the test is false. */
function isStartedOnlyWithout(mode: MmuMode, { top, hops }: Chain, world: ChainWorld): boolean {
  const file = hops[0]?.ref.file;
  if (top.kind !== 'root' || file === undefined) return false;
  const tables = tablesOf(top.start, hops[0]?.ref.facts.name ?? '', world);
  return (
    tables.length > 0 &&
    tables.every((variable) => {
      const users = world.index
        .mentionsOf(variable, file, true)
        .mentions.flatMap(({ mention }) => (mention.kind === 'argument' ? [mention.from] : []));
      return (
        users.length > 0 &&
        users.every((ref) => isUnreachableIn(mode, ref, world, (step) => isGiven(step, variable)))
      );
    })
  );
}

/**
 * The operation tables through which a root is started: its own, or those of the function that registers it (single_open), or that of
 * the macro that does both, where that is not at hand to be expanded.
 */
function tablesOf(start: Start, root: string, world: ChainWorld): readonly string[] {
  if (start.kind === 'table') return [start.variable];
  if (start.kind === 'macro')
    return ROOT_MACROS.filter(({ macro }) => macro === start.name).flatMap(({ functions, makes }) =>
      functions.flatMap(({ suffix = '' }) =>
        makes !== undefined && root.endsWith(suffix)
          ? [root.slice(0, root.length - suffix.length) + makes]
          : [],
      ),
    );
  if (start.kind !== 'registration') return [];
  return world.index
    .callers(start.by)
    .mentions.flatMap(({ mention }) => (mention.kind === 'table' ? [mention.table.facts.variable] : []));
}

const calls = (step: Step, name: string): boolean =>
  step.op === 'call' && step.callee.kind === 'symbol' && step.callee.name === name;

const isGiven = (step: Step, variable: string): boolean =>
  step.op === 'call' &&
  step.args.some(
    (arg) =>
      (arg.kind === 'symbol' && arg.name === variable) ||
      (arg.kind === 'var' && arg.name === `::${variable}`),
  );

/** Whether the function asks for the mode, and no step that `isMeant` can be reached when the answer is yes. */
function isUnreachableIn(
  mode: MmuMode,
  ref: FunctionRef,
  world: ChainWorld,
  isMeant: (step: Step) => boolean,
): boolean {
  if (!ref.facts.calls.some(({ callee }) => callee === mode.test)) return false;
  const program = world.programs.of(ref);
  return program !== undefined && !stepsReached(program, mode.test).some(isMeant);
}

function stepsReached(program: FunctionProgram, test: string): readonly Step[] {
  const answer: CallEffect = (step) => [
    { change: NOTHING, ...(calls(step, test) ? { result: { kind: 'int', value: 1 } as const } : {}) },
  ];
  const { before } = locksetsOf(program, NOTHING, new Map(), answer);
  return program.steps.filter((_, index) => (before[index]?.length ?? 0) > 0);
}
