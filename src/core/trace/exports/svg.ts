/** A trace as one SVG picture: a column for each lane, time downwards, the three steps that matter connected. */
import type { Trace, TraceStep } from '../trace.js';

const ROW = 22;
const COLUMN = 330;
const LEFT = 16;
const TOP = 64;
const COLOURS = { took: '#1a6dbb', freed: '#b35900', used: '#c4001a', other: '#555555' } as const;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1)}…`;

/** Stands alone: no script, no style sheet, no font of its own. The text is readable where no picture is. */
export function svgOfTrace(trace: Trace): string {
  const lanes = [...new Set(trace.steps.map((step) => step.t))];
  const width = LEFT * 2 + COLUMN * Math.max(1, lanes.length);
  const height = TOP + ROW * (trace.steps.length + 1);
  const x = (lane: string): number => LEFT + 8 + COLUMN * lanes.indexOf(lane);
  const y = (index: number): number => TOP + ROW * index;
  const colour = (step: TraceStep): string =>
    COLOURS[step.violation === undefined ? (step.mark ?? 'other') : 'used'];
  const headings = lanes.map((lane) => {
    const thread = trace.threads.find((each) => each.name === lane);
    const text = thread === undefined ? lane : `CPU ${thread.cpu}: ${lane}`;
    return (
      `<text x="${x(lane) - 4}" y="${TOP - 18}" font-weight="bold">${escape(text)}</text>` +
      `<line x1="${x(lane)}" y1="${TOP - 10}" x2="${x(lane)}" y2="${height - ROW / 2}" stroke="#cccccc"/>`
    );
  });
  const changes = trace.steps.flatMap((step, index) => {
    const before = trace.steps[index - 1];
    if (before === undefined || before.t === step.t) return [];
    return [
      `<path d="M ${x(before.t)} ${y(index - 1)} L ${x(step.t)} ${y(index)}" stroke="#999999" stroke-dasharray="3 3" fill="none"/>`,
    ];
  });
  const marked = trace.steps.flatMap((step, index) => (step.mark === undefined ? [] : [{ step, index }]));
  const links = marked.slice(1).map(({ step, index }, order) => {
    const from = marked[order];
    if (from === undefined) return '';
    return `<path d="M ${x(from.step.t)} ${y(from.index)} L ${x(step.t)} ${y(index)}" stroke="${COLOURS.used}" stroke-width="2" fill="none"/>`;
  });
  const dots = trace.steps.map((step, index) => {
    const mark = step.mark === undefined ? '' : `${step.mark}: `;
    const place = step.at === undefined ? '' : `  ${step.at.slice(step.at.lastIndexOf('/') + 1)}`;
    const weight = step.mark === undefined && step.violation === undefined ? '' : ' font-weight="bold"';
    const shape = step.blocked === true ? `fill="none" stroke="${colour(step)}"` : `fill="${colour(step)}"`;
    return (
      `<g><title>${escape(`${step.t}: ${step.text}${step.at === undefined ? '' : ` at ${step.at}`}`)}</title>` +
      `<circle cx="${x(step.t)}" cy="${y(index)}" r="4" ${shape}/>` +
      `<text x="${x(step.t) + 10}" y="${y(index) + 4}" fill="${colour(step)}"${weight}>${escape(cut(`${mark}${step.text}${place}`, 48))}</text></g>`
    );
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, monospace" font-size="12">`,
    `<title>${escape(trace.headline)}</title>`,
    `<desc>${escape(trace.steps.map((step) => `${step.t}: ${step.text}`).join('; '))}</desc>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="22" font-size="13" fill="${COLOURS.used}">${escape(cut(trace.headline, Math.floor(width / 8)))}</text>`,
    ...headings,
    ...changes,
    ...links,
    ...dots,
    '</svg>',
    '',
  ].join('\n');
}
