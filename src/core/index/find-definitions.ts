/** What a name can mean: the functions and macros of the tree that have it. */
import { architectureOf } from '../kernel/architectures.js';
import { canMeet } from './architecture.js';
import type { FunctionRef, MacroRef } from './link.js';
import { byFileAndLine, compareDefinitions } from './order.js';
import type { ReadFiles } from './read-files.js';
import { isOf, sees, type Viewpoint } from './visibility.js';

/** Functions that a call of `name` can reach: those of the file itself, or all that it sees. */
export function definitionsOf(read: ReadFiles, name: string, from: Viewpoint): readonly FunctionRef[] {
  const { links, words } = read;
  read.load([from.file]);
  const own = (links.functions.get(name) ?? []).filter(({ file }) => file === from.file);
  if (own.length > 0) return own;
  const files = read.readable(words.defining(name).filter((file) => canMeet(file, from.file)));
  const found = (links.functions.get(name) ?? []).filter(
    ({ file, facts }) =>
      files.has(file) && isOf(from.architecture, file) && sees(links, from.file, file, facts.isStatic),
  );
  const architecture = from.architecture ?? architectureOf(from.file);
  return found.sort((a, b) => compareDefinitions(a, b, architecture));
}

/** All functions of a name, whoever can see them; none when the name is in too many files. */
export function namesakesOf(read: ReadFiles, name: string): readonly FunctionRef[] {
  const defining = read.words.defining(name);
  if (defining.length > read.bounds.filesOfName) return [];
  const files = read.readable(defining);
  return (read.links.functions.get(name) ?? []).filter(({ file }) => files.has(file)).sort(byFileAndLine);
}

/** Macros of a name that a file sees. */
export function macrosOf(read: ReadFiles, name: string, from: Viewpoint): readonly MacroRef[] {
  const { links, words } = read;
  const files = read.readable([
    from.file,
    ...words.defining(name).filter((file) => canMeet(file, from.file)),
  ]);
  return (links.macros.get(name) ?? [])
    .filter(
      ({ file }) => files.has(file) && isOf(from.architecture, file) && sees(links, from.file, file, false),
    )
    .sort(byFileAndLine);
}
