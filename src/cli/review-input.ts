/** What a review is of, and what it is put on: a file, standard input, or a range of commits. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSeries } from '../core/review/read.js';
import type { Series } from '../core/review/patch/patch.js';
import type { ReviewInput } from '../core/review/review.js';
import { openGit } from '../host/git.js';
import { plural } from '../core/report/words.js';
import { UsageError } from './status.js';

export interface InputOptions {
  /** Root of the tree. */
  readonly root: string;
  readonly directory: string;
  /** `--base`: a commit, or `tree` for the files as they are. Absent: the one that the patches name, if it is there. */
  readonly base?: string;
}

const AS_IT_IS = 'the tree as it is';
const STANDARD_INPUT = 0;

/** Throws UsageError where there is no patch to be found. */
export async function readInput(named: string, options: InputOptions): Promise<ReviewInput> {
  const path = resolve(options.directory, named);
  if (named === '-') return onBase(await seriesOf(readFileSync(STANDARD_INPUT), 'standard input'), options);
  if (existsSync(path)) {
    if (!statSync(path).isFile())
      throw new UsageError(`${named} is a directory: a review is of a file, a mailbox or a range`);
    return onBase(await seriesOf(readFileSync(path), named), options);
  }
  const range = openGit(options.root).patches(named);
  if (!range.ok) throw new UsageError(`there is no file ${named}, and ${range.reason}`);
  const series = await seriesOf(range.answer.mails, named);
  return onCommit(series, options.base ?? range.answer.base, options);
}

async function seriesOf(bytes: Uint8Array, named: string): Promise<Series> {
  const series = await readSeries(bytes);
  if (series.patches.length > 0) return series;
  throw new UsageError(`${named} holds no patch${series.notes.map((note) => `; ${note}`).join('')}`);
}

function onBase(series: Series, options: InputOptions): ReviewInput {
  if (options.base === 'tree') return { series, base: AS_IT_IS };
  if (options.base !== undefined) return onCommit(series, options.base, options);
  if (series.baseCommit === undefined) return { series, base: AS_IT_IS };
  const known = openGit(options.root).commit(series.baseCommit);
  if (known.ok) return onCommit(series, known.answer, options, 'as the patches say');
  const note = `the patches are made on ${series.baseCommit}, which is not here: they are put on ${AS_IT_IS}`;
  return { series, base: AS_IT_IS, notes: [note] };
}

function onCommit(series: Series, name: string, { root }: InputOptions, why = ''): ReviewInput {
  const git = openGit(root);
  const commit = git.commit(name);
  if (!commit.ok) throw new UsageError(commit.reason);
  const touched = series.patches.flatMap(({ diff }) =>
    diff.files.flatMap(({ oldPath, newPath }) => [oldPath, newPath].filter((path) => path !== undefined)),
  );
  const texts = git.textsAt(commit.answer, touched);
  const short = commit.answer.slice(0, 12);
  if (texts.ok) {
    const others = texts.answer.size;
    const notes =
      why === ''
        ? []
        : [`put on commit ${short}, ${why} (${plural(others, 'file')} of it were read from git)`];
    return { series, base: `commit ${short}`, baseTexts: texts.answer, notes };
  }
  if (why === '') throw new UsageError(texts.reason);
  return { series, base: AS_IT_IS, notes: [`${texts.reason}; the patches are put on ${AS_IT_IS}`] };
}
