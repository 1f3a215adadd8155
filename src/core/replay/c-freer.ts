/**
 * A function of the tree as the freer: lowered and linked as a walker is, with what its callers hold around it, on a CPU of its
 * own. What the tree's own code does, in its own order; the fragments of kernel/freers/ are the same written by hand.
 */
import { parseLockName, type Held } from '../analysis/held.js';
import type { FunctionRef } from '../index/link.js';
import { protectionOf } from '../kernel/protections.js';
import { optionsOfFreers } from '../kernel/settings.js';
import type { PageDecl, ThreadDecl } from '../machine/scenario.js';
import { tidy } from '../program/graph.js';
import { END, type Assumption, type Step, type ThreadProgram } from '../program/ir.js';
import { link } from '../program/link/link.js';
import { TABLE_LOCK } from '../program/lower/primitive-call.js';
import { profileOf } from '../trace/language/to-scenario.js';
import { wrongAlone } from './freer-alone.js';
import { holdAround, holdingsOf, inTakingOrder, type Holding } from './hold.js';
import { onPossibleWays } from './impossible.js';
import { memoryMapFor } from './memory-map.js';
import { withoutNesting, withoutStray } from './nesting.js';
import { linkOptionsOf, locksOf, type FreerScene } from './scene.js';
import { treeResolver } from './tree-resolver.js';
import type { ReplayWorld } from './world.js';

export interface CFreer {
  readonly function: FunctionRef;
  /** What every one of its callers holds. */
  readonly held: Held;
}

/** Where it frees. */
export interface CFreerPlace {
  readonly tables: 'kernel' | 'user';
  readonly arch: string;
}

export type CFreerScene = { readonly scene: FreerScene } | { readonly reason: string };

/** Tables as a freer may find them; which of them it frees is for the freer to say. */
interface TablesFound {
  /** Below the top table: a table of pmds, and two of ptes. */
  readonly pmd: readonly [string, string];
  readonly pte: readonly [string, string];
  /** What has to be said of it. */
  readonly assumption?: string;
}

const IN_USE: TablesFound = { pmd: ['pte0', 'pte1'], pte: ['leaf', 'leaf'] };
/** Most freers clear the entries by themselves, so that is tried first; some only take what others have emptied. */
const FOUND: readonly TablesFound[] = [
  IN_USE,
  { ...IN_USE, pte: ['none', 'none'], assumption: 'the first table of ptes is empty when the freer begins' },
  { ...IN_USE, pmd: ['none', 'none'], assumption: 'the table of pmds is empty when the freer begins' },
];

/**
 * The scene of a function that frees, in the first tables of which it frees any. The reason, if it can't be made: it can't be
 * linked, it frees nothing, or by itself it goes wrong in the model.
 */
export function sceneOfFunction(world: ReplayWorld, freer: CFreer, place: CFreerPlace): CFreerScene {
  const { name } = freer.function.facts;
  if (!world.programs.of(freer.function)) return { reason: `${name}() can't be parsed` };
  const reasons: string[] = [];
  for (const found of FOUND) {
    const made = sceneIn(world, freer, place, found);
    if ('scene' in made) return made;
    reasons.push(made.reason);
  }
  return { reason: reasons[0] ?? `${name}() frees no table` };
}

