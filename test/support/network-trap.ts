/** Programs run with the network trapped, and what they tried to reach. */
import { buildSync } from 'esbuild';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface NetworkTrap {
  /** For the environment of the program. */
  readonly env: Readonly<Record<string, string>>;
  /** What was tried until now, in order: `connect`, `listen`, `dgram`, `dns`, `fetch`. */
  readonly tried: () => readonly string[];
}

export const networkTrap = (): NetworkTrap => trapOf('no-network.ts', {});

/**
 * In the extension hosts of a VS Code, where VS Code itself uses the network: what code in one folder tries. The first line of `tried`
 * is `watched`, once for each host.
 */
export const extensionHostTrap = (folder: string): NetworkTrap =>
  trapOf('no-network-in-extension.ts', { NETWORK_FOLDER: folder });

function trapOf(hooked: string, more: Readonly<Record<string, string>>): NetworkTrap {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-network-'));
  const [hook, log] = [join(directory, 'hook.cjs'), join(directory, 'tried')];
  const entryPoints = [join(import.meta.dirname, hooked)];
  buildSync({ entryPoints, outfile: hook, bundle: true, platform: 'node', format: 'cjs' });
  return {
    env: { NODE_OPTIONS: `--require ${hook}`, NETWORK_LOG: log, ...more },
    tried: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}
