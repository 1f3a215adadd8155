/** What somebody asks to have replayed: by names, from outside; and the order that is made of it. */
import type { WalkWorld } from '../analysis/walk-world.js';
import type { ExplorationBounds } from '../explorer/exploration.js';
import type { FunctionRef } from '../index/link.js';
import type { FreerId } from '../kernel/types.js';
import { nearest } from '../report/nearest.js';
import { neverMeet, orderAgainst } from './c-freer-order.js';
import { readProtection, type Holding } from './hold.js';
import { protectionHint } from './named-protections.js';
import { freersFor, orderFor } from './order.js';

export interface WalkName {
  readonly file: string;
  readonly function: string;
}

export interface ReplayRequest extends WalkName {
  /** Absent: the first freer that applies. */
  readonly freer?: FreerId;
  /** A function of the tree as the freer, in place of one that is known. */
  readonly against?: WalkName;
  /** Protections to add, as in C: `mmap_write_lock(&init_mm)`. */
  readonly with: readonly string[];
  /** Protections to leave out, as in C: what are they worth? All locks of their kind, the callers' too. */
  readonly without?: readonly string[];
  /** Take it that the caller owns the range: no freer works on it meanwhile. */
  readonly ownsRange?: true;
  /** Absent: the file's own, or the first on which the freer is live. */
  readonly arch?: string;
  readonly bounds?: Partial<ExplorationBounds>;
}

/** What was asked for can't be done; the message is for people. */
export class RequestError extends Error {}

/** What a mistyped name may have meant. */
function instead(name: string, functions: readonly FunctionRef[]): string {
  const near = nearest(
    name,
    functions.map(({ facts }) => facts.name),
  );
  return near.length === 0 ? '' : `; did you mean ${near.map((each) => `${each}()`).join(' or ')}?`;
}

export interface RequestWorld {
  readonly root: string;
  readonly world: WalkWorld;
  /** Makes sure that a file is in the index. */
  readonly see: (path: string) => void;
  readonly read: (path: string) => string | undefined;
}

export interface Requests {
  /** Both throw RequestError when a file, a function, a freer or a protection is not known. */
  readonly find: (walk: WalkName) => FunctionRef;
  readonly order: (request: ReplayRequest) => ReturnType<typeof orderFor>;
}

export function createRequests({ root, world, see, read }: RequestWorld): Requests {
  const find = ({ file, function: name }: WalkName): FunctionRef => {
    see(file);
    if (read(file) === undefined) throw new RequestError(`there is no file ${file} below ${root}`);
    const functions = world.index.functionsIn(file);
    const found = functions.find(({ facts }) => facts.name === name);
    if (!found) throw new RequestError(`${file} defines no function ${name}()${instead(name, functions)}`);
    return found;
  };

  const holdingsNamed = (texts: readonly string[]): readonly Holding[] =>
    texts.flatMap((text) => {
      const holding = readProtection(text, world.knowledge);
      if (!holding)
        throw new RequestError(`"${text}" is no protection that can be taken${protectionHint(text)}`);
      return holding;
    });

  const order = (request: ReplayRequest): ReturnType<typeof orderFor> => {
    const walker = find(request);
    const choice = freersFor(world, walker).find(({ freer }) => freer === request.freer);
    if (choice?.applies === false) throw new RequestError(`${choice.freer} ${choice.reason}`);
    const added = holdingsNamed(request.with);
    const without = new Set(holdingsNamed(request.without ?? []).map(({ protection }) => protection));
    const changed = {
      ...(without.size > 0 ? { without } : {}),
      ...(request.ownsRange ? { ownsRange: true as const } : {}),
    };
    if (!request.against) return { ...orderFor(world, walker, { ...request, added }), ...changed };
    const against = find(request.against);
    const never = neverMeet(world, walker, against);
    if (never !== undefined) throw new RequestError(never);
    return { ...orderAgainst(world, walker, against, { ...request, added }), ...changed };
  };
  return { find, order };
}
