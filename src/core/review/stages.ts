/** One patch of a series: the functions that it touches, judged without it and with it. */
import type { Files } from '../ports.js';
import { plural } from '../report/words.js';
import { affectedBy, nameKey, profilesOf } from './affected.js';
import { entryOf, judged, type Known, type StagePorts } from './judged.js';
import { changedBy, isLarge, judgeFiles, largePatch, type JudgedFiles } from './large.js';
import type { Looks } from './looks.js';
import type { PlacedPatch } from './placed.js';
import type { Requirement } from './report.js';
import { demandsOf, newRequirements } from './requirements.js';

export interface Stage {
  /** Without the patch and with it, of the same functions. */
  readonly before: Known;
  readonly after: Known;
  readonly requirements: readonly Requirement[];
  /** Not all that it touches was judged: why, and what was. */
  readonly cut?: string;
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
  if (changed.functions.length + changed.stored.length + changed.macros.length === 0)
    return { before: new Map(), after: new Map(), requirements: [] };
  if (isLarge(changed)) return largeStage(input, ports);
  const { profiles, demands } = looks.at(texts.before, (view) => ({
    profiles: profilesOf(changed, view),
    demands: demandsOf(changed, view),
  }));
  const { affected, after, requirements } = looks.at(texts.after, (view) => {
    const found = affectedBy(changed, profiles, view);
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
  return { before, after, requirements, ...(affected.cut === undefined ? {} : { cut: affected.cut }) };
}

/** What nobody has judged yet is judged here. */
function largeStage({ looks, files, number, placed, judged: others }: StageInput, ports: StagePorts): Stage {
  const large = largePatch(number, changedBy(placed, files));
  const done = others.filter(({ patch }) => patch === number);
  const known = new Set(done.flatMap((each) => each.files));
  const left = large.files.filter((file) => !known.has(file));
  const parts =
    left.length === 0 ? done : [...done, judgeFiles({ ...large, files: left }, placed, looks, ports)];
  return {
    before: new Map(parts.flatMap(({ before }) => [...before])),
    after: new Map(parts.flatMap(({ after }) => [...after])),
    requirements: [],
    cut: `it changes ${plural(large.changed.length, 'function')}: all that walks in ${plural(large.files.length, 'file')} of it was judged, and not what reaches them from elsewhere`,
  };
}
