/** The scenario of a replay: a walker beside a freer, as it is ordered. */
import type { Held } from '../analysis/held.js';
import type { Scenario, ThreadDecl } from '../machine/scenario.js';
import type { Assumption } from '../program/ir.js';
import type { FreerProgram } from './freer-programs.js';
import { memoryMapFor } from './memory-map.js';
import { withOwner } from './owner.js';
import { staysAtTop } from './raised.js';
import type { ReplayOrder } from './replay-order.js';
import { locksOf, sceneOfFragment, type FreerScene } from './scene.js';
import { placeResolver } from './tree-resolver.js';
import { walkerProgram, type WalkerPrograms } from './walker-program.js';
import type { ReplayWorld } from './world.js';

/** What a shipped fragment of a freer makes of the tree's architecture, for a walker to be put beside. */
export const sceneOf = (world: ReplayWorld, arch: string, fragment: FreerProgram): FreerScene =>
  sceneOfFragment(fragment, arch, world.archOf, placeResolver(world.index, world.read));

/** The scenario of a walker beside a freer; what stands in the way, if it can't be made. `known`: programs of the same order. */
export function scenarioBeside(
  world: ReplayWorld,
  order: ReplayOrder,
  scene: FreerScene,
  known: WalkerPrograms,
): { readonly scenario: Scenario } | { readonly reason: string } {
  const base = scene.scenario;
  const { name } = order.walker.facts;
  const made = walkerProgram(world, order, scene, known);
  if (!made) return { reason: `${name}() can't be parsed` };
  const { linked, program, held } = made;
  const isAbove = linked.linked ? staysAtTop(linked.program, base.pages) : linked.touchesNothing;
  if (scene.above && isAbove) {
    const above = scenarioBeside(world, order, scene.above(), known);
    if ('scenario' in above || linked.linked) return above;
  }
  if (!linked.linked) return { reason: linked.reason };
  if (!program) return { reason: `${name}() can't be run` };
  const walker: ThreadDecl = { name: 'walker', cpu: 0, title: name, role: 'walker', program };
  const memoryMap = memoryMapFor(program, base.pages);
  const scenario: Scenario = {
    ...base,
    title: `${name}() against ${base.title}`,
    pages: [...base.pages, ...memoryMap.pages],
    threads: [walker, ...base.threads],
    locks: locksOf(program, base.locks),
    assumptions: [
      ...held.map(({ text, mode }) => heldAround(name, text, mode)),
      ...(order.leftOut ? [notAround(name, order.leftOut)] : []),
      ...program.assumptions,
      ...base.assumptions,
      ...memoryMap.assumptions,
      MEMORY_MODEL,
    ],
  };
  return { scenario: order.ownsRange ? withOwner(scenario) : scenario };
}

const heldAround = (name: string, lock: string, mode: string): Assumption => ({
  kind: 'caller-locks',
  text: `the callers of ${name}() hold ${lock}${mode === 'read' ? ' for read' : ''}`,
});

const notAround = (name: string, leftOut: Held): Assumption => ({
  kind: 'caller-locks',
  text: `nothing is held when ${name}() is entered; its callers hold ${[...leftOut.keys()].join(', ')}: replay one of them to have that`,
});

const MEMORY_MODEL: Assumption = {
  kind: 'memory-model',
  text: 'steps happen one after the other (sequential consistency); what weak memory adds is not searched',
};
