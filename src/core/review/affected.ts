/**
 * The functions that a patch can make another finding of: those that it changes; those that call them, for a walk is replayed
 * with what it calls; and those that are reached through a call which is made in another way now, for what is held there comes
 * from above. Nobody looks at the whole tree.
 */
import type { FunctionRef } from '../index/link.js';
import type { ChangedNames } from './changed.js';
import type { View } from './looks.js';
import { differences, NO_PROFILE, profileOf, type Profile } from './profile.js';

export interface FunctionName {
  readonly file: string;
  readonly name: string;
}

export interface Affected {
  /** Nearest first. */
  readonly functions: readonly FunctionName[];
  /** A bound was reached, in words: there may be more. */
  readonly cut?: string;
}

export interface AffectedBounds {
  /** Calls that are followed up from what has changed, and down from a call that has. */
  readonly up: number;
  readonly down: number;
  /** Functions that are passed on the way, and those that are judged again. */
  readonly passed: number;
  readonly judged: number;
  /** A name that more files than this have is not followed out of its directory: neither do chains of calls. */
  readonly filesOfName: number;
}

const AFFECTED_BOUNDS: AffectedBounds = {
  up: 3,
  down: 8,
  passed: 1500,
  judged: 300,
  filesOfName: 150,
};

export const nameKey = ({ file, name }: FunctionName): string => `${file}:${name}`;

/** Names that were come by, each once, up to a number. */
interface Collected {
  readonly all: () => readonly FunctionName[];
  /** Whether it is new, and there was room for it. */
  readonly add: (each: FunctionName) => boolean;
  readonly isFull: () => boolean;
}

function collecting(most: number): Collected {
  const found = new Map<string, FunctionName>();
  let isFull = false;
  return {
    all: () => [...found.values()],
    add: (each) => {
      if (found.has(nameKey(each))) return false;
      if (found.size >= most) {
        isFull = true;
        return false;
      }
      found.set(nameKey(each), each);
      return true;
    },
    isFull: () => isFull,
  };
}

/** Profiles of the functions that a patch changes, at one stage. */
export function profilesOf({ functions }: ChangedNames, view: View): ReadonlyMap<string, Profile> {
  return new Map(functions.map((each) => [nameKey(each), profileAt(each, view)]));
}

/** What is affected, seen in the tree with the patch; `before` are the profiles without it. */
export function affectedBy(
  changed: ChangedNames,
  before: ReadonlyMap<string, Profile>,
  view: View,
  bounds: AffectedBounds = AFFECTED_BOUNDS,
): Affected {
  const found = collecting(bounds.passed);
  const own = [...changed.functions, ...usersOfMacros(changed, view, bounds)];
  const ways = [
    ...changed.stored,
    ...own.flatMap((each) => waysChanged(each, before, view)),
    ...changed.functions
      .filter((each) => before.get(nameKey(each))?.effect !== profileAt(each, view).effect)
      .flatMap((each) => callersOf(each, view, bounds).flatMap((caller) => waysOut(caller, view))),
  ];
  own.forEach(found.add);
  goUp(own, found, view, bounds);
  const passed = goDown(ways, found, view, bounds);
  const wanted = found
    .all()
    .filter(
      (each) =>
        isGone(each, changed) || view.candidates(each.file).some(({ facts }) => facts.name === each.name),
    );
  const functions = wanted.slice(0, bounds.judged);
  if (wanted.length > functions.length)
    return {
      functions,
      cut: `it touches ${wanted.length} functions that walk or lock: the ${functions.length} that are nearest to it were judged`,
    };
  if (found.isFull() || passed.isFull())
    return {
      functions,
      cut: `it touches more than ${bounds.passed} functions: what is further away was not judged`,
    };
  return { functions };
}

function profileAt(each: FunctionName, view: View): Profile {
  const ref = find(each, view);
  return ref ? profileOf(ref, view.world) : NO_PROFILE;
}

