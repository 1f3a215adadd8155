/** What the editor tests need of the machine, and in plain words what is missing. Nothing is installed here: scripts/setup-vscode-host.mjs does that. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HOSTS, hostNode, isInstalled, vscodeDirectory } from '../../../scripts/vscode-hosts.mjs';
import type { VsCodeHost } from '../../../scripts/vscode-hosts.mjs';

/** The project's folder: this file may run from a bundle that is elsewhere in it. */
export const PROJECT = projectOf(import.meta.dirname);

function projectOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : projectOf(dirname(folder));
}

export interface AvailableHost {
  readonly name: VsCodeHost['name'];
  readonly vscode: string;
  /** Directory of the VS Code build. */
  readonly directory: string;
  /** The Node that runs its server. */
  readonly node: string;
  readonly chromium: string;
}

export type Availability = { readonly host: AvailableHost } | { readonly missing: string };

const CHROMIUMS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** A browser that playwright-core can drive; the environment variable CHROMIUM comes first. */
export function findChromium(): string | undefined {
  const named = process.env['CHROMIUM'];
  return [...(named === undefined ? [] : [named]), ...CHROMIUMS].find((path) => existsSync(path));
}

export function availability(name: VsCodeHost['name']): Availability {
  const host = HOSTS.find((candidate) => candidate.name === name);
  if (host === undefined) return { missing: `there is no VS Code host named ${name}` };
  if (!isInstalled(PROJECT, host)) {
    return {
      missing: `VS Code ${host.vscode} is not installed (node scripts/setup-vscode-host.mjs ${name})`,
    };
  }
  const chromium = findChromium();
  if (chromium === undefined)
    return { missing: 'there is no Chromium (apt-get install chromium, or set CHROMIUM)' };
  return {
    host: {
      name,
      vscode: host.vscode,
      directory: vscodeDirectory(PROJECT, host),
      node: hostNode(PROJECT, host),
      chromium,
    },
  };
}
