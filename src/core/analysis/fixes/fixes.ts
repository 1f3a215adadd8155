/** The fixes of a finding, each made, looked at and unmade before it is offered. */
import type { Finding } from '../../report/report.js';
import { UNUSED } from '../../report/suppressions.js';
import { isExcluded, tablesOn } from '../verdicts.js';
import { analyseFunction, type Suspicion } from '../walk-findings.js';
import type { Chain } from '../chains.js';
import { takeAround } from './around.js';
import type { Fix, FixKind, FixWorld } from './fix.js';
import { guardOf, type Guard } from './guard.js';
import { allChains, placeOfCaller, placeOfWalk, type Place } from './places.js';
import { removeSuppression } from './suppression.js';
import { verify } from './verify.js';

/** None when there is no such finding, or nothing that is seen to mend it. */
export function fixesOf(path: string, findingId: string, world: FixWorld): readonly Fix[] {
  const finding = world.diagnose(path).find(({ id }) => id === findingId);
  if (!finding) return [];
  if (finding.rule === UNUSED) return removeSuppression(finding, world);
  const suspicion = suspicionOf(finding, world);
  const [protection] = suspicion?.rule.protections ?? [];
  const guard = protection === undefined ? undefined : guardOf(protection, world.knowledge);
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
  const candidates: readonly (readonly [FixKind, Place | undefined])[] = [
    ['protect-walk', placeOfWalk(walk, chains, guard)],
    ['protect-caller', placeOfCaller(chains, isOpen, guard, world)],
  ];
  return candidates.flatMap(([kind, place]): readonly Fix[] => {
    const edits = place && takeAround(place.ref, place.steps, guard, world);
    const note = edits && verify(edits, place, guard, suspicion, world);
    if (!edits || note === undefined) return [];
    const what = guard.acquire.replace(/;$/, '');
    const where = place.ref.facts.name;
    const title =
      kind === 'protect-walk'
        ? `Take ${what} around the walk in ${where}()`
        : `Take ${what} in ${where}(), which every unprotected way to ${walk.ref.facts.name}() goes through`;
    return [{ title, kind, edits, note }];
  });
}
