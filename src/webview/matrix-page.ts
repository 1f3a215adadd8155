/** Protections against freers as one HTML file: a table and the smallest fix. No script, no network; its own style sheet by its hash. */
import { cellWord, fixLines, LEGEND, rowName } from '../core/report/matrix-text.js';
import type { MatrixCell, SmallestFix } from '../core/replay/what-ifs.js';
import { sha256Base64 } from './sha256.js';
import { escapeHtml } from './standalone.js';

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.3rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { text-align: left; padding-bottom: 0.5rem; }
th, td { border: 1px solid GrayText; padding: 0.3rem 0.6rem; text-align: left; font-weight: normal; }
thead th { font-weight: bold; }
.race, .bug { font-weight: bold; color: light-dark(#a40000, #ff9a90); }
.ok { color: light-dark(#0a5c1c, #8fdc9c); }
`;

/** The page; `walker` as people write it: `mm/ptdump.c:ptdump_walk_pgd`. */
export function matrixPage(walker: string, cells: readonly MatrixCell[], fix: SmallestFix): string {
  const title = escapeHtml(`${walker}: protections against freers`);
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${sha256Base64(STYLE)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Walkrace</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${cells.length === 0 ? '<p>No freer applies to what is walked here.</p>' : table(cells)}
${fixLines(fix)
  .map((line) => `<p>${escapeHtml(line)}</p>`)
  .join('\n')}
</main>
</body>
</html>
`;
}

function table(cells: readonly MatrixCell[]): string {
  const freers = [...new Set(cells.map(({ freer }) => freer))];
  const rows = [...new Set(cells.map((cell) => rowName(cell)))];
  const head = ['walk holds', ...freers].map((name) => `<th scope="col">${escapeHtml(name)}</th>`).join('');
  const body = rows.map((row) => {
    const shown = freers.map((freer) => {
      const cell = cells.find((each) => rowName(each) === row && each.freer === freer);
      return cell === undefined ? '<td></td>' : cellHtml(cell);
    });
    return `<tr><th scope="row"><code>${escapeHtml(row)}</code></th>${shown.join('')}</tr>`;
  });
  return `<div class="wide" tabindex="0" role="region" aria-label="Protections against freers">
<table>
<caption>${escapeHtml(LEGEND)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join('\n')}
</tbody>
</table>
</div>`;
}

function cellHtml(cell: MatrixCell): string {
  const word = cellWord(cell);
  const why = [...cell.kinds, `${cell.states} states`].join(', ');
  return `<td class="${/^\w+$/.test(word) ? word : 'open'}" title="${escapeHtml(why)}">${escapeHtml(word)}</td>`;
}
