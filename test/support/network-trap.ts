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

export function networkTrap(): NetworkTrap {
  const directory = mkdtempSync(join(tmpdir(), 'walkrace-network-'));
  const [hook, log] = [join(directory, 'no-network.cjs'), join(directory, 'tried')];
  const entryPoints = [join(import.meta.dirname, 'no-network.ts')];
  buildSync({ entryPoints, outfile: hook, bundle: true, platform: 'node', format: 'cjs' });
  return {
    env: { NODE_OPTIONS: `--require ${hook}`, NETWORK_LOG: log },
    tried: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
  };
}
