/**
 * One VS Code server on a free port of the loopback, with fresh user, server and extension folders.
 * `close` ends it and what it started (its own process group, nothing else) and removes the folders.
 */
import { spawn, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { AvailableHost } from './available.js';
import { sleep, until } from './until.js';

export interface VsCodeServer {
  readonly url: string;
  readonly port: number;
  /** What the server wrote, for the error message of a test. */
  readonly output: () => string;
  readonly close: () => Promise<void>;
}

export interface ServerOptions {
  /** A VSIX to install, as a user would. */
  readonly vsix?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Where caches are kept (as XDG has it); absent: in the fresh home. */
  readonly caches?: string;
  /** Keep workspace trust on; then a folder opens in restricted mode until it is trusted. */
  readonly workspaceTrust?: boolean;
  /** Added to the environment of the server, and of the extension hosts that it starts. */
  readonly env?: Readonly<Record<string, string>>;
}

/** No welcome page, no chat, no side bar that nobody asked for: what a test looks at is what it opened. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.colorTheme': 'Default Dark Modern',
  'workbench.tips.enabled': false,
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'git.enabled': false,
  'window.restoreWindows': 'none',
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'security.workspace.trust.untrustedFiles': 'open',
  'editor.minimap.enabled': false,
} as const;

export async function startServer(host: AvailableHost, options: ServerOptions = {}): Promise<VsCodeServer> {
  const home = mkdtempSync(join(tmpdir(), 'walkrace-editor-'));
  const userData = join(home, 'user-data');
  const extensions = join(home, 'extensions');
  mkdirSync(join(userData, 'User'), { recursive: true });
  mkdirSync(extensions);
  // `data/User` is where the server keeps the settings of remote windows: the same text in both.
  mkdirSync(join(userData, 'data', 'User'), { recursive: true });
  for (const place of ['User', 'data/User']) {
    writeFileSync(
      join(userData, place, 'settings.json'),
      JSON.stringify({ ...QUIET, ...options.settings }, null, 2),
    );
  }

  const main = join(host.directory, 'out', 'server-main.js');
  const folders = [
    '--user-data-dir',
    userData,
    '--server-data-dir',
    userData,
    '--extensions-dir',
    extensions,
  ];
  const env = {
    ...process.env,
    HOME: home,
    XDG_CACHE_HOME: options.caches ?? join(home, '.cache'),
    PATH: [dirname(host.node), process.env['PATH'] ?? ''].join(delimiter),
    EXTENSIONS_GALLERY: '{}',
    NODE_OPTIONS: '',
    VSCODE_IPC_HOOK_CLI: undefined,
  };
  if (options.vsix !== undefined) {
    await promisify(execFile)(host.node, [main, ...folders, '--install-extension', options.vsix], {
      env,
      timeout: 120_000,
    });
  }

  const port = await freePort();
  const trust = options.workspaceTrust === true ? [] : ['--disable-workspace-trust'];
  const child = spawn(
    host.node,
    [
      main,
      '--host',
      '127.0.0.1',
      '--port',
      String(port),
      '--without-connection-token',
      '--accept-server-license-terms',
      '--telemetry-level',
      'off',
      '--enable-smoke-test-driver',
      ...trust,
      ...folders,
    ],
    { env: { ...env, ...options.env }, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const written: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => written.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => written.push(chunk));
  const output = (): string => Buffer.concat(written).toString('utf8');
  const ended = (): boolean => child.exitCode !== null || child.signalCode !== null;

  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // The group is gone already.
    }
  };
  const close = async (): Promise<void> => {
    signal('SIGTERM');
    for (let waited = 0; !ended() && waited < 5_000; waited += 100) await sleep(100);
    signal('SIGKILL');
    await sleep(100);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };

  const url = `http://127.0.0.1:${port}/`;
  try {
    await until(
      `VS Code ${host.vscode} on ${url}`,
      async () => {
        if (ended()) return 'ended' as const;
        return (await fetch(url, { signal: AbortSignal.timeout(2_000) })).ok ? ('up' as const) : undefined;
      },
      { ms: 60_000 },
    );
    if (ended()) throw new Error('the server ended at once');
  } catch (error) {
    await close();
    throw new Error(`VS Code ${host.vscode} did not start:\n${output()}`, { cause: error });
  }
  return { url, port, output, close };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}