function sceneIn(
  world: ReplayWorld,
  { function: ref, held }: CFreer,
  { tables, arch }: CFreerPlace,
  found: TablesFound,
): CFreerScene {
  const { name } = ref.facts;
  const program = world.programs.of(ref);
  if (!program) return { reason: `${name}() can't be parsed` };
  const top = TOPS[tables];
  const pages = pagesOf(top, found);
  const roots = {
    kernelRoot: tables === 'kernel' ? top : undefined,
    userRoot: tables === 'user' ? top : undefined,
  };
  const linked = link(
    program,
    // A stub says that there is no such thing as what this freer does.
    treeResolver(world.index, world.programs, ref.file, arch, world.capabilities(arch), 'real'),
    { ...linkOptionsOf(pages, arch, roots, []), config: optionsOfFreers(arch) },
  );
  if (!linked.linked) return { reason: `${name}(): ${linked.reason}` };
  const around = inTakingOrder(holdingsOf(held, protectionOf));
  const sceneWith = (steps: ThreadProgram): FreerScene => {
    const program = withoutNesting(holdAround(onWaysTaken(steps, around), around), isOneOfMany);
    const memoryMap = memoryMapFor(program, pages);
    return {
      name: `${ref.file}:${name}`,
      scenario: {
        title: `${name}() of ${ref.file}`,
        arch: profileOf(arch, [], world.archOf),
        pages: [...pages, ...memoryMap.pages],
        locks: locksOf(program, []),
        threads: [{ name: 'freer', cpu: 1, title: name, role: 'freer', program }, ALLOCATOR],
        assumptions: [
          ...program.assumptions,
          ...memoryMap.assumptions,
          ...around.map(({ text, mode }) => heldByCallers(name, text, mode)),
          ...(found.assumption === undefined ? [] : [{ kind: 'address' as const, text: found.assumption }]),
        ],
      },
      ...roots,
    };
  };
  const scene = sceneWith(withoutSleep(linked.program));
  const wrong = wrongAlone(scene.scenario);
  if (wrong === undefined) return { scene };
  if (wrong.kind !== 'sleep-in-atomic') return { reason: wrong.reason };
  const simpler = sceneWith(withoutSleep(withoutOwnMutexes(linked.program)));
  const stillWrong = wrongAlone(simpler.scenario);
  return stillWrong === undefined ? { scene: simpler } : { reason: stillWrong.reason };
}

/** As for a walk: ways to which several undecided branches have to fall together are none. */
function onWaysTaken(program: ThreadProgram, around: readonly Holding[]): ThreadProgram {
  const own = withoutStray(program, isOfNobodyElse);
  const kinds = new Map(locksOf(own, []).map(({ name, kind }) => [name, kind]));
  return onPossibleWays(own, {
    around: new Map(around.map(({ name, effect }) => [effect.kind === 'lock' ? name : effect.kind, 1])),
    kindOf: (lock) => kinds.get(lock),
    isOneOfMany,
  });
}

/** A lock that no table of locks knows. */
const isOfNobodyElse = (name: string): boolean => protectionOf(parseLockName(name).class) === undefined;

const isOneOfMany = (name: string): boolean => name === TABLE_LOCK || isOfNobodyElse(name);

const TOPS = { kernel: 'swapper', user: 'top' } as const;

const pagesOf = (top: string, { pmd, pte }: TablesFound): readonly PageDecl[] => [
  { name: top, level: 'pud', isStatic: true, entries: ['pmd0', 'none'] },
  { name: 'pmd0', level: 'pmd', isStatic: false, entries: pmd },
  { name: 'pte0', level: 'pte', isStatic: false, entries: pte },
  { name: 'pte1', level: 'pte', isStatic: false, entries: ['leaf', 'leaf'] },
];

/** Whoever takes a freed page for something else. */
const ALLOCATOR: ThreadDecl = {
  name: 'allocator',
  cpu: 2,
  title: 'page reuse',
  role: 'environment',
  program: { steps: [{ op: 'reuse', next: END, text: 'reuse' }], assumptions: [] },
};

const heldByCallers = (name: string, lock: string, mode: string): Assumption => ({
  kind: 'caller-locks',
  text: `all callers of ${name}() hold ${lock}${mode === 'read' ? ' for read' : ''}`,
});

/** What it does is right as it is: whether it may sleep there is no question that a walker asks. */
const withoutSleep = (program: ThreadProgram): ThreadProgram => without(program, ({ op }) => op === 'sleep');

/** Mutexes that no table of locks knows: on a way that is none, one may be taken where nobody may sleep. */
function withoutOwnMutexes(program: ThreadProgram): ThreadProgram {
  const mutexes = new Set(locksOf(program, []).flatMap(({ name, kind }) => (kind === 'mutex' ? [name] : [])));
  const isOwn = (step: Step): boolean =>
    (step.op === 'lock' || step.op === 'unlock') &&
    protectionOf(step.lock.class) === undefined &&
    mutexes.has(step.lock.name ?? step.lock.class);
  return without(program, isOwn);
}

function without(program: ThreadProgram, isLeftOut: (step: Step) => boolean): ThreadProgram {
  const steps = program.steps.map((step): Step => {
    if (!isLeftOut(step)) return step;
    return { op: 'nop', next: step.next, text: step.text, ...(step.at ? { at: step.at } : {}) };
  });
  return { ...program, steps: tidy(steps) };
}
