/** Who calls, passes or stores a function or a table; macros are looked through. */
import { architectureOf } from '../kernel/architectures.js';
import { canMeet, isHeader } from './architecture.js';
import type { FunctionRef, Mention } from './link.js';
import { byMention } from './order.js';
import type { ReadFiles } from './read-files.js';
import { directoryOf, sees } from './visibility.js';

/** What is mentioned: a name, and where that name is defined. */
export interface Mentioned {
  readonly name: string;
  readonly definedIn: string;
  readonly isStatic: boolean;
}

export interface Callers {
  /** Each with the macros that the call goes through, from the caller down. */
  readonly mentions: readonly {
    readonly mention: Exclude<Mention, { kind: 'macro' }>;
    readonly through: readonly string[];
  }[];
  /** Files that have the name and were not read, for they are too many; 0: the answer is complete. */
  readonly unread: number;
}

/** Every place that mentions it, in the order of files and lines; `depth` counts the macros that it was reached through. */
export function mentionsOf(read: ReadFiles, target: Mentioned, depth = 0): Callers {
  const { links, bounds } = read;
  const { name, definedIn, isStatic } = target;
  const { files, unread: skipped } = readMentioning(read, target);
  const found: Callers['mentions'][number][] = [];
  let unread = skipped;
  for (const mention of links.mentions.get(name) ?? []) {
    const { file } = mention;
    if (!files.has(file) || !sees(links, file, definedIn, isStatic) || isShadowed(read, target, file))
      continue;
    if ('from' in mention) read.told(mention.from);
    if (mention.kind === 'table') read.toldTable(mention.table);
    if (mention.kind !== 'macro') {
      found.push({ mention, through: [] });
      continue;
    }
    const macro = mention.macro.facts.name;
    if (depth >= bounds.macroDepth || macro === name) continue;
    const outer = mentionsOf(read, { name: macro, definedIn: file, isStatic: false }, depth + 1);
    unread += outer.unread;
    for (const use of outer.mentions) {
      if (use.mention.kind === 'invocation' || use.mention.kind === 'table') continue;
      found.push({ mention: use.mention, through: [...use.through, macro] });
    }
  }
  return { mentions: found.sort((a, b) => byMention(a.mention, b.mention)), unread };
}

/** Reads the files that may mention it, with the bodies that have its name; `unread` of them are too many to be read. */
function readMentioning(
  read: ReadFiles,
  { name, definedIn, isStatic }: Mentioned,
): { readonly files: ReadonlySet<string>; readonly unread: number } {
  const isOfOneFile = isStatic && !isHeader(definedIn);
  const mentioning = read.words.mentioning(name).filter((file) => canMeet(file, definedIn));
  const beside = mentioning.filter((file) => directoryOf(file) === directoryOf(definedIn));
  const isBesideOnly = isOfOneFile || mentioning.length > read.bounds.filesOfName;
  const files = read.readable([definedIn, ...(isBesideOnly ? beside : mentioning)]);
  read.readBodies(name, files);
  return { files, unread: isOfOneFile ? 0 : mentioning.filter((file) => !files.has(file)).length };
}

/**
 * A file with a function of its own of that name does not mean another one, and a file of an architecture that has its own does
 * not mean the one that all share.
 */
function isShadowed(read: ReadFiles, { name, definedIn }: Mentioned, file: string): boolean {
  if (file === definedIn) return false;
  const own = architectureOf(definedIn) === undefined ? architectureOf(file) : undefined;
  const isNearer = (ref: FunctionRef): boolean =>
    ref.file === file ||
    (own !== undefined && architectureOf(ref.file) === own && !ref.facts.isStatic && !isHeader(ref.file));
  if (own !== undefined) read.load(read.words.defining(name).filter((each) => architectureOf(each) === own));
  return (read.links.functions.get(name) ?? []).some(isNearer);
}
