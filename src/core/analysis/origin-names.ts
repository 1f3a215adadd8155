/** What names in the source tell about who owns an address: the tables of the kernel room, looked up by a C text. */
import { OPEN_SOURCES, OWNER_CALLS, OWNER_FIELDS, OWNER_PASSING, type OpenSource } from '../kernel/owners.js';
import { RANGE_CONSTANTS, WHOLE_RANGE_BOUNDS } from '../kernel/ranges.js';
import type { Range } from '../kernel/types.js';
import type { Origin, OriginKind } from './origin.js';

/** Who owns a part of a process owns nothing of the kernel: `->address` of a fault is no owner of the address of another struct. */
const ownsKernelRange = ({ pins }: { readonly pins: readonly Range[] }): boolean =>
  pins.some((each) => each !== 'user');

const OWNERS: ReadonlyMap<string, string> = new Map([
  ...OWNER_CALLS.filter(ownsKernelRange).map(
    ({ api, as }) =>
      [api, as === 'new' ? 'memory that was allocated for it' : 'an object that was looked up'] as const,
  ),
  ...OWNER_PASSING.map(({ api }) => [api, 'an object that the caller has'] as const),
  ...OWNER_FIELDS.filter(ownsKernelRange).map(
    ({ field, type }) => [`->${field}`, `a range of a struct ${type}`] as const,
  ),
]);
const OPEN: ReadonlyMap<string, OpenSource['who']> = new Map(
  OPEN_SOURCES.flatMap(({ kind, name, who }) =>
    kind === 'argument' ? [] : [[kind === 'field' ? `->${name.replace(/^.*\./, '')}` : name, who] as const],
  ),
);
/** What an address stays below that goes to the end of a range which nobody owns. */
export const WHOLE: ReadonlySet<string> = new Set(WHOLE_RANGE_BOUNDS);
/** Ranges that live as long as the kernel, or that their user owns. */
const KEPT_RANGES: ReadonlySet<Range> = new Set<Range>(['fixmap', 'image', 'user']);

/** What the names in a C text tell about the owner of the address. */
export function byNames(text: string): readonly Origin[] {
  return [...text.matchAll(/(->|\.)?\b([A-Za-z_]\w*)/g)].flatMap(
    ([, accessor, name = '']): readonly Origin[] => {
      const key = accessor === undefined ? name : `->${name}`;
      const who = OPEN.get(key);
      if (who === 'scan') return [{ kind: 'sweep', text: `${text}: goes over all memory` }];
      if (who !== undefined) return [{ kind: kindOf(who), text: `${text}: ${WHO[who]}` }];
      const owner = OWNERS.get(key);
      if (owner !== undefined) return [{ kind: 'owned', text: `${text}: ${owner}` }];
      const range = RANGE_CONSTANTS.find((each) => each.name === name);
      if (range?.ranges.every((each) => KEPT_RANGES.has(each)))
        return [{ kind: 'owned', text: `${text}: a range that stays` }];
      if (range || WHOLE.has(name)) return [{ kind: 'sweep', text: `${text}: a range that nobody owns` }];
      return [];
    },
  );
}

export const WHO = {
  user: 'an address from a user',
  debug: 'an address from a debugger',
  fault: 'a faulting address, which the code that faulted is using',
} as const;

export const kindOf = (who: OpenSource['who']): OriginKind => (who === 'fault' ? 'faulting' : 'arbitrary');
