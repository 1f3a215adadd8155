/** `walkrace.openTrace`, for editors that have no page of their own: the replay as a standalone page, shown by the client's browser. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { readPage } from '../host/assets.js';
import { replayTarget } from '../protocol/commands.js';
import { baseName } from './exports.js';
import { replay, validated } from './requests.js';
import type { RequestPorts } from './requests.js';
import { standaloneHtml } from '../webview/standalone.js';

/** Answers with the URI of the page. */
export async function openTrace(
  connection: Connection,
  ports: RequestPorts,
  target: unknown,
  token: CancellationToken,
): Promise<string> {
  const { report } = await replay(ports, validated(replayTarget, target), token);
  const file = join(mkdtempSync(join(tmpdir(), 'walkrace-')), `${baseName(report)}.html`);
  writeFileSync(file, standaloneHtml(report, readPage()));
  const uri = pathToFileURL(file).href;
  await connection.window.showDocument({ uri, external: true });
  return uri;
}
