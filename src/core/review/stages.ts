/** One patch of a series: the functions that it touches, judged without it and with it. */
import type { Files } from '../ports.js';
import type { GivenUp } from '../report/report.js';
import { plural } from '../report/words.js';
import { affectedBy, nameKey, profilesOf, type Affected } from './affected.js';
import { entryOf, judged, type Known, type StagePorts } from './judged.js';
import { changedBy, isLarge, judgeFiles, largePatch, type JudgedFiles } from './large.js';
import type { Looks, View } from './looks.js';
import type { PlacedPatch } from './placed.js';
import type { Requirement, SupportChange } from './report.js';
import { otherCapabilities, supportChanges } from './support.js';
import { demandsOf, newRequirements } from './requirements.js';

export interface Stage {
  /** Without the patch and with it, of the same functions. */
  readonly before: Known;
  readonly after: Known;
  readonly requirements: readonly Requirement[];
  readonly support: readonly SupportChange[];
  /** Not all that it touches was judged: why, and what was. */
  readonly cut?: string;
  /** Files that met a limit. */
  readonly givenUp: readonly GivenUp[];
}

export interface StageInput {
  readonly looks: Looks;
  readonly files: Files;
  /** Of the series, from 0. */
  readonly number: number;
  readonly placed: PlacedPatch;
  /** What is known of functions without the patch. */
  readonly known: Known;
  /** What others have judged of it already. */
  readonly judged: readonly JudgedFiles[];
}

export function judgeStage(input: StageInput, ports: StagePorts): Stage {
  const { looks, files, placed, known } = input;
  const { texts } = placed;
  const changed = changedBy(placed, files);
  const trees = {
    before: looks.at(texts.before, (view) => view.world.tree),
    after: looks.at(texts.after, (view) => view.world.tree),
  };
  const support = trees.before === trees.after ? [] : supportChanges(trees.before, trees.after);
  const count = changed.functions.length + changed.stored.length + changed.macros.length;
  if (count + support.length === 0)
    return { before: new Map(), after: new Map(), requirements: [], support, givenUp: [] };
  if (isLarge(changed)) return { ...largeStage(input, ports), support };
  const { profiles, demands } = looks.at(texts.before, (view) => ({
    profiles: profilesOf(changed, view),
    demands: demandsOf(changed, view),
  }));
  const { affected, after, requirements } = looks.at(texts.after, (view) => {
    const found = withWalkersOf(support, affectedBy(changed, profiles, view), view);
    return {
      affected: found,
      after: judged(found.functions, view, true, ports),
      requirements: newRequirements(changed, demands, view),
    };
  });
  const unknown = affected.functions.filter((each) => !known.has(nameKey(each)));
  const before = new Map(affected.functions.flatMap((each) => entryOf(known, each)));
  if (unknown.length > 0)
    for (const [key, each] of looks.at(texts.before, (view) => judged(unknown, view, true, ports)))
      before.set(key, each);
  const others = otherCapabilities(trees.before, trees.after);
  const cut =
    affected.cut ??
    (others.length > 0
      ? `it changes what walkers elsewhere rest on (${others.join(', ')}): those were not judged`
      : undefined);
  return { before, after, requirements, support, givenUp: [], ...(cut === undefined ? {} : { cut }) };
}

/** Where an architecture has another freer now, all that walks in its own files counts. */
function withWalkersOf(support: readonly SupportChange[], affected: Affected, view: View): Affected {
  if (support.length === 0) return affected;
  const roots = [...new Set(support.map(({ architecture }) => `arch/${architecture}/`))];
  const own = view.walking().filter((path) => roots.some((root) => path.startsWith(root)));
  const walking = own.flatMap((file) =>
    view.candidates(file).map(({ facts }) => ({ file, name: facts.name })),
  );
  const all = new Map([...affected.functions, ...walking].map((each) => [nameKey(each), each]));
  return { ...affected, functions: [...all.values()] };
}

/** What nobody has judged yet is judged here. */
function largeStage(
  { looks, files, number, placed, judged: others }: StageInput,
  ports: StagePorts,
): Omit<Stage, 'support'> {
  const large = largePatch(number, changedBy(placed, files));
  const done = others.filter(({ patch }) => patch === number);
  const known = new Set(done.flatMap((each) => each.files));
  const left = large.files.filter((file) => !known.has(file));
  const parts =
    left.length === 0 ? done : [...done, judgeFiles({ ...large, files: left }, placed, looks, ports)];
  const givenUp = parts.flatMap((part) => part.givenUp ?? []);
  const count = large.files.length - givenUp.length;
  return {
    before: new Map(parts.flatMap(({ before }) => [...before])),
    after: new Map(parts.flatMap(({ after }) => [...after])),
    requirements: [],
    cut: `it changes ${plural(large.changed.length, 'function')}: all that walks in ${plural(count, 'file')} of it was judged, and not what reaches them from elsewhere`,
    givenUp,
  };
}
