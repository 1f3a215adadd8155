/** The fixes of a finding, each made, looked at and unmade before it is offered. */
import type { Finding } from '../../report/report.js';
import { UNUSED } from '../../report/suppressions.js';
import { isExcluded, tablesOn } from '../verdicts.js';
import type { Suspicion } from '../suspicion.js';
import { analyseFunction } from '../walk-findings.js';
import type { Chain } from '../chain.js';
import type { Walk } from '../walks.js';
import { takeAround } from './around.js';
import type { Fix, FixEdit, FixKind, FixManner, FixWorld } from './fix.js';
import { guardOf, type Guard } from './guard.js';
import { allChains, placeAt, placeOfCaller, placeOfWalk, type Place } from './places.js';
import { spotsFor } from './placement.js';
import { removeSuppression } from './suppression.js';
import { verify } from './verify.js';

/** None when there is no such finding, or nothing that is seen to mend it. */
export function fixesOf(path: string, findingId: string, world: FixWorld): readonly Fix[] {
  const finding = world.diagnose(path).find(({ id }) => id === findingId);
  if (!finding) return [];
  if (finding.rule === UNUSED) return removeSuppression(finding, world);
  const suspicion = suspicionOf(finding, world);
  const [protection] = suspicion?.rule.protections ?? [];
  const guard =
    protection === undefined ? undefined : guardOf(protection, world.knowledge, world.tree.guards);
  return suspicion && guard ? protecting(suspicion, guard, world) : [];
}

function suspicionOf(finding: Finding, world: FixWorld): Suspicion | undefined {
  return world.index
    .functionsIn(finding.file)
    .filter(({ facts }) => facts.name === finding.function)
    .flatMap((ref) => analyseFunction(ref, world).suspicions)
    .find((suspicion) => suspicion.finding.id === finding.id);
}

function protecting(suspicion: Suspicion, guard: Guard, world: FixWorld): readonly Fix[] {
  const { walk, rule, finding } = suspicion;
  const chains = allChains(walk, world);
  if (!chains) return [];
  const architectures = finding.live.length > 0 ? finding.live : finding.latent;
  const isOpen = ({ top, held, values }: Chain): boolean =>
    (top.kind !== 'root' || top.context?.reach !== 'boot') &&
    tablesOn(walk, values, () => true) === rule.tables &&
    !isExcluded(rule.freer, held, world.tree, architectures);
  const single: readonly (readonly [FixKind, Place | undefined])[] = [
    ['protect-walk', placeOfWalk(walk, chains, guard)],
    ['protect-caller', placeOfCaller(chains, isOpen, guard, world)],
  ];
  const fixAt = (manner: FixManner, kind: FixKind, places: readonly Place[]): readonly Fix[] => {
    const edits = editsAt(places, guard, manner, world);
    const note = edits && verify(edits, places, guard, suspicion, world);
    return edits && note !== undefined
      ? [{ title: titleOf(kind, places, guard, manner, walk), kind, manner, edits, note }]
      : [];
  };
  const manners: readonly FixManner[] = guard.scoped ? ['calls', 'guard'] : ['calls'];
  return manners.flatMap((manner) => {
    const inOnePlace = single.flatMap(([kind, place]) => (place ? fixAt(manner, kind, [place]) : []));
    return inOnePlace.length > 0
      ? inOnePlace
      : fixAt(manner, 'protect-places', fewestPlaces(suspicion, world));
  });
}

/** The places that together protect every way; none where some way is left, or one place does it. */
function fewestPlaces(suspicion: Suspicion, world: FixWorld): readonly Place[] {
  const spots = spotsFor(suspicion, world);
  if (!spots || spots.placement.left.length > 0 || spots.placement.isPartial) return [];
  const { walk, all } = suspicion;
  const places = spots.chosen.map(({ ref, depth }) =>
    depth === 0 ? { ref, steps: walk.steps } : placeAt(ref, all.chains, world),
  );
  return places.every((place) => place !== undefined) ? places : [];
}

/** The lock taken at all of the places; undefined where it can't be made right at one of them. */
function editsAt(
  places: readonly Place[],
  guard: Guard,
  manner: FixManner,
  world: FixWorld,
): readonly FixEdit[] | undefined {
  const edits = places.map(({ ref, steps }) => takeAround(ref, steps, guard, manner, world));
  return edits.length > 0 && edits.every((each) => each !== undefined) ? edits.flat() : undefined;
}

function titleOf(
  kind: FixKind,
  places: readonly Place[],
  { acquire, scoped }: Guard,
  manner: FixManner,
  { ref }: Walk,
): string {
  const what =
    manner === 'guard' && scoped ? `guard(${scoped.name})(${scoped.args})` : acquire.replace(/;$/, '');
  const names = places.map((place) => `${place.ref.facts.name}()`);
  const where = [names.slice(0, -1).join(', '), names.at(-1)].filter((part) => part !== '').join(' and ');
  switch (kind) {
    case 'protect-walk':
      return `Take ${what} around the walk in ${where}`;
    case 'protect-places':
      return `Take ${what} in ${where}: the fewest places that protect every way to ${ref.facts.name}()`;
    default:
      return `Take ${what} in ${where}, which every unprotected way to ${ref.facts.name}() goes through`;
  }
}
