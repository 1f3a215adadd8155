/** Quick fixes as a plain client sees them: asked for at the squiggle, and made by it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { connect } from './client.js';

const path = join(import.meta.dirname, '..', '..', 'sample', 'arch', 'arm64', 'mm', 'dump_unprotected.c');
const uri = pathToFileURL(path).href;
const text = readFileSync(path, 'utf8');

test('the fix of the sample’s walk, once made, leaves nothing to find', async () => {
  const client = await connect({ capabilities: { workspace: { workspaceEdit: { documentChanges: true } } } });
  try {
    await client.open(uri, text);
    const { diagnostics } = await client.published(uri, (one) => one.diagnostics.length > 0);
    const rule = 'kernel-walk/hot-remove';
    const diagnostic = diagnostics.find(({ code }) => code === rule);
    const actions = await client.connection.sendRequest<readonly CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: diagnostic?.range,
      context: { diagnostics: [diagnostic] },
    });
    const [change] = actions.find(({ isPreferred }) => isPreferred)?.edit?.documentChanges ?? [];
    expect(change).toMatchObject({ textDocument: { uri, version: 1 } });
    if (change === undefined || !('edits' in change)) throw new Error('no edit of a document');
    const edits = change.edits.flatMap((edit) => ('newText' in edit ? [edit] : []));
    const fixed = TextDocument.applyEdits(TextDocument.create(uri, 'c', 1, text), edits);
    expect(fixed).toContain('\tget_online_mems();\n');
    expect(fixed).toContain('\tput_online_mems();\n');
    await client.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text: fixed }],
    });
    const after = await client.published(uri, ({ version }) => version === 2);
    expect(after.diagnostics.filter(({ code }) => code === rule)).toEqual([]);
  } finally {
    await client.close();
  }
});
