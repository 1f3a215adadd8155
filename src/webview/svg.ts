/**
 * The trace as one SVG picture, for a document or a mail: the headline, the lanes with their bars and the three marked steps,
 * and the page tables as they are at the violation. Self-contained, dark on white, no script and no font of its own.
 */
import type { ReplayReport } from '../core/report/report.js';
import { rowsOf } from './model/fold.js';
import type { Row } from './model/fold.js';
import { shortPlace } from './model/lanes.js';
import { GROUP_LETTERS, operationGroup, operationText } from './model/operation.js';
import { layoutPicture } from './model/picture-layout.js';
import type { PictureLayout } from './model/picture-layout.js';
import type { Story } from './model/story.js';
import { markedSteps } from './model/tracks.js';
import type { Hold } from './model/tracks.js';
import { markWord, verdictWords } from './model/words.js';

const LANE = 440;
const ROW = 40;
const LEFT = 20;
const TOP = 104;
const TABLES = 440;

const INK = {
  text: '#1f2328',
  dim: '#57606a',
  edge: '#c7ccd1',
  bad: '#b3261e',
  took: '#0550ae',
  lock: '#8a3ab9',
  wait: '#c9a7dd',
};
const FONT = 'font-family="ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"';

const escape = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const text = (x: number, y: number, words: string, ink: string = INK.text, more = ''): string =>
  `<text x="${x}" y="${y}" fill="${ink}" ${more}>${escape(words)}</text>`;

const cut = (words: string, most: number): string =>
  words.length <= most ? words : `${words.slice(0, most - 1)}…`;

/** Folded as the page shows it first. */
export function svgOfStory(report: ReplayReport, story: Story): string {
  const rows = rowsOf(story.steps, story.groups, new Set(story.groups.map((group) => group.start)), '');
  const lanesWidth = LEFT + story.lanes.length * LANE;
  const picture = story.pictures.at(-1);
  const layout = picture === undefined ? undefined : layoutPicture(picture, TABLES);
  const headWidth = story.scene.headline.length * 9 + 40;
  const width = Math.max(headWidth, lanesWidth + (layout?.width ?? 0) + 40);
  const height = Math.max(TOP + rows.length * ROW, TOP + (layout?.height ?? 0)) + 24;
  const { word } = verdictWords(report);
  const title = report.consequence === null ? word : `${word}: ${report.consequence}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(`${title}. ${story.scene.headline}`)}" font-size="13" ${FONT}>
<rect width="100%" height="100%" fill="#fff"/>
<rect width="5" height="72" fill="${report.verdict === 'confirmed' ? INK.bad : INK.dim}"/>
${text(LEFT, 28, title, report.verdict === 'confirmed' ? INK.bad : INK.text, 'font-weight="700" font-size="15"')}
${text(LEFT, 52, story.scene.headline, INK.text, 'font-size="15"')}
${lanes(story, rows)}
${layout === undefined ? '' : `<g transform="translate(${lanesWidth + 10} ${TOP - 20})">${tables(layout)}</g>`}
</svg>
`;
}

function lanes(story: Story, rows: readonly Row[]): string {
  const x = (lane: string): number => LEFT + 40 + story.lanes.findIndex((each) => each.name === lane) * LANE;
  const y = (index: number): number => TOP + index * ROW + 14;
  const bottom = TOP + rows.length * ROW;
  const heads = story.lanes.map(
    (lane) =>
      text(
        x(lane.name) - 8,
        TOP - 16,
        `${lane.cpu}  ${lane.title === '' ? lane.name : lane.title}`,
        INK.text,
        'font-weight="700"',
      ) + `<line x1="${x(lane.name)}" x2="${x(lane.name)}" y1="${TOP}" y2="${bottom}" stroke="${INK.edge}"/>`,
  );
  const steps = rows.map((row, index) => {
    const lane = story.steps[row.start]?.t ?? '';
    const from = story.steps[rows[index - 1]?.start ?? -1]?.t ?? lane;
    const change =
      from === lane
        ? ''
        : `<line x1="${x(from)}" x2="${x(lane)}" y1="${y(index) - 19}" y2="${y(index) - 19}" stroke="${INK.dim}" stroke-dasharray="3 3"/>`;
    return change + rowAt(story, row, x(lane), y(index));
  });
  return [...heads, ...bars(story, rows, x, y), ...steps].join('\n');
}

