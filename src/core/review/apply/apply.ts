/** A patch on a tree, in memory: which texts it makes of which, and what of it does not fit. Nothing is ever written. */
import type { Files } from '../../ports.js';
import type { Diff, FileDiff } from '../patch/patch.js';
import { refusal } from '../patch/paths.js';
import { applyHunks, type HunkOutcome } from './hunk.js';

/** Texts by path; undefined: the file is deleted. */
export type Texts = ReadonlyMap<string, string | undefined>;

export interface AppliedFile {
  /** Where it is after the patch; of a deleted file, where it was. */
  readonly path: string;
  /** Where it was before; undefined for a new file. */
  readonly from: string | undefined;
  readonly kind: FileDiff['kind'];
  readonly hunks: readonly HunkOutcome[];
  /** Why nothing of it was applied, or what to know. */
  readonly problem?: string;
  /** Line of the patch's text. */
  readonly at: number;
}

export interface Applied {
  readonly texts: Texts;
  readonly files: readonly AppliedFile[];
}

const SYMLINK = '120000';
const SUBMODULE = '160000';

/** Applies a diff to what `files` has. `texts` of the answer are those that become others, and no more. */
export function applyDiff({ files: diffs }: Diff, files: Files): Applied {
  const texts = new Map<string, string | undefined>();
  const read = (path: string): string | undefined => (texts.has(path) ? texts.get(path) : files.read(path));
  const applied = diffs.map((diff) => applyFile(diff, { read, list: (path) => files.list(path) }, texts));
  return { texts, files: applied };
}

function applyFile(diff: FileDiff, files: Files, texts: Map<string, string | undefined>): AppliedFile {
  const { kind, at } = diff;
  const { from, to } = placed(diff, files);
  const path = to ?? from ?? '';
  const told = (problem: string): AppliedFile => ({
    path,
    from,
    kind,
    hunks: failed(diff, problem),
    problem,
    at,
  });
  const why = [from, to].flatMap((each) => (each === undefined ? [] : (refusal(each) ?? [])))[0];
  if (why !== undefined || path === '') return told(`refused: ${why ?? 'it has no path'}`);
  if ([diff.oldMode, diff.newMode].includes(SYMLINK)) return told('not applied: a symbolic link');
  if ([diff.oldMode, diff.newMode].includes(SUBMODULE)) return told('not applied: a submodule');
  if (diff.isBinary) return told('not applied: a binary file');
  const before = from === undefined ? '' : files.read(from);
  if (before === undefined) return told(`there is no file ${from ?? ''}`);
  if (to !== undefined && to !== from && (files.read(to) ?? '') !== '') return told(`${to} is there already`);
  const { text, outcomes } = applyHunks(before, diff.hunks);
  const isWhole = outcomes.every((outcome) => outcome.kind === 'applied');
  if (kind === 'deleted') {
    if (isWhole && text !== '')
      return told(`${path} is to be deleted, and has more than the patch takes away`);
    if (isWhole) texts.set(path, undefined);
    return { path, from, kind, hunks: outcomes, at };
  }
  if (kind === 'renamed' && from !== undefined && isWhole) texts.set(from, undefined);
  if (text !== before || to !== from) texts.set(path, text);
  return { path, from, kind, hunks: outcomes, at };
}

const failed = ({ hunks }: FileDiff, reason: string): readonly HunkOutcome[] =>
  hunks.map(({ at }) => ({ kind: 'failed', at, reason }));

/**
 * The paths in the tree. git's prefixes are gone already; a plain diff may name the directories that were compared
 * (`linux.orig/mm/x.c`): then the path without the first one counts, where the tree has it and not the whole.
 */
function placed(
  diff: FileDiff,
  files: Files,
): { readonly from: string | undefined; readonly to: string | undefined } {
  const { oldPath, newPath, kind, isPrefixed } = diff;
  const isMoved = kind === 'renamed' || kind === 'copied';
  const whole = { from: oldPath, to: isMoved ? newPath : newPath && (oldPath ?? newPath) };
  if (isPrefixed || isMoved) return whole;
  const isThere = (path: string): boolean => {
    const directory = path.slice(0, path.lastIndexOf('/') + 1);
    return kind === 'added'
      ? directory !== '' && files.list(directory).length > 0
      : files.read(path) !== undefined;
  };
  const candidates = [oldPath, newPath].flatMap((path) =>
    path === undefined || refusal(path) !== undefined ? [] : [path, path.replace(/^[^/]*\//, '')],
  );
  const found = candidates.find(isThere);
  if (found === undefined) return whole;
  return { from: oldPath === undefined ? undefined : found, to: newPath === undefined ? undefined : found };
}

/** The files as they are with some texts changed. */
export function withTexts(files: Files, texts: Texts): Files {
  return {
    read: (path) => (texts.has(path) ? texts.get(path) : files.read(path)),
    list: (directory) => {
      const prefix = directory === '' || directory.endsWith('/') ? directory : `${directory}/`;
      const names = new Set(files.list(directory));
      for (const [path, text] of texts) {
        if (!path.startsWith(prefix)) continue;
        const rest = path.slice(prefix.length);
        const slash = rest.indexOf('/');
        if (text === undefined) names.delete(rest);
        else names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
      }
      return [...names].sort();
    },
  };
}
