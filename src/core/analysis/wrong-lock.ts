/**
 * lock/wrong: a lock is held around a walk that is reported, and keeps none of its freers out. A note beside the finding: there the
 * freer and what is missing are told, here why what is held does not help.
 */
import { exclusionBy } from '../kernel/matrix.js';
import { protectionOf } from '../kernel/protections.js';
import { capabilitiesOn } from '../kernel/tree.js';
import type { FreerId } from '../kernel/types.js';
import { isSamePlace } from '../program/ir.js';
import type { Finding } from '../report/report.js';
import { findingId } from '../report/id.js';
import { holding, parseLockName, type Held } from './held.js';
import { WALK_RULES } from './rules.js';
import { asProtections, isExcluded, reach } from './verdicts.js';
import type { Suspicion } from './suspicion.js';
import type { WalkWorld } from './walk-world.js';
import { hopsOf } from './walk-reports.js';

export const WRONG_LOCK = {
  id: 'lock/wrong',
  title: 'a lock is held that keeps no freer of these tables out',
};

/** The note on one walk; none when nothing was taken for it, or when what was taken keeps some freer out. */
export function wrongLock(suspicions: readonly Suspicion[], world: WalkWorld): readonly Finding[] {
  const [worst] = suspicions.filter(({ finding }) => finding.severity !== 'info');
  if (!worst) return [];
  const { walk, rule, finding, chain } = worst;
  const held = taken(chain.held);
  const freers = WALK_RULES.filter(({ tables }) => tables === rule.tables).flatMap((each) => {
    const { live } = reach(
      chain.hops.map(({ ref }) => ref.file),
      each.freer,
      world.tree,
    );
    return live.length > 0 ? [{ freer: each.freer, live }] : [];
  });
  const helps = freers.some(({ freer, live }) => isExcluded(freer, chain.held, world.tree, live));
  if (held.size === 0 || helps) return [];
  const reported = suspicions.map(({ finding: each }) => each);
  const names = [...held.keys()].map((name) => textOf(name, held)).join(' and ');
  const which = [...new Set(reported.map(({ freer }) => freer))].join(', ');
  return [
    {
      ...finding,
      id: findingId(WRONG_LOCK.id, finding.file, finding.function, walk.text),
      rule: WRONG_LOCK.id,
      severity: 'info',
      message: `${finding.function}() walks ${rule.tables === 'pfn' ? 'the memory map' : `${rule.tables} page tables`} under ${names}, which does not keep out ${which}`,
      freer: null,
      missing: [...new Set(reported.flatMap(({ missing }) => missing))],
      chain: hopsOf(chain),
      reason: reported
        .flatMap(({ freer, live }) => (freer === null ? [] : reasons(freer, held, live[0], world)))
        .join('; '),
    },
  ];
}

/** Without the notes on walks that replay has refuted. */
export function standing(findings: readonly Finding[], judged: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    (each) =>
      each.rule !== WRONG_LOCK.id ||
      judged.some((walk) => isSamePlace(each, walk) && walk.verdict !== 'refuted'),
  );
}

/** Locks and states that code takes so that nobody else gets in; not a reference, nor a lock that no row knows. */
function taken(held: Held): Held {
  const names = holding(held).filter(({ name, asserted }) => {
    const kind = protectionOf(parseLockName(name).class)?.effect.kind;
    return !asserted && kind !== undefined && kind !== 'reference' && kind !== 'none';
  });
  return new Map(
    names.flatMap(({ name }) => {
      const lock = held.get(name);
      return lock ? [[name, lock] as const] : [];
    }),
  );
}

const textOf = (name: string, held: Held): string =>
  `${name.replace(/\(\w+:(?!:)/, '(')}${held.get(name)?.mode === 'read' && name.includes('(') ? ' for read' : ''}`;

/** Why each thing that is held does not keep the freer out, by the cells of the matrix. */
function reasons(
  freer: FreerId,
  held: Held,
  architecture: string | undefined,
  world: WalkWorld,
): readonly string[] {
  const capabilities = capabilitiesOn(world.tree, architecture);
  return asProtections(held).map((each) => {
    const cell = exclusionBy(freer, each, { capabilities });
    const why = cell ? `${cell.note} (${cell.source})` : 'it has no part in what that takes';
    return `${each.protection} against ${freer}: ${why}`;
  });
}
