/** What a patch newly demands of callers (`lockdep_assert_held()`, `mmap_assert_locked()`), and which of them do not hold it. */
import type { Chain } from '../analysis/chain.js';
import { chainsOf } from '../analysis/chains.js';
import { holding, NOTHING, unasserted } from '../analysis/held.js';
import { locksetsOf } from '../analysis/locksets.js';
import { heldTexts } from '../analysis/walk-reports.js';
import type { WalkWorld } from '../analysis/walk-world.js';
import { asWalk } from '../analysis/walks.js';
import { architectureOf } from '../kernel/architectures.js';
import type { FunctionRef } from '../index/link.js';
import { find, nameKey } from './affected.js';
import type { ChangedNames } from './changed.js';
import type { View } from './looks.js';
import type { OpenRoot, Requirement } from './report.js';

/** Locks that each function asserts on every way out, by {@link nameKey}. */
export type Demands = ReadonlyMap<string, ReadonlySet<string>>;

export function demandsOf({ functions }: ChangedNames, view: View): Demands {
  return new Map(
    functions.map((each) => {
      const ref = find(each, view);
      return [nameKey(each), ref ? demanded(ref, view.world) : new Set<string>()];
    }),
  );
}

/** Demands of the tree with the patch that were not there `before`. */
export function newRequirements(changed: ChangedNames, before: Demands, view: View): readonly Requirement[] {
  return changed.functions.flatMap((each): readonly Requirement[] => {
    const ref = find(each, view);
    if (!ref) return [];
    const known = before.get(nameKey(each));
    return [...demanded(ref, view.world)]
      .filter((lock) => known?.has(lock) !== true)
      .map((lock) => ({
        file: ref.file,
        function: ref.facts.name,
        line: ref.facts.line,
        lock,
        missing: withoutLock(ref, lock, view.world),
      }));
  });
}

function demanded(ref: FunctionRef, world: WalkWorld): ReadonlySet<string> {
  const program = world.programs.of(ref);
  if (!program?.steps.some(({ op }) => op === 'assert_held')) return new Set();
  const { exits } = locksetsOf(program, NOTHING, new Map(), world.effects.within(ref));
  const asserted = exits.flatMap(({ held }) => holding(held).filter((each) => each.asserted));
  return new Set(asserted.map(({ name }) => name));
}

/** Roots whose way to the function does not hold the lock. Whose lock it is goes by the class: the names of callers are others. */
function withoutLock(ref: FunctionRef, lock: string, world: WalkWorld): readonly OpenRoot[] {
  const program = world.programs.of(ref);
  if (!program) return [];
  const classOf = (name: string): string => name.replace(/\(.*/, '');
  const isHeld = (held: Chain['held']): boolean =>
    holding(unasserted(held)).some(({ name }) => classOf(name) === classOf(lock));
  const { chains } = chainsOf(asWalk(ref, program), world, isHeld);
  const open = chains.flatMap((chain): readonly OpenRoot[] => {
    const [first] = chain.hops;
    const isSeen = chain.top.kind === 'root' && chain.top.start.kind !== 'unseen';
    if (!first || !isSeen || isHeld(chain.held)) return [];
    const architecture = architectureOf(first.ref.file);
    return [
      {
        file: first.ref.file,
        function: first.ref.facts.name,
        ...(architecture === undefined ? {} : { architecture }),
        held: heldTexts(chain.held),
      },
    ];
  });
  return [...new Map(open.map((root) => [`${root.file} ${root.function}`, root])).values()];
}
