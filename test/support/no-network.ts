/**
 * Loaded before a program (`node --require`), in its worker threads and in the node processes that it starts too: whatever would reach
 * a network, or be reached from one, is written to the file that NETWORK_LOG names, a line each, and throws.
 */
import { appendFileSync } from 'node:fs';
import dgram from 'node:dgram';
import dns from 'node:dns';
import net from 'node:net';

const trap = (what: string) => (): never => {
  appendFileSync(process.env['NETWORK_LOG'] ?? '', `${what}\n`);
  throw new Error(`the network is used: ${what}`);
};

// http, https and tls open their connections by these two; so does a pipe or a Unix socket, which no part needs either.
net.Socket.prototype.connect = trap('connect');
net.Server.prototype.listen = trap('listen');
dgram.createSocket = trap('dgram');
globalThis.fetch = trap('fetch');
for (const resolver of [dns, dns.promises])
  for (const name of Object.keys(resolver))
    if (/^(lookup|resolve|reverse)/.test(name)) Reflect.set(resolver, name, trap('dns'));