/** What a changed function calls in another way than before. */
function waysChanged(
  each: FunctionName,
  before: ReadonlyMap<string, Profile>,
  view: View,
): readonly FunctionName[] {
  const was = before.get(nameKey(each));
  if (!was) return waysOut(each, view);
  return differences(was, profileAt(each, view)).map((name) => ({ file: each.file, name }));
}

/** All that a function calls. */
function waysOut(each: FunctionName, view: View): readonly FunctionName[] {
  return [...profileAt(each, view).calls.keys()].map((name) => ({ file: each.file, name }));
}

/** Callers, and theirs. */
function goUp(from: readonly FunctionName[], found: Collected, view: View, bounds: AffectedBounds): void {
  let level = from;
  for (let depth = 0; depth < bounds.up && level.length > 0; depth += 1)
    level = level.flatMap((each) => callersOf(each, view, bounds)).filter(found.add);
}

/** What is reached through calls: functions that are called, passed on, or named in a table that is. */
function goDown(
  ways: readonly FunctionName[],
  found: Collected,
  view: View,
  bounds: AffectedBounds,
): Collected {
  const passed = collecting(bounds.passed);
  let level = ways.filter(passed.add);
  for (let depth = 0; depth < bounds.down && level.length > 0; depth += 1)
    level = level.flatMap((way) => reachedBy(way, found, view, bounds)).filter(passed.add);
  return passed;
}

/** The functions that a name means where it is used are found; what they lead to is next. */
function reachedBy(
  { file, name }: FunctionName,
  found: Collected,
  view: View,
  { filesOfName }: AffectedBounds,
): readonly FunctionName[] {
  const isCommon = view.filesWith(name) > filesOfName;
  const refs = view.world.index
    .definitions(name, { file })
    .filter((ref) => !isCommon || directoryOf(ref.file) === directoryOf(file));
  for (const ref of refs) found.add({ file: ref.file, name });
  return [
    ...refs.flatMap((ref) => namesIn(ref).map((below) => ({ file: ref.file, name: below }))),
    ...namesInTable(name, file, view).map((below) => ({ file, name: below })),
  ];
}

const directoryOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);

/** It is only in the tree without the patch. */
function isGone(each: FunctionName, { functions }: ChangedNames): boolean {
  return functions.some((changed) => nameKey(changed) === nameKey(each) && changed.after === undefined);
}

export function find({ file, name }: FunctionName, { world, see }: View): FunctionRef | undefined {
  see(file);
  return world.index.functionsIn(file).find(({ facts }) => facts.name === name);
}

function callersOf(each: FunctionName, view: View, { filesOfName }: AffectedBounds): readonly FunctionName[] {
  const { file, name } = each;
  const isStatic = find(each, view)?.facts.isStatic ?? false;
  if (!isStatic && view.filesWith(name) > filesOfName) return [];
  return view.world.index.mentionsOf(name, file, isStatic).mentions.flatMap(({ mention }) => {
    if (mention.kind === 'table' || mention.kind === 'invocation') return [];
    return [{ file: mention.from.file, name: mention.from.facts.name }];
  });
}

function usersOfMacros(
  { macros }: ChangedNames,
  view: View,
  bounds: AffectedBounds,
): readonly FunctionName[] {
  return macros.flatMap((each) => callersOf(each, view, bounds));
}

/** Names that a function calls, passes on or stores: what it may lead to. */
function namesIn({ facts }: FunctionRef): readonly string[] {
  const calls = facts.calls.flatMap(({ kind, callee, arguments: passed }) => [
    ...(kind === 'direct' ? [callee] : []),
    ...passed.map(({ name }) => name),
  ]);
  return [...new Set([...calls, ...facts.references.map(({ name }) => name)])];
}

/** Functions in the members of a table of that name. */
function namesInTable(variable: string, file: string, { world }: View): readonly string[] {
  return world.index
    .facts(file)
    .tables.filter((table) => table.variable === variable)
    .flatMap(({ fields }) => fields.map(({ name }) => name));
}
