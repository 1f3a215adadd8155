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
  /** A bound was reached: there may be more. */
  readonly isCut: boolean;
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

export const AFFECTED_BOUNDS: AffectedBounds = {
  up: 3,
  down: 8,
  passed: 1500,
  judged: 300,
  filesOfName: 150,
};

export const nameKey = ({ file, name }: FunctionName): string => `${file}:${name}`;

/** Profiles of the functions that a patch changes, at one stage. */
export function profilesOf({ functions }: ChangedNames, view: View): ReadonlyMap<string, Profile> {
  return new Map(
    functions.map((each) => {
      const ref = find(each, view);
      return [nameKey(each), ref ? profileOf(ref, view.world) : NO_PROFILE];
    }),
  );
}

/** What is affected, seen in the tree with the patch; `before` are the profiles without it. */
export function affectedBy(
  changed: ChangedNames,
  before: ReadonlyMap<string, Profile>,
  view: View,
  bounds: AffectedBounds = AFFECTED_BOUNDS,
): Affected {
  const found = new Map<string, FunctionName>();
  const note = (each: FunctionName): void => void found.set(nameKey(each), each);
  let isCut = false;

  const own = [...changed.functions, ...usersOfMacros(changed, view)];
  own.forEach(note);
  const down = new Map<string, FunctionName>();
  const follow = (name: string, file: string): void => void down.set(`${file} ${name}`, { file, name });
  for (const { file, name } of changed.stored) follow(name, file);

  let level: readonly FunctionName[] = own;
  for (let depth = 0; depth <= bounds.up && level.length > 0; depth += 1) {
    const next: FunctionName[] = [];
    for (const each of level) {
      const ref = find(each, view);
      const was = before.get(nameKey(each));
      const is = ref ? profileOf(ref, view.world) : NO_PROFILE;
      const isChanged = depth === 0 && was !== undefined;
      const names = isChanged ? differences(was, is) : [];
      for (const name of names) follow(name, each.file);
      const passesOn = isChanged ? was.effect !== is.effect : depth > 0 && was === undefined && hasEffect(is);
      if (passesOn && depth > 0) for (const name of is.calls.keys()) follow(name, each.file);
      if (depth === bounds.up) continue;
      for (const caller of callersOf(each, ref, view, bounds)) {
        if (found.has(nameKey(caller))) continue;
        if (found.size >= bounds.passed) {
          isCut = true;
          break;
        }
        note(caller);
        next.push(caller);
        if (isChanged && was.effect !== is.effect) {
          const above = find(caller, view);
          for (const name of above ? profileOf(above, view.world).calls.keys() : [])
            follow(name, caller.file);
        }
      }
    }
    level = next;
  }

  let open: readonly FunctionName[] = [...down.values()];
  const seen = new Set(down.keys());
  for (let depth = 0; depth < bounds.down && open.length > 0; depth += 1) {
    const next: FunctionName[] = [];
    for (const { file, name } of open) {
      const isCommon = view.filesWith(name) > bounds.filesOfName;
      for (const ref of view.world.index.definitions(name, { file })) {
        if (isCommon && directoryOf(ref.file) !== directoryOf(file)) continue;
        note({ file: ref.file, name });
        for (const below of namesIn(ref)) {
          const key = `${ref.file} ${below}`;
          if (seen.has(key)) continue;
          if (seen.size >= bounds.passed) isCut = true;
          else {
            seen.add(key);
            next.push({ file: ref.file, name: below });
          }
        }
      }
      for (const below of namesInTable(name, file, view)) {
        const key = `${file} ${below}`;
        if (!seen.has(key)) {
          seen.add(key);
          next.push({ file, name: below });
        }
      }
    }
    open = next;
  }

  const wanted = [...found.values()].filter(
    (each) =>
      isGone(each, changed) || view.candidates(each.file).some(({ facts }) => facts.name === each.name),
  );
  return { functions: wanted.slice(0, bounds.judged), isCut: isCut || wanted.length > bounds.judged };
}

const directoryOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
const hasEffect = ({ effect }: Profile): boolean => effect.trim() !== '';

/** It is only in the tree without the patch. */
function isGone(each: FunctionName, { functions }: ChangedNames): boolean {
  return functions.some((changed) => nameKey(changed) === nameKey(each) && changed.after === undefined);
}

function find({ file, name }: FunctionName, { world, see }: View): FunctionRef | undefined {
  see(file);
  return world.index.functionsIn(file).find(({ facts }) => facts.name === name);
}

function callersOf(
  { file, name }: FunctionName,
  ref: FunctionRef | undefined,
  view: View,
  { filesOfName }: AffectedBounds,
): readonly FunctionName[] {
  const { index } = view.world;
  if (ref?.facts.isStatic !== true && view.filesWith(name) > filesOfName) return [];
  return index.mentionsOf(name, file, ref?.facts.isStatic ?? false).mentions.flatMap(({ mention }) => {
    if (mention.kind === 'table' || mention.kind === 'invocation') return [];
    return [{ file: mention.from.file, name: mention.from.facts.name }];
  });
}

function usersOfMacros({ macros }: ChangedNames, view: View): readonly FunctionName[] {
  return macros.flatMap(({ file, name }) => {
    if (view.filesWith(name) > AFFECTED_BOUNDS.filesOfName) return [];
    return callersOf({ file, name }, undefined, view, AFFECTED_BOUNDS);
  });
}

/** Names that a function calls, passes on or stores: what it may lead to. */
function namesIn({ facts }: FunctionRef): readonly string[] {
  return [
    ...new Set([
      ...facts.calls.flatMap(({ kind, callee, arguments: passed }) => [
        ...(kind === 'direct' ? [callee] : []),
        ...passed.map(({ name }) => name),
      ]),
      ...facts.references.map(({ name }) => name),
    ]),
  ];
}

/** Functions in the members of a table of that name. */
function namesInTable(variable: string, file: string, { world }: View): readonly string[] {
  return world.index
    .facts(file)
    .tables.filter((table) => table.variable === variable)
    .flatMap(({ fields }) => fields.map(({ name }) => name));
}
