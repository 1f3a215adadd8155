/**
 * C text in, what the machine finds out: a walk of a text that is all there is of the tree, against one program of a freer.
 * What the tests of this room share.
 */
import { NOTHING } from '../../../src/core/analysis/held.js';
import { tablesOnly } from '../../../src/core/analysis/file-names.js';
import { createPrograms } from '../../../src/core/analysis/programs.js';
import { createSources } from '../../../src/core/analysis/sources.js';
import { explore } from '../../../src/core/explorer/explore.js';
import { DEFAULT_BOUNDS, type Exploration } from '../../../src/core/explorer/exploration.js';
import { segmentOfTexts } from '../../../src/core/index/words.js';
import { profileOf } from '../../../src/core/kernel/architectures.js';
import { FREER_FRAGMENTS } from '../../../src/core/kernel/fragments.js';
import type { FreerId } from '../../../src/core/kernel/types.js';
import { NEWEST } from '../../../src/core/kernel/when.js';
import type { Scenario, ViolationKind } from '../../../src/core/machine/scenario.js';
import { filesFromMap, NEVER_CANCELLED } from '../../../src/core/ports.js';
import { knowledgeOf } from '../../../src/core/program/lower/context.js';
import { explorationOfRaces } from '../../../src/core/replay/behind-bug.js';
import { createFreerPrograms, type FreerProgram } from '../../../src/core/replay/freer-programs.js';
import type { ReplayOrder } from '../../../src/core/replay/replay-order.js';
import { scenarioBeside, sceneOf } from '../../../src/core/replay/scenario.js';
import type { ReplayWorld } from '../../../src/core/replay/world.js';
import { raceOf } from '../../support/races.js';
import { parserForTests } from '../syntax/parser-for-tests.js';

const parser = await parserForTests();

/** A freer on an architecture; the programs of several variants count together. */
export interface Against {
  readonly freer: FreerId;
  readonly arch: string;
  /** Variants of its programs, as the fragments name them. */
  readonly variants: readonly string[];
}

const X86_ONLY = 'flush-waits-for-irqs-off';

/** Capabilities of the newest kernel on an architecture. */
function capabilitiesOf(arch: string): ReadonlySet<string> {
  return new Set([...NEWEST].filter((each) => each !== X86_ONLY || arch === 'x86'));
}

const FILE = 'mm/x.c';

function worldOf(text: string): ReplayWorld {
  const texts = new Map([[FILE, text]]);
  const sources = createSources(filesFromMap(texts), { segments: [segmentOfTexts(texts)], gone: new Set() });
  sources.see(FILE);
  const knowledge = knowledgeOf(NEWEST);
  return {
    index: sources.index,
    programs: createPrograms(parser, () => tablesOnly(knowledge), sources.read),
    freers: createFreerPrograms(),
    knowledge,
    read: sources.read,
    capabilities: capabilitiesOf,
    archOf: (arch) => profileOf(arch, capabilitiesOf(arch)),
  };
}

/** The programs of a freer that a table names. */
function programsOf({ freer, variants }: Against): readonly FreerProgram[] {
  const found = FREER_FRAGMENTS.map(({ file, text }) => ({ freer, name: file, race: raceOf(text) })).filter(
    ({ race }) =>
      race.what.kind === 'freer' &&
      race.what.id === freer &&
      race.variant !== undefined &&
      variants.includes(race.variant),
  );
  if (found.length !== variants.length) throw new Error(`${freer} has not all of ${variants.join(', ')}`);
  return found;
}

/** The scenarios of the last function of a text: one for each program of the freer. */
export function scenariosOf(text: string, against: Against): readonly Scenario[] {
  const world = worldOf(text);
  const walker = world.index.functionsIn(FILE).at(-1);
  if (!walker) throw new Error('the text has no function');
  return programsOf(against).map((fragment) => {
    const order: ReplayOrder = {
      walker,
      freer: against.freer,
      tables: fragment.race.tables ?? 'kernel',
      arch: against.arch,
      held: NOTHING,
      added: [],
    };
    const made = scenarioBeside(world, order, sceneOf(world, order.arch, fragment), new Map());
    if ('reason' in made) throw new Error(made.reason);
    return made.scenario;
  });
}

/** One scenario explored to its end. */
export function explored(scenario: Scenario): Exploration {
  const exploration = explore(scenario, { ...DEFAULT_BOUNDS, maxMs: 30_000 });
  if (exploration.verdict === 'unknown') throw new Error(`a bound was reached: ${scenario.title}`);
  return exploration;
}

/** All kinds of violation that the programs of a freer lead to, in the order of their gravity. */
export function kindsOf(text: string, against: Against): readonly ViolationKind[] {
  const found = scenariosOf(text, against).flatMap((scenario) => explored(scenario).violations);
  return [...new Set(found.map(({ kind }) => kind))];
}

/** The races behind a lock that sleeps where it must not. */
export function kindsBehindBug(text: string, against: Against): readonly ViolationKind[] {
  const found = scenariosOf(text, against).flatMap(
    (scenario) => explorationOfRaces(scenario, explored(scenario), undefined, NEVER_CANCELLED).violations,
  );
  return [...new Set(found.map(({ kind }) => kind))];
}

const LETTERS: Readonly<Partial<Record<ViolationKind, string>>> = {
  'use-after-free': 'U',
  'bogus-descent': 'B',
  'null-descent': 'N',
  'leaf-descent': 'L',
  'sleep-in-atomic': 'S',
};
/** Information is not in the tables: a leaf that has changed meanwhile harms nobody. */
const INFORMATION: ReadonlySet<ViolationKind> = new Set<ViolationKind>(['stale-leaf', 'lock-order']);

/** `UBN`, or `ok`: U use-after-free, B reused page read as a table, N null descent, L descent through a leaf, S sleep in atomic. */
export function letters(kinds: readonly ViolationKind[]): string {
  const grave = kinds.filter((kind) => !INFORMATION.has(kind));
  const known = Object.entries(LETTERS).flatMap(([kind, letter]) =>
    grave.some((each) => each === kind) ? [letter] : [],
  );
  const others = grave.filter((kind) => LETTERS[kind] === undefined);
  return [known.join(''), ...others].filter((each) => each !== '').join(' ') || 'ok';
}
