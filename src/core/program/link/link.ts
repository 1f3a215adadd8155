/**
 * Linking: the functions of a walk become one program for one CPU. Calls are inlined (callbacks through their operation
 * tables too), access paths become variables, and the geometry becomes numbers.
 */
import { createGraphBuilder } from '../graph.js';
import type { FunctionProgram, Step, ThreadProgram, Var } from '../ir.js';
import { usedAssumptions } from './assumptions.js';
import { settleConfig } from './config.js';
import { foldCopies } from './copies.js';
import { withCountersBounded } from './counters.js';
import { withAnswersKept } from './correlate.js';
import { withoutElsewhere } from './elsewhere.js';
import { withFramesOnline } from './frames-online.js';
import { givenLevels, withWayDown } from './given.js';
import { createHomes, initializerAt } from './homes.js';
import { inline } from './inline.js';
import type { Linking } from './linking.js';
import type { LinkOptions, Resolver } from './options.js';
import { shortenNames } from './names.js';
import { assumedMms, createMms } from './mms.js';
import { bindOutsidePointers, bindRootParameters } from './outside.js';
import { createPaths } from './paths.js';
import { NO_ALTERNATIVES, type Alternatives } from './targets.js';
import { bindAddresses } from './numbers.js';
import { questionGroups } from './questions.js';
import { slice } from './slice.js';
import { withLocksTold } from './which-lock.js';

export { LINK_LIMITS, type LinkOptions, type Resolver } from './options.js';

export type LinkResult =
  | {
      readonly linked: true;
      readonly program: ThreadProgram;
      readonly functions: readonly { readonly name: string; readonly file: string }[];
    }
  /** `touchesNothing`: it was followed, and no entry of the tables that there are is read or written. */
  | {
      readonly linked: false;
      readonly reason: string;
      readonly isTooLarge?: true;
      readonly touchesNothing?: true;
    };

const MAX_ROUNDS = 8;

/** Calls that are followed at least, however large the walk becomes. */
const MIN_DEPTH = 3;

/**
 * Links the walk that starts at `root`. A walk that becomes too large (most often by the allocator below it) is followed without
 * the functions that only give a value, then less deep, and its assumptions name the calls that are left out. Not linked: nothing of a page table is read or written, or a limit was reached.
 */
export function link(root: FunctionProgram, resolver: Resolver, options: LinkOptions): LinkResult {
  const doings: Linking['doings'] = new Map();
  const result = linkToDepth(root, resolver, options, doings);
  if (!isTooDeep(result, options)) return result;
  const short = { ...options, values: false } as const;
  const shorter = options.values === false ? result : linkToDepth(root, resolver, short, doings);
  if (!isTooDeep(shorter, options)) return shorter;
  const maxDepth = Math.max(MIN_DEPTH, Math.floor(options.maxDepth / 2));
  return link(root, resolver, { ...short, maxDepth });
}

const isTooDeep = (result: LinkResult, { maxDepth }: LinkOptions): boolean =>
  !result.linked && result.isTooLarge === true && maxDepth > MIN_DEPTH;

/** `doings`: what is known of the functions, as far down as the options go. */
function linkToDepth(
  root: FunctionProgram,
  resolver: Resolver,
  options: LinkOptions,
  doings: Linking['doings'],
): LinkResult {
  let mutable: ReadonlySet<Var> = new Set();
  let walked: ReadonlySet<Var> = new Set();
  let alternatives: Alternatives = NO_ALTERNATIVES;
  const homes = createHomes(resolver);
  const initializer = initializerAt(homes, resolver);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const linking: Linking = {
      root,
      resolver,
      options,
      paths: createPaths(mutable, alternatives, initializer),
      graph: createGraphBuilder(),
      assumptions: [],
      functions: new Map(),
      doings,
      homes,
      mms: createMms(walked, options),
      frames: 0,
      steps: 0,
    };
    bindRootParameters(linking, root);
    const end = linking.graph.label();
    inline(linking, { prefix: '', program: root, stack: [root.name], returnTo: end, dst: undefined });
    linking.graph.place(end);
    if (linking.steps > options.maxSteps) {
      const reason = `the walk has more than ${options.maxSteps} steps when its calls are followed`;
      return { linked: false, reason, isTooLarge: true };
    }
    const { paths, mms } = linking;
    const isSettled =
      paths.mutable.size === mutable.size &&
      mms.found.size === walked.size &&
      isSame(used(paths.alternatives, paths.mutable), alternatives);
    if (isSettled) return finish(linking, root);
    alternatives = used(paths.alternatives, paths.mutable);
    mutable = paths.mutable;
    walked = mms.found;
  }
  return { linked: false, reason: `the pointers of the walk did not settle in ${MAX_ROUNDS} rounds` };
}

/** Those of the paths that are written more than once: the others have a value of their own. */
function used(all: Alternatives, mutable: ReadonlySet<Var>): Alternatives {
  return new Map([...all].filter(([path, objects]) => mutable.has(path) && objects !== 'other'));
}

function isSame(one: Alternatives, other: Alternatives): boolean {
  const sizeOf = (all: Alternatives, path: Var): number => {
    const objects = all.get(path);
    return objects === undefined || objects === 'other' ? 0 : objects.size;
  };
  return (
    one.size === other.size && [...one.keys()].every((path) => sizeOf(one, path) === sizeOf(other, path))
  );
}

function finish(linking: Linking, root: FunctionProgram): LinkResult {
  const { options } = linking;
  const given = bindOutsidePointers(withoutElsewhere(linking.graph.finish()), options);
  const bound = bindAddresses(given.steps, options, givenLevels(given.steps)[0]);
  const questions = questionGroups(given.steps, bound.steps, bound.steps.length - given.steps.length);
  const told = withLocksTold(bound.steps, questions, options.held ?? NOTHING_HELD);
  const own = slice(withAnswersKept(told.steps, questions));
  const entered = withFramesOnline(withWayDown(own, root, options), root, options);
  const configured = settleConfig(entered.steps, linking.assumptions.length);
  const counted = withCountersBounded(foldCopies(configured.steps));
  const { steps } = counted;
  if (!own.some(touchesTable) || !steps.some(touchesTable))
    return { linked: false, reason: reasonOf(linking), touchesNothing: true };
  const all = [...linking.assumptions, ...configured.assumptions];
  const used = usedAssumptions(all, steps);
  return {
    linked: true,
    program: {
      steps: shortenNames(used.steps),
      assumptions: [
        ...used.assumptions,
        ...given.assumptions,
        ...entered.assumptions,
        ...assumedMms(linking.mms, options, root.at),
        ...bound.assumptions,
        ...told.assumptions,
        ...counted.assumptions,
      ],
    },
    functions: [...linking.functions.values()],
  };
}

const NOTHING_HELD: ReadonlyMap<string, number> = new Map();

const touchesTable = (step: Step): boolean =>
  step.op === 'load' || step.op === 'exchange' || step.op === 'store';

function reasonOf(linking: Linking): string {
  const cause = linking.assumptions.find(
    ({ kind }) => kind === 'not-modelled' || kind === 'function-pointer' || kind === 'unknown-call',
  );
  return `no entry of a page table is left to read or write when its calls are followed${cause ? `: ${cause.text}` : ''}`;
}
