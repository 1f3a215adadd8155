/** What a review is of, and what it is put on: patches as bytes, or commits; the tree as it is, or a commit of its repository. */
import { readSeries } from '../core/review/read.js';
import type { Series } from '../core/review/patch/patch.js';
import type { ReviewInput } from '../core/review/placed.js';
import { plural } from '../core/report/words.js';
import { RequestError } from '../core/session.js';
import { openGit } from './git.js';

export interface InputOptions {
  /** Root of the tree. */
  readonly root: string;
  /** A commit, or `tree` for the files as they are. Absent: the one that the patches name, if it is there. */
  readonly base?: string;
}

const AS_IT_IS = 'the tree as it is';

/** Patches as a file, a mailbox or a clipboard has them; `named` is for messages. Throws RequestError where there is none. */
export async function inputOfBytes(
  bytes: Uint8Array,
  named: string,
  options: InputOptions,
): Promise<ReviewInput> {
  const series = await seriesOf(bytes, named);
  const { base, root } = options;
  if (base === 'tree') return { series, base: AS_IT_IS };
  if (base !== undefined) return onCommit(series, base, root);
  const git = openGit(root);
  const known = series.baseCommit === undefined ? undefined : git.commit(series.baseCommit);
  if (known?.ok) return onNamed(series, known.answer, root, 'as the patches say');
  // What git format-patch wrote of a commit that is here may be part of what is checked out.
  const own = series.baseCommit === undefined ? series.patches[0]?.commit : undefined;
  const parent = own === undefined ? undefined : git.commit(`${own}^`);
  if (parent?.ok)
    return onNamed(series, parent.answer, root, 'the parent of the first patch, which is a commit here');
  if (series.baseCommit === undefined) return { series, base: AS_IT_IS };
  const note = `the patches are made on ${series.baseCommit}, which is not here: they are put on ${AS_IT_IS}`;
  return { series, base: AS_IT_IS, notes: [note] };
}

/** A commit, or a range like `HEAD~3..`, on its parent. Throws RequestError for what git does not know. */
export async function inputOfRange(range: string, { root, base }: InputOptions): Promise<ReviewInput> {
  const read = openGit(root).patches(range);
  if (!read.ok) throw new RequestError(read.reason);
  const series = await seriesOf(read.answer.mails, range);
  return base === 'tree' ? { series, base: AS_IT_IS } : onCommit(series, base ?? read.answer.base, root);
}

async function seriesOf(bytes: Uint8Array, named: string): Promise<Series> {
  const series = await readSeries(bytes);
  if (series.patches.length > 0) return series;
  throw new RequestError(`${named} holds no patch${series.notes.map((note) => `; ${note}`).join('')}`);
}

function onCommit(series: Series, name: string, root: string): ReviewInput {
  const git = openGit(root);
  const commit = git.commit(name);
  if (!commit.ok) throw new RequestError(commit.reason);
  const texts = git.textsAt(commit.answer, touchedBy(series));
  if (!texts.ok) throw new RequestError(texts.reason);
  return { series, base: `commit ${commit.answer.slice(0, 12)}`, baseTexts: texts.answer };
}

/** The commit that the patches name or come from (`why`): where it is too far from what is checked out, that is told, and nothing is lost. */
function onNamed(series: Series, commit: string, root: string, why: string): ReviewInput {
  const texts = openGit(root).textsAt(commit, touchedBy(series));
  const short = commit.slice(0, 12);
  if (!texts.ok)
    return { series, base: AS_IT_IS, notes: [`${texts.reason}; the patches are put on ${AS_IT_IS}`] };
  const read = plural(texts.answer.size, 'file');
  const note = `put on commit ${short}, ${why} (${read} of it were read from git)`;
  return { series, base: `commit ${short}`, baseTexts: texts.answer, notes: [note] };
}

function touchedBy({ patches }: Series): readonly string[] {
  return patches.flatMap(({ diff }) =>
    diff.files.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== undefined)),
  );
}
