/**
 * Loaded before each node process of a VS Code server (`node --require`): in its extension hosts, whatever code in NETWORK_FOLDER does that
 * would reach a network, or be reached from one, is written to the file that NETWORK_LOG names, a line each, and throws. VS Code and its
 * other extensions go on.
 */
import childProcess, { type ForkOptions } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const EXTENSION_HOST = '--type=extensionHost';
const folder = process.env['NETWORK_FOLDER'] ?? '';
const log = (line: string): void => appendFileSync(process.env['NETWORK_LOG'] ?? '', `${line}\n`);

/** The same function for everybody else. */
function trapped<T extends object>(owner: T, name: keyof T & string, what: string): void {
  const real: unknown = Reflect.get(owner, name);
  if (typeof real !== 'function') return;
  Reflect.set(owner, name, function (this: unknown, ...args: readonly unknown[]): unknown {
    if (new Error(what).stack?.includes(folder) === true) {
      log(what);
      throw new Error(`the network is used: ${what}`);
    }
    return Reflect.apply(real, this, args) as unknown;
  });
}

if (folder !== '' && process.argv.includes(EXTENSION_HOST)) {
  Error.stackTraceLimit = 200;
  log('watched');
  trapped(net.Socket.prototype, 'connect', 'connect');
  trapped(net.Server.prototype, 'listen', 'listen');
  trapped(dgram, 'createSocket', 'dgram');
  trapped(globalThis, 'fetch', 'fetch');
  for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'reverse'] as const) {
    trapped(dns, name, 'dns');
    trapped(dns.promises, name, 'dns');
  }
} else {
  // Newer servers take NODE_OPTIONS out of the environment of their extension hosts.
  const { fork } = childProcess;
  childProcess.fork = ((file: string, args: readonly string[], options: ForkOptions) =>
    fork(file, args, {
      ...options,
      ...(args.includes(EXTENSION_HOST)
        ? { execArgv: [...(options.execArgv ?? []), '--require', __filename] }
        : {}),
    })) as typeof fork;
  syncBuiltinESMExports();
}
