/**
 * Of the walkers of a tree that hold what keeps a freer out: what does the replay against that freer say, as they stand and with
 * the protection taken away? `confirmed` as they stand is a fault of lowering, linking or replay, or of the matrix.
 * Usage: node scripts/run-ts.mjs scripts/protected.ts TREE [--all] [--trace] [FILE[:FUNCTION]...]
 * --all names every replay, --trace shows what those do that are wrong as they stand.
 */
import { join } from 'node:path';
import type { Chain } from '../src/core/analysis/chain.js';
import { chainsOf } from '../src/core/analysis/chains.js';
import type { Held } from '../src/core/analysis/held.js';
import { evaluate, instanceText } from '../src/core/analysis/values.js';
import { asProtections, reach, tablesOn } from '../src/core/analysis/verdicts.js';
import { heldTexts } from '../src/core/analysis/walk-reports.js';
import { rangesCovered } from '../src/core/analysis/walk-ranges.js';
import { asWalk, walksOf, type Walk } from '../src/core/analysis/walks.js';
import { FREERS } from '../src/core/kernel/freers.js';
import { excludes } from '../src/core/kernel/matrix.js';
import { HUGETLB_DESCENTS } from '../src/core/kernel/primitives-descent.js';
import type { FreerId } from '../src/core/kernel/types.js';
import { violationClass } from '../src/core/machine/scenario.js';
import { NEVER_CANCELLED } from '../src/core/ports.js';
import { isEnteredInside, takesAgain } from '../src/core/replay/held-by-callers.js';
import { isInsideVma } from '../src/core/replay/inside-vma.js';
import { replayWalk, type ReplayOutcome } from '../src/core/replay/replay.js';
import type { ReplayOrder } from '../src/core/replay/replay-order.js';
import { truthsGiven } from '../src/core/replay/truths.js';
import { renderTraceText } from '../src/core/trace/render.js';
import { worldsOver, type Worlds } from '../test/support/worlds.js';

/** Those of the product, but for the time: a busy machine gives the same figures. */
const BOUNDS = { maxStates: 500_000, maxMs: 15_000 };

/** Architectures whose freers are best known come first. */
const PREFERRED = ['x86', 'arm64'];

interface Case {
  readonly walk: Walk;
  readonly chain: Chain;
  readonly freer: FreerId;
  readonly order: ReplayOrder;
  /** The protections that keep the freer out, each by itself. */
  readonly keepers: ReadonlySet<string>;
}

const names = process.argv.slice(2).filter((each) => !each.startsWith('--'));
const namesAll = process.argv.includes('--all');
const showsTraces = process.argv.includes('--trace');
const [root, ...asked] = names;
if (root === undefined) throw new Error('usage: protected.ts TREE [--all] [--trace] [FILE[:FUNCTION]...]');
const wanted = asked.map((each) => each.split(':'));
const worlds = await worldsOver(root, join('.cache', 'replayable'));

const counts = { standing: new Map<string, number>(), dropped: new Map<string, number>() };
const count = (map: Map<string, number>, what: string): void => void map.set(what, (map.get(what) ?? 0) + 1);
let cases = 0;
let slowest = { ms: 0, what: '' };
const files = new Set(wanted.flatMap(([file]) => file ?? []));
for (const path of files.size > 0 ? files : worlds.paths) {
  worlds.see(path);
  for (const each of casesIn(path, worlds)) {
    const { name } = each.walk.ref.facts;
    if (files.size > 0 && !wanted.some(([file, only = name]) => file === path && only === name)) continue;
    cases += 1;
    const what = `${each.walk.ref.file}:${each.walk.ref.facts.name} against ${each.freer} on ${each.order.arch}, holding ${heldTexts(each.chain.held).join(', ')}`;
    const began = process.cpuUsage();
    const outcome = replayOf(each.order);
    const { user, system } = process.cpuUsage(began);
    const ms = Math.round((user + system) / 1000);
    const standing = verdictOf(outcome);
    if (ms > slowest.ms) slowest = { ms, what };
    const dropped = standing.startsWith('not-replayable')
      ? standing
      : verdictOf(replayOf({ ...each.order, without: each.keepers }));
    count(counts.standing, standing.replace(/: .*/, ''));
    count(counts.dropped, dropped.replace(/: .*/, ''));
    const isOdd = standing !== 'refuted' || !dropped.startsWith('confirmed');
    if (namesAll || isOdd) console.log(`${standing} | ${dropped} | ${ms} ms | ${what}`);
    if (showsTraces && standing !== 'refuted' && outcome.kind === 'explored')
      console.log(renderTraceText(outcome.trace, { width: 160, color: false }));
  }
}
const told = (map: ReadonlyMap<string, number>): string =>
  [...map]
    .sort(([, a], [, b]) => b - a)
    .map(([verdict, number]) => `${number} ${verdict}`)
    .join(', ');
