/** No network: the server is asked for what an editor asks, with every way out trapped. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { networkTrap } from '../support/network-trap.js';
import { connect } from './client.js';

const SAMPLE = join(import.meta.dirname, '..', '..', 'sample');

test('findings as one types, and a scan of a tree by workers, reach no network', async () => {
  const trap = networkTrap();
  const cache = mkdtempSync(join(tmpdir(), 'walkrace-network-server-'));
  const client = await connect({ cache, env: trap.env });
  const path = join(SAMPLE, 'arch', 'arm64', 'mm', 'dump_unprotected.c');
  const uri = pathToFileURL(path).href;
  await client.open(uri, readFileSync(path, 'utf8'));
  await client.published(uri, ({ diagnostics }) => diagnostics.length > 0);
  const targets = [pathToFileURL(SAMPLE).href];
  expect(await client.connection.sendRequest('walkrace/scan', { targets })).toMatchObject({
    report: {
      findings: expect.arrayContaining([expect.objectContaining({ verdict: 'confirmed' })]) as unknown,
    },
  });
  await client.close();
  expect(trap.tried()).toEqual([]);
  expect(client.errors()).not.toContain('the network is used');
});
