/** The server in a real Neovim, without a window: the sample's unprotected walk is told and confirmed, as in any other editor. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { PROJECT } from './host/available.js';
import { copySample } from './workspace.js';

interface Told {
  readonly error?: string;
  readonly diagnostics?: readonly {
    readonly line: number;
    readonly source: string;
    readonly message: string;
    readonly severity: number;
  }[];
  readonly hover?: string;
}

const workspace = copySample();
afterAll(() => workspace.remove());

test('Neovim shows the finding with its verdict, and hovers over it', (context) => {
  const found = spawnSync('nvim', ['--version'], { encoding: 'utf8' });
  if (found.status !== 0) context.skip('there is no Neovim (apt-get install neovim)');
  const out = join(workspace.folder, 'told.json');
  const script = join(import.meta.dirname, 'neovim.lua');
  execFileSync('nvim', ['--headless', '--clean', workspace.walker, '-c', `luafile ${script}`], {
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
  const told = JSON.parse(readFileSync(out, 'utf8')) as Told;
  const walk = readFileSync(workspace.walker, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes('pgd_offset_k(start)'));
  expect(told.error).toBeUndefined();
  expect(told.diagnostics).toHaveLength(1);
  expect(told.diagnostics?.[0]).toMatchObject({ line: walk, source: 'walkrace', severity: 1 });
  expect(told.diagnostics?.[0]?.message).toMatch(/dump_pgd\(\) walks kernel page tables.*confirmed/s);
  expect(told.hover).toMatch(/held on every path/);
});
