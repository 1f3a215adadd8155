/** One patch of a series: the functions that it touches, judged without it and with it. */
import type { Cancellation } from '../ports.js';
import { affectedBy, nameKey, profilesOf, type FunctionName } from './affected.js';
import type { Texts } from './apply/apply.js';
import { changedNames, type ChangedNames } from './changed.js';
import type { Judged, Looks, View } from './looks.js';
import { demandsOf, newRequirements } from './requirements.js';
import type { Requirement } from './report.js';

/** What was found of functions, by {@link nameKey}. */
export type Known = ReadonlyMap<string, Judged>;

export interface Stage {
  /** Without the patch and with it, of the same functions. */
  readonly before: Known;
  readonly after: Known;
  readonly requirements: readonly Requirement[];
  readonly isCut: boolean;
}

export interface StagePorts {
  readonly cancellation: Cancellation;
  /** How far it is, and in words. */
  readonly progress: (done: number, total: number, what: string) => void;
}

export interface StageInput {
  readonly looks: Looks;
  /** The texts without the patch, and with it. */
  readonly texts: { readonly before: Texts; readonly after: Texts };
  /** What the patch itself changes. */
  readonly changes: Texts;
  readonly readBefore: (path: string) => string | undefined;
  /** What is known of functions without the patch. */
  readonly known: Known;
}

/** More changed functions than this: only what is in the changed files is judged, and only what differs is replayed. */
const LARGE = 400;
const NOTHING: Judged = { walkers: [], findings: [] };

export function judgeStage(input: StageInput, ports: StagePorts): Stage {
  const { looks, texts, changes, readBefore, known } = input;
  const changed = changedNames(changes, readBefore);
  if (changed.functions.length + changed.stored.length + changed.macros.length === 0)
    return { before: new Map(), after: new Map(), requirements: [], isCut: false };
  if (changed.functions.length > LARGE) return judgeFiles(input, changed, ports);
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
  return { before, after, requirements, isCut: affected.isCut };
}

const entryOf = (known: Known, each: FunctionName): readonly (readonly [string, Judged])[] => {
  const found = known.get(nameKey(each));
  return found ? [[nameKey(each), found]] : [];
};

function judged(
  functions: readonly FunctionName[],
  view: View,
  replay: boolean,
  { cancellation, progress }: StagePorts,
): Map<string, Judged> {
  const found = new Map<string, Judged>();
  functions.forEach((each, at) => {
    if (cancellation.isCancelled) return;
    progress(at, functions.length, `${at + 1} of ${functions.length} functions`);
    view.see(each.file);
    const refs = view.candidates(each.file).filter(({ facts }) => facts.name === each.name);
    const all = refs.map((ref) => view.judge(ref, replay));
    found.set(nameKey(each), {
      walkers: all.flatMap(({ walkers }) => walkers),
      findings: all.flatMap(({ findings }) => findings),
    });
  });
  return found;
}

/** A change of half a tree: everything that walks in the changed files, and replay only where the two sides differ. */
function judgeFiles({ looks, texts, changes }: StageInput, changed: ChangedNames, ports: StagePorts): Stage {
  const files = [...new Set(changed.functions.map(({ file }) => file))];
  const own = {
    keys: new Set(changed.functions.map(nameKey)),
    names: new Set(changed.functions.map(({ name }) => name)),
  };
  const walking = (view: View): readonly FunctionName[] =>
    files.flatMap((file) => view.candidates(file).map(({ facts }) => ({ file, name: facts.name })));
  const look = (view: View, names: readonly FunctionName[], replay: boolean): ReadonlyMap<string, Judged> =>
    judged(names, view, replay, ports);
  const before = looks.at(texts.before, (view) => look(view, distinct(walking(view)), false));
  // All that is asked of the changed texts is asked at once: they are many, and read anew for each look.
  const { differing, after } = looks.at(texts.after, (view) => {
    const there = distinct(walking(view));
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
  return {
    before: new Map([...before, ...replayed]),
    after,
    requirements: [],
    isCut: changes.size > 0,
  };
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

/** All that is known, as one. */
export function together(known: Known): Judged {
  const all = [...known.values()];
  return {
    walkers: all.flatMap(({ walkers }) => walkers),
    findings: all.flatMap(({ findings }) => findings),
  };
}
