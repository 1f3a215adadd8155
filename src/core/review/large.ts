/**
 * A change of half a tree: everything that walks in the changed files is judged on both sides, and replayed only where the two
 * differ. Files do not depend on each other, so that several threads can share them.
 */
import type { Files } from '../ports.js';
import type { GivenUp } from '../report/report.js';
import { nameKey, type FunctionName } from './affected.js';
import { withTexts } from './apply/apply.js';
import { changedNames, type ChangedNames } from './changed.js';
import type { Judged, Looks, View } from './looks.js';
import { placedPatches, type PlacedPatch, type ReviewInput } from './placed.js';
import { entryOf, judged, together, type Known, type StagePorts } from './judged.js';

/** More changed functions than this: only what is in the changed files is judged. */
const LARGE = 400;

/** A patch of a series that is judged by files. */
export interface LargePatch {
  /** From 0. */
  readonly patch: number;
  readonly files: readonly string[];
  /** The functions that it changes, by {@link nameKey}. */
  readonly changed: readonly string[];
}

/** What some files of a large patch have brought. */
export interface JudgedFiles {
  readonly patch: number;
  readonly files: readonly string[];
  readonly before: Known;
  readonly after: Known;
  /** Of these files, those that met a limit: nothing is known of what walks in them. Absent: none. */
  readonly givenUp?: readonly GivenUp[];
}

/** What stands for files that met a limit. */
export const unjudged = (patch: number, files: readonly string[], reason: string): JudgedFiles => ({
  patch,
  files,
  before: new Map(),
  after: new Map(),
  givenUp: files.map((file) => ({ file, reason })),
});

export const isLarge = ({ functions }: ChangedNames): boolean => functions.length > LARGE;

/** Patches of a series that are worth sharing. */
export function largePatches(input: ReviewInput, files: Files): readonly LargePatch[] {
  return placedPatches(input, files).flatMap((placed, patch) => {
    if (changedLines(placed) <= LARGE) return [];
    const changed = changedBy(placed, files);
    return isLarge(changed) ? [largePatch(patch, changed)] : [];
  });
}

/** No fewer than the functions that it changes. */
const changedLines = ({ patch }: PlacedPatch): number =>
  patch.diff.files.reduce(
    (sum, { hunks }) =>
      sum +
      hunks.reduce((lines, hunk) => lines + hunk.lines.filter(({ kind }) => kind !== 'context').length, 0),
    0,
  );

export const changedBy = ({ changes, texts }: PlacedPatch, files: Files): ChangedNames => {
  const before = withTexts(files, texts.before);
  return changedNames(changes, (path) => before.read(path));
};

export function largePatch(patch: number, { functions }: ChangedNames): LargePatch {
  const files = [...new Set(functions.map(({ file }) => file))];
  return { patch, files, changed: functions.map(nameKey) };
}

/** Judges what walks in the files of `large`. */
export function judgeFiles(
  { patch, files, changed }: LargePatch,
  { texts }: Pick<PlacedPatch, 'texts'>,
  looks: Looks,
  ports: StagePorts,
): JudgedFiles {
  const own = {
    keys: new Set(changed),
    names: new Set(changed.map((key) => key.slice(key.lastIndexOf(':') + 1))),
  };
  const walking = (view: View): readonly FunctionName[] =>
    distinct(files.flatMap((file) => view.candidates(file).map(({ facts }) => ({ file, name: facts.name }))));
  const look = (view: View, names: readonly FunctionName[], replay: boolean): Known =>
    judged(names, view, replay, ports);
  const before = looks.at(texts.before, (view) => look(view, walking(view), false));
  const { differing, after } = looks.at(texts.after, (view) => {
    const there = walking(view);
    const touched = there.filter((each) => mayDiffer(each, before.get(nameKey(each)), own, view));
    const wanted = new Set(touched);
    const asBefore = there.flatMap((each) => (wanted.has(each) ? [] : entryOf(before, each)));
    const all = new Map([...asBefore, ...look(view, touched, false)]);
    const names = distinct([...namesOf(before), ...namesOf(all)]).filter(
      (each) => idsOf(before.get(nameKey(each))) !== idsOf(all.get(nameKey(each))),
    );
    return { differing: names, after: new Map([...all, ...look(view, names, true)]) };
  });
  const replayed = looks.at(texts.before, (view) => look(view, differing, true));
  return { patch, files, before: new Map([...before, ...replayed]), after };
}

/** Whether a function can be judged otherwise now: it has changed, or one that it calls has, or one on the way to it. */
function mayDiffer(
  { file, name }: FunctionName,
  before: Judged | undefined,
  { keys, names }: { readonly keys: ReadonlySet<string>; readonly names: ReadonlySet<string> },
  view: View,
): boolean {
  if (before === undefined) return true;
  const refs = view.candidates(file).filter(({ facts }) => facts.name === name);
  const chains = [
    ...before.findings.map(({ chain }) => chain),
    ...before.walkers.flatMap(({ roots }) => roots.map(({ chain }) => chain)),
  ];
  return (
    keys.has(nameKey({ file, name })) ||
    refs.some(({ facts }) => facts.calls.some(({ callee }) => names.has(callee))) ||
    chains.some((chain) => chain.some((hop) => keys.has(nameKey({ file: hop.file, name: hop.function }))))
  );
}

const NOTHING = together([]);

const idsOf = (each: Judged = NOTHING): string =>
  each.findings
    .map(({ id, severity }) => `${id} ${severity}`)
    .sort()
    .join();

function namesOf(known: Known): readonly FunctionName[] {
  return [...known.keys()].map((key) => {
    const colon = key.lastIndexOf(':');
    return { file: key.slice(0, colon), name: key.slice(colon + 1) };
  });
}

const distinct = (names: readonly FunctionName[]): readonly FunctionName[] => [
  ...new Map(names.map((each) => [nameKey(each), each])).values(),
];