function rowAt(story: Story, row: Row, x: number, y: number): string {
  const step = story.steps[row.start];
  if (step === undefined) return '';
  if (row.kind === 'fold')
    return `<circle cx="${x}" cy="${y}" r="4" fill="${INK.dim}"/>${text(x + 20, y + 4, row.summary, INK.dim)}`;
  const { mark, violation, code } = step;
  const order = markedSteps(story.marks).indexOf(row.start) + 1;
  const ink = mark === undefined ? INK.dim : mark === 'took' ? INK.took : INK.bad;
  const sign = order > 0 ? `${order}` : GROUP_LETTERS[operationGroup(step.text)];
  const operation = operationText(step.text);
  const fate = violation ?? (mark === undefined ? undefined : markWord(mark, story.scene.kind));
  const second = [
    fate,
    step.blocked === true ? 'waits' : undefined,
    code === undefined ? undefined : operation,
    step.at === undefined ? undefined : shortPlace(step.at),
  ].filter((part) => part !== undefined);
  const band = `<rect x="${LEFT}" y="${y - 16}" width="${story.lanes.length * LANE}" height="${ROW}" fill="#f7dedc" stroke="${INK.bad}"/>`;
  return [
    violation === undefined ? '' : band,
    `<circle cx="${x}" cy="${y}" r="9" fill="${order > 0 ? ink : '#fff'}" stroke="${ink}"/>`,
    text(x, y + 4, sign, order > 0 ? '#fff' : INK.text, 'text-anchor="middle" font-size="12"'),
    text(x + 20, y + 1, cut(code ?? operation, 50), INK.text, mark === undefined ? '' : 'font-weight="700"'),
    text(x + 20, y + 17, cut(second.join(' · '), 55), fate === undefined ? INK.dim : ink, 'font-size="12"'),
  ].join('');
}

const BAR_INK: Readonly<Record<Hold, string>> = {
  read: INK.lock,
  write: INK.lock,
  wait: INK.wait,
  on: '#7d5200',
  held: INK.took,
  dangling: INK.bad,
  freed: INK.bad,
};

/** One vertical stroke a row and track: what is held after the row's step, down to the next row. */
function bars(
  story: Story,
  rows: readonly Row[],
  x: (lane: string) => number,
  y: (index: number) => number,
): readonly string[] {
  return story.tracks.flatMap((track) => {
    const place = story.tracks.filter((each) => each.lane === track.lane).indexOf(track);
    const left = x(track.lane) - 16 - place * 8;
    return rows.flatMap((row, index) => {
      const hold = track.holds[row.end + 1];
      if (hold == null || index === rows.length - 1) return [];
      const dash =
        hold === 'dangling' || hold === 'freed' || hold === 'wait' ? ' stroke-dasharray="5 3"' : '';
      return [
        `<line x1="${left}" x2="${left}" y1="${y(index)}" y2="${y(index + 1)}" stroke="${BAR_INK[hold]}" stroke-width="${track.kind === 'lock' ? 5 : 2.5}"${dash}><title>${escape(track.name)}</title></line>`,
      ];
    });
  });
}

function tables(layout: PictureLayout): string {
  const boxes = layout.boxes.map(({ table, x, y, width, height }) => {
    const ink = table.word === 'live' ? '#13692e' : table.word === 'cleared' ? '#7d5200' : INK.bad;
    const each = width / Math.max(1, table.entries.length);
    const entries = table.entries.map(
      (entry, index) =>
        text(Math.round(x + index * each + 8), y + 44, `[${index}]`, INK.dim, 'font-size="12"') +
        text(Math.round(x + index * each + 8), y + 60, entry.value, INK.text, 'font-size="12"'),
    );
    const dash = table.word === 'live' ? '' : ' stroke-dasharray="6 3" stroke-width="2.5"';
    return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" fill="#fff" stroke="${ink}"${dash}/>${text(x + 8, y + 18, table.name, INK.text, 'font-weight="700"')}${text(x + width - 8, y + 18, table.word, ink, 'text-anchor="end" font-weight="700" font-size="12"')}${entries.join('')}`;
  });
  const lines = layout.lines.map((line) => `<path d="${line.path}" fill="none" stroke="${INK.dim}"/>`);
  const tags = layout.tags.map(({ pointer, path, x, y }) => {
    const ink = pointer.dangling ? INK.bad : INK.took;
    const target = pointer.index === null ? pointer.page : `${pointer.page}[${pointer.index}]`;
    return `<path d="${path}" fill="none" stroke="${ink}" stroke-width="2.5"${pointer.dangling ? ' stroke-dasharray="6 4"' : ''}/>${text(x, y + 17, cut(pointer.lane, 8), ink, 'font-weight="700" font-size="12"')}${text(x, y + 34, cut(target, 9), ink, 'font-size="12"')}`;
  });
  return [...lines, ...tags, ...boxes].join('\n');
}
