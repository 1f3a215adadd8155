/** The server in a real Neovim, Vim and Emacs, without a window: the sample's unprotected walk is told and confirmed, as in VS Code. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, type TestContext } from 'vitest';
import { PROJECT } from './host/available.js';
import { copySample } from './workspace.js';

/** What the editor's own list of findings has, as its script (beside this file) wrote it. */
interface Told {
  readonly error?: string;
  readonly diagnostics?: readonly {
    readonly line: number;
    readonly message: string;
    readonly severity: number | string;
  }[];
  readonly hover?: string;
  /** The text after the preferred code action, as the editor itself makes its edit. */
  readonly fixed?: string;
}

const workspace = copySample();
afterAll(() => workspace.remove());

const WALK_LINE = readFileSync(workspace.file, 'utf8')
  .split('\n')
  .findIndex((line) => line.includes('pgd_offset_k(start)'));

const script = (name: string): string => join(import.meta.dirname, name);

/** Skips the test when the command, which only asks for what the editor needs, fails. */
function needs(context: TestContext, command: readonly [string, ...string[]], install: string): void {
  const [name, ...args] = command;
  if (spawnSync(name, args, { stdio: 'ignore', timeout: 20_000 }).status !== 0)
    context.skip(`not here: ${name} with what the test needs (apt-get install ${install})`);
}

/** Runs the editor on the sample's walker until it ends by itself; what its script wrote. */
function tellOf(editor: string, args: readonly string[]): Told {
  const out = join(workspace.folder, 'told.json');
  rmSync(out, { force: true });
  execFileSync(editor, args, {
    env: {
      ...process.env,
      WALKRACE_NODE: process.execPath,
      WALKRACE_CLI: join(PROJECT, 'dist', 'cli.js'),
      WALKRACE_ROOT: workspace.folder,
      WALKRACE_OUT: out,
      XDG_STATE_HOME: workspace.folder,
    },
    timeout: 90_000,
    stdio: 'pipe',
  });
  return JSON.parse(readFileSync(out, 'utf8')) as Told;
}

function expectTheFinding(told: Told, severity: number | string): void {
  expect(told.error).toBeUndefined();
  expect(told.diagnostics).toHaveLength(1);
  expect(told.diagnostics?.[0]).toMatchObject({ line: WALK_LINE, severity });
  expect(told.diagnostics?.[0]?.message).toMatch(/dump_pgd\(\) walks kernel page tables.*confirmed/s);
}

/** The lock is taken before the walk, and let go of behind it. */
function expectTheFix({ fixed = '' }: Told): void {
  expect(fixed).toMatch(/\n\tget_online_mems\(\);\n\tfor \([^]*\n\tput_online_mems\(\);\n/);
}

test('Neovim shows the finding with its verdict, hovers over it, and makes its fix', (context) => {
  needs(context, ['nvim', '--version'], 'neovim');
  const told = tellOf('nvim', [
    '--headless',
    '--clean',
    workspace.file,
    '-c',
    `luafile ${script('neovim.lua')}`,
  ]);
  expectTheFinding(told, 1);
  expect(told.hover).toMatch(/held on every path/);
  expectTheFix(told);
});

test('Vim with ALE puts the finding in the location list', (context) => {
  needs(
    context,
    ['vim', '-T', 'dumb', '-Nu', 'NONE', '-es', '-c', 'packadd ale', '-c', 'qall!'],
    'vim-nox vim-ale',
  );
  const args = ['--not-a-term', '-T', 'dumb', '-n', '-u', script('ale.vim'), workspace.file];
  expectTheFinding(tellOf('vim', args), 'E');
});

test('Emacs with eglot underlines the finding, describes the place, and makes its fix', (context) => {
  const packages = ['--batch', '--eval', '(package-initialize)'];
  needs(context, ['emacs', ...packages, '--eval', "(require 'eglot)"], 'emacs-nox elpa-eglot');
  const told = tellOf('emacs', [...packages, '-l', script('emacs.el'), workspace.file]);
  expectTheFinding(told, 'eglot-error');
  expect(told.hover).toMatch(/held on every path/);
  expectTheFix(told);
});
