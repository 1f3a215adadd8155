/** What a reader of a finding wants to see beside it: where the freer frees, and a walk like this one that is protected. */
import { bestKnown } from '../kernel/architectures.js';
import { capabilitiesOn } from '../kernel/tree.js';
import type { FreerPrograms } from '../replay/freer-programs.js';
import { placeResolver } from '../replay/tree-resolver.js';
import type { Finding, RelatedPlace } from '../report/report.js';
import { LIFE_OPS, type RacePlace, type Statement } from '../trace/language/ast.js';
import type { FunctionRef } from '../index/link.js';
import { functionKey } from './change.js';
import type { WalksKept } from './chain-memory.js';
import type { WalkRule } from './rules/rule.js';
import type { Suspicion } from './suspicion.js';
import { analyseFunction } from './walk-findings.js';
import type { WalkWorld } from './walk-world.js';

export interface RelatedWorld extends WalkWorld {
  readonly freers: FreerPrograms;
  readonly read: (file: string) => string | undefined;
}

/** The freeing place first, then a sibling. Empty for information: nobody is to act on it. */
function relatedTo(suspicion: Suspicion, world: RelatedWorld): readonly RelatedPlace[] {
  if (suspicion.finding.severity === 'info') return [];
  return [freeingPlace(suspicion, world), sibling(suspicion, world)].flatMap((place) => place ?? []);
}

/** The finding with its related places; the same object where it has none. */
export function withRelated(finding: Finding, suspicion: Suspicion, world: RelatedWorld): Finding {
  const related = relatedTo({ ...suspicion, finding }, world);
  return related.length === 0 ? finding : { ...finding, related };
}

/** Where the freer's own fragment says that it frees, in this tree. */
function freeingPlace({ finding, rule }: Suspicion, world: RelatedWorld): RelatedPlace | undefined {
  const arch = bestKnown(finding.live) ?? 'any';
  const place = world.freers
    .fitting(rule.freer, rule.tables, arch, capabilitiesOn(world.tree, arch), false)
    .flatMap(({ race }) => race.threads)
    .flatMap(({ body }) => placesOfFrees(body))
    .find((each) => 'function' in each && world.read(each.file) !== undefined);
  if (!place || !('function' in place)) return undefined;
  const line = placeResolver(world.index, world.read)(place);
  return line === undefined
    ? undefined
    : { file: place.file, line, message: `${place.function}() frees it: ${rule.freer} on ${arch}` };
}

function placesOfFrees(body: readonly Statement[]): readonly RacePlace[] {
  return body.flatMap((statement): readonly RacePlace[] => {
    switch (statement.kind) {
      case 'if':
        return [...placesOfFrees(statement.then), ...placesOfFrees(statement.else)];
      case 'for':
      case 'loop':
        return placesOfFrees(statement.body);
      case 'choose':
        return statement.ways.flatMap(placesOfFrees);
      default:
        return statement.at && FREEING.has(statement.kind) ? [statement.at] : [];
    }
  });
}

const FREEING: ReadonlySet<string> = new Set<string>(LIFE_OPS);

/** A walk of the same tables that holds what this one lacks: another function of the name, or one of the same file. */
function sibling({ finding, rule, walk }: Suspicion, world: RelatedWorld): RelatedPlace | undefined {
  if (finding.missing.length === 0) return undefined;
  const { file, facts } = walk.ref;
  const walks = (ref: FunctionRef): boolean =>
    ref.facts.calls.some(({ callee }) => world.knowledge.primitive(callee) !== undefined);
  const candidates = [
    ...world.index.namesakes(facts.name).filter((ref) => ref.file !== file),
    ...world.index.functionsIn(file).filter((ref) => ref.facts.name !== facts.name),
  ];
  const right = candidates
    .filter(walks)
    .slice(0, MOST_SIBLINGS)
    .find((ref) => isProtected(ref, rule, finding.missing, world));
  return (
    right && {
      file: right.file,
      line: right.facts.line,
      message: `${right.facts.name}() does it right: it holds ${finding.missing.join(' or ')}`,
    }
  );
}

/** Functions that are looked at. */
const MOST_SIBLINGS = 12;

function isProtected(
  ref: FunctionRef,
  { tables, freer }: WalkRule,
  locks: readonly string[],
  world: RelatedWorld,
): boolean {
  const { walks, openTo } = world.memory.kept.of(functionKey(ref), () => keptIn(ref, world));
  const held = walks.filter((walk) => walk.tables === tables).flatMap((walk) => walk.held);
  return (
    !openTo.includes(freer) &&
    held.length > 0 &&
    held.every((names) => names.some((name) => locks.some((lock) => name.startsWith(lock))))
  );
}

function keptIn(ref: FunctionRef, world: RelatedWorld): WalksKept {
  const { walkers, suspicions } = analyseFunction(ref, world);
  return {
    walks: walkers.map(({ tables, roots }) => ({
      tables,
      held: roots.map(({ chain }) => chain.at(-1)?.held ?? []),
    })),
    openTo: suspicions.map(({ rule }) => rule.freer),
  };
}
