/**
 * The trace page as one HTML file, for the command line and for mails: no network, no host. The report is data (JSON in a
 * script element that is never run); the policy allows exactly this script and this style sheet, by their hashes.
 */
import type { MatrixCell } from '../core/replay/what-ifs.js';
import type { ReplayReport } from '../core/report/report.js';
import { sha256Base64 } from './sha256.js';

/** JSON that no HTML parser can mistake for markup; the source lines in it may say `</script>` or `<!--`. */
export const safeJson = (data: unknown): string =>
  JSON.stringify(data).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A script may hold these texts in string literals, where the backslash changes nothing. */
const safeScript = (script: string): string =>
  script.replace(/<\/(?=script)/gi, '<\\/').replace(/<!--/g, '<\\!--');

const safeStyle = (style: string): string => style.replace(/<\/(?=style)/gi, '<\\/');

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** The bundle of the trace page: the texts of trace.js and trace.css. */
export interface PageBundle {
  readonly script: string;
  readonly style: string;
}

/** The page for one replay; `matrix` adds the table of protections against freers where it was computed. */
export function standaloneHtml(
  report: ReplayReport,
  { script, style }: PageBundle,
  matrix: readonly MatrixCell[] = [],
): string {
  const code = safeScript(script);
  const sheet = safeStyle(style);
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256Base64(code)}'`,
    `style-src 'sha256-${sha256Base64(sheet)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const title = escapeHtml(`${report.walker.function}() against ${report.freer} · Walkrace`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${sheet}</style>
</head>
<body>
<div id="walkrace"></div>
<noscript><p>${title}: this page needs scripts to be drawn. Its data is the JSON in its source.</p></noscript>
<script type="application/json" id="walkrace-data">${safeJson({ report, matrix })}</script>
<script>${code}</script>
</body>
</html>
`;
}