console.log(`${cases} protected walks and freers. As they stand: ${told(counts.standing)}.`);
console.log(
  `Without what protects them: ${told(counts.dropped)}. Slowest: ${slowest.ms} ms, ${slowest.what}`,
);

function replayOf(order: ReplayOrder): ReplayOutcome {
  return replayWalk(worlds.replay, { ...order, bounds: BOUNDS }, NEVER_CANCELLED);
}

/** `confirmed: use-after-free`, `refuted`, `not-replayable: why`; a bug that is no race is told as one. */
function verdictOf(outcome: ReplayOutcome): string {
  if (outcome.kind === 'not-replayable') return `not-replayable: ${outcome.reason}`;
  const { verdict, violations } = outcome.exploration;
  if (verdict !== 'race')
    return verdict === 'none' ? 'refuted' : `unknown: ${outcome.exploration.stopped ?? ''}`;
  const [gravest] = violations;
  const isRace = gravest !== undefined && violationClass(gravest.kind) === 'race';
  return `${isRace ? 'confirmed' : 'bug'}: ${gravest?.kind ?? ''}`;
}

/** Each walk of a file with each freer that its protection excludes: the first chain on which it does. */
function* casesIn(path: string, { walk: world }: Worlds): Generator<Case> {
  for (const ref of world.index.functionsIn(path)) {
    if (world.knowledge.primitive(ref.facts.name)) continue;
    const program = world.programs.of(ref);
    for (const walk of program ? walksOf(ref, program, world.knowledge) : []) {
      // Nobody frees the top table.
      if (walk.staysInTop) continue;
      const seen = new Set<FreerId>();
      // Who is given an entry is in the tables before it takes a lock: what its callers hold has to keep them.
      const isEntered = isEnteredInside(world, ref);
      const { chains } = chainsOf(
        isEntered ? asWalk(ref, walk.program) : walk,
        world,
        (held) => held.size > 0,
      );
      for (const chain of chains) {
        if (isEntered && takesAgain(walk.program, chain.held)) continue;
        for (const found of casesOn(walk, chain, worlds)) {
          if (seen.has(found.freer)) continue;
          seen.add(found.freer);
          yield found;
        }
      }
    }
  }
}

function casesOn(walk: Walk, chain: Chain, { walk: world, replay }: Worlds): readonly Case[] {
  const { tree, knowledge } = world;
  const tables = tablesOn(walk, chain.values, () => false);
  const mm = walk.mm && instanceText(evaluate(walk.mm, chain.values));
  const protections = asProtections(chain.held, tables === 'kernel' ? mm : undefined);
  const isHuge = walk.via !== undefined && HUGETLB_DESCENTS.includes(walk.via);
  const allocates = walk.program.steps.some(
    ({ text }) => knowledge.primitive(/^(\w+)\(/.exec(text)?.[1] ?? '')?.kind === 'allocate',
  );
  const covered = rangesCovered(walk, [chain], world);
  return FREERS.filter((freer) => freer.tables.includes(tables)).flatMap(
    ({ id: freer, ranges }): readonly Case[] => {
      // No memory of hugetlb is collapsed, and only such memory has tables that are shared: not where tables of ptes are made.
      if (isHuge ? freer === 'thp-collapse' : allocates && freer === 'hugetlb-unshare') return [];
      // As the rules have it: a freer of another part of the address space.
      const isElsewhere =
        tables === 'kernel' && covered.length > 0 && !ranges.some((each) => covered.includes(each));
      if (isElsewhere) return [];
      const { live } = reach([walk.ref.file], freer, tree);
      const arch = PREFERRED.find((each) => live.includes(each)) ?? live[0];
      if (arch === undefined) return [];
      const context = { capabilities: replay.capabilities(arch) };
      const keepers = protections.filter((each) => excludes(freer, [each], context).excludes === 'yes');
      // Inside a VMA or not is for the replay to see; a reader outside is not kept.
      const isOutside = freer === 'munmap' && !isInsideVma(walk.program, knowledge);
      if (keepers.length === 0 || isOutside) return [];
      const held: Held = isEnteredInside(world, walk.ref)
        ? chain.held
        : (chain.hops.at(-2)?.held ?? chain.entry);
      const truths = truthsGiven(walk.program.params, chain.values);
      const order: ReplayOrder = {
        walker: walk.ref,
        freer,
        tables,
        arch,
        held,
        ...(truths ? { truths } : {}),
        added: [],
        ...(mm === undefined ? {} : { mm }),
      };
      return [{ walk, chain, freer, order, keepers: new Set(keepers.map(({ protection }) => protection)) }];
    },
  );
}
