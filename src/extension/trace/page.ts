/**
 * The HTML around the trace page's bundle in a webview: scripts by nonce only, and nothing from any network. The translations of the
 * reader's language are data (JSON in a script element that is never run); in English there are none.
 */
import { randomBytes } from 'node:crypto';
import type { Webview } from 'vscode';
import { Uri, env, l10n } from 'vscode';
import { escapeHtml, safeJson } from '../../webview/standalone.js';

export const pageDirectory = (extension: Uri): Uri => Uri.joinPath(extension, 'dist', 'webview');

export function pageHtml(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const resource = (name: string): string =>
    webview.asWebviewUri(Uri.joinPath(pageDirectory(extension), name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="${escapeHtml(env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Walkrace</title>
<link rel="stylesheet" href="${resource('trace.css')}">
</head>
<body>
<div id="walkrace"></div>
<script type="application/json" id="walkrace-words">${safeJson(l10n.bundle ?? {})}</script>
<script nonce="${nonce}" src="${resource('trace.js')}"></script>
</body>
</html>`;
}
