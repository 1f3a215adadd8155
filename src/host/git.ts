/**
 * What is asked of git: patches of a range, and texts of a commit. Only objects are read: no hooks, no filters, no external diff
 * or textconv, no network, and nothing of the working tree, so that nothing that a repository brings is run.
 */
import { spawnSync } from 'node:child_process';
import { decode, reasonOf } from './files.js';

export type GitAnswer<A> =
  | { readonly ok: true; readonly answer: A }
  /** Why not, in git's words or ours. */
  | { readonly ok: false; readonly reason: string };

export interface Git {
  /** The full name of a commit. */
  commit(name: string): GitAnswer<string>;
  /** A range `a..b` or a commit, as mails; and the commit that they are put on. */
  patches(range: string): GitAnswer<{ readonly mails: Uint8Array; readonly base: string }>;
  /**
   * Texts as they are in a commit, as far as the commit that is checked out has others: by path, undefined for what the commit does
   * not have. `also` are paths that count anyway: they may be changed in the working tree.
   */
  textsAt(commit: string, also: readonly string[]): GitAnswer<ReadonlyMap<string, string | undefined>>;
}

/** Files that a review looks at. */
const OF_INTEREST = /\.[chS]$|(^|\/)(Kconfig[^/]*|Makefile|Kbuild)$/;
/** Further apart than this, the commit had better be checked out. */
const MOST_FILES = 3000;
const MOST_BYTES = 1 << 30;

const SAFE = [
  '--no-pager',
  '--no-optional-locks',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.allow=never',
  '-c',
  'log.showSignature=false',
  '-c',
  'format.attach=false',
];

/** git on the repository that a directory is in; paths are relative to the directory. */
export function openGit(directory: string): Git {
  const run = (args: readonly string[], input = ''): GitAnswer<Buffer> => {
    const done = spawnSync('git', ['-C', directory, ...SAFE, ...args], {
      input,
      maxBuffer: MOST_BYTES,
      env: { ...process.env, GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
    });
    if (done.error) return { ok: false, reason: `git does not run: ${reasonOf(done.error)}` };
    if (done.status === 0) return { ok: true, answer: done.stdout };
    const [line = ''] = done.stderr.toString('utf8').trim().split('\n');
    return { ok: false, reason: line === '' ? `git ended with ${done.status ?? 'a signal'}` : line };
  };
  const text = (args: readonly string[], input?: string): GitAnswer<string> => {
    const done = run(args, input);
    return done.ok ? { ok: true, answer: done.answer.toString('utf8') } : done;
  };
  const commit: Git['commit'] = (name) => {
    const found = text(['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
    return found.ok
      ? { ok: true, answer: found.answer.trim() }
      : { ok: false, reason: `there is no commit ${name} in ${directory}` };
  };
  return {
    commit,
    patches: (range) => {
      const [, from = '', to = ''] = /^(.*?)\.\.\.?(.*)$/s.exec(range) ?? [undefined, `${range}^`, range];
      const tip = commit(to === '' ? 'HEAD' : to);
      if (!tip.ok) return tip;
      const base = commit(from === '' ? 'HEAD' : from);
      if (!base.ok) return base;
      const fork = text(['merge-base', base.answer, tip.answer]);
      if (!fork.ok) return { ok: false, reason: `${from} and ${to} have nothing in common` };
      const mails = run([
        'format-patch',
        '--stdout',
        '--no-ext-diff',
        '--no-textconv',
        '--no-color',
        '--no-signature',
        '--find-renames',
        '--relative',
        '--end-of-options',
        `${fork.answer.trim()}..${tip.answer}`,
      ]);
      return mails.ok ? { ok: true, answer: { mails: mails.answer, base: fork.answer.trim() } } : mails;
    },
    textsAt: (name, also) => {
      const differing = text([
        'diff-tree',
        '-r',
        '-z',
        '--no-renames',
        '--name-only',
        '--relative',
        '--end-of-options',
        'HEAD',
        name,
      ]);
      if (!differing.ok) return differing;
      const paths = [...new Set([...differing.answer.split('\0'), ...also])].filter(
        (path) => OF_INTEREST.test(path) && !path.includes('\n'),
      );
      if (paths.length > MOST_FILES)
        return {
          ok: false,
          reason: `${name} differs from what is checked out in ${paths.length} files: check it out, and review there`,
        };
      const prefix = text(['rev-parse', '--show-prefix']);
      const top = prefix.ok ? prefix.answer.trim() : '';
      const blobs = run(['cat-file', '--batch'], paths.map((path) => `${name}:${top}${path}\n`).join(''));
      return blobs.ok ? { ok: true, answer: textsOf(blobs.answer, paths) } : blobs;
    },
  };
}

/** What `git cat-file --batch` says of each path, in their order. */
function textsOf(output: Buffer, paths: readonly string[]): ReadonlyMap<string, string | undefined> {
  const texts = new Map<string, string | undefined>();
  let at = 0;
  for (const path of paths) {
    const end = output.indexOf(0x0a, at);
    if (end < 0) break;
    const [, size] = /^[0-9a-f]+ blob (\d+)$/.exec(output.toString('utf8', at, end)) ?? [];
    at = end + 1;
    if (size === undefined) {
      texts.set(path, undefined);
      continue;
    }
    texts.set(path, decode(output.subarray(at, at + Number(size))));
    at += Number(size) + 1;
  }
  return texts;
}
