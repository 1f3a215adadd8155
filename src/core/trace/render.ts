/** A trace as text for a terminal or a mail: one column per lane, each step with its source line. */
import type { Trace, TraceStep } from './trace.js';
import type { SourceLine } from './trace-of.js';

export interface RenderOptions {
  /** Columns of the terminal. */
  readonly width: number;
  readonly color: boolean;
  /** The C line at `file:line`; without it the step's own `code` is shown. */
  readonly sourceLine?: SourceLine;
}

const NARROW = 80;
const MARKS = { took: 'took', freed: 'freed', used: 'USED' } as const;

const paint = (options: RenderOptions, code: number, text: string): string =>
  options.color ? `\u001b[${code}m${text}\u001b[0m` : text;

/**
 * Headline, then the lanes side by side (below 80 columns: one under the other, indented), then what it rests on.
 * Ends with a newline.
 */
export function renderTraceText(trace: Trace, options: RenderOptions): string {
  const isRace = trace.verdict === 'race' && trace.steps.length > 0;
  const label = trace.kind === undefined ? trace.verdict : trace.kind;
  const head = isRace ? `${paint(options, 31, label.toUpperCase())} ${trace.headline}` : trace.headline;
  const lanes = [...new Set(trace.steps.map((step) => step.t))];
  const body =
    trace.steps.length === 0
      ? []
      : ['', ...(options.width < NARROW ? narrow(trace, lanes, options) : wide(trace, lanes, options))];
  const assumed = trace.assumptions.map(({ text }) => `  - ${text}`);
  const { states, complete, entries } = trace.bounds;
  const changes =
    trace.minimal === undefined
      ? ''
      : `${count(trace.minimal.laneChanges, 'lane change')}, ${count(trace.minimal.steps, 'step')}; `;
  const bounds = `${changes}${states} states${complete ? '' : ' (not all)'}, ${entries} entries per table, ${trace.arch}`;
  return [
    ...wrap(head, options.width),
    ...body,
    '',
    bounds,
    ...(assumed.length === 0 ? [] : ['assuming:', ...assumed]),
    '',
  ].join('\n');
}

function wide(trace: Trace, lanes: readonly string[], options: RenderOptions): readonly string[] {
  const column = Math.max(24, Math.floor((options.width - 8) / Math.max(1, lanes.length)));
  const title = (lane: string): string => {
    const thread = trace.threads.find((each) => each.name === lane);
    return thread === undefined ? lane : `CPU ${thread.cpu}: ${lane}`;
  };
  const lines = [`${' '.repeat(8)}${lanes.map((lane) => fit(title(lane), column)).join('')}`.trimEnd()];
  for (const [index, step] of trace.steps.entries()) {
    const indent = ' '.repeat(8 + column * lanes.indexOf(step.t));
    const isSwitch = index > 0 && trace.steps[index - 1]?.t !== step.t;
    if (isSwitch)
      lines.push(
        paint(
          options,
          2,
          `${' '.repeat(8)}${'- '.repeat(Math.floor((column * lanes.length) / 2))}`,
        ).trimEnd(),
      );
    const mark = step.mark === undefined ? '' : MARKS[step.mark];
    const place = step.at === undefined ? '' : `  ${step.at}`;
    lines.push(
      `${paintMark(options, step, mark.padEnd(8))}${indent.slice(8)}${paintMark(options, step, step.text)}${paint(options, 2, place)}`.trimEnd(),
    );
    const code = codeOf(step, options);
    if (code !== undefined)
      lines.push(
        `${indent}  ${paint(options, 2, cut(code, Math.max(20, options.width - indent.length - 2)))}`,
      );
  }
  return lines;
}

function narrow(trace: Trace, lanes: readonly string[], options: RenderOptions): readonly string[] {
  const lines: string[] = [];
  for (const [index, step] of trace.steps.entries()) {
    const indent = '  '.repeat(1 + lanes.indexOf(step.t));
    if (trace.steps[index - 1]?.t !== step.t) lines.push(`${indent.slice(2)}${step.t}:`);
    const mark = step.mark === undefined ? '' : ` [${MARKS[step.mark]}]`;
    lines.push(`${indent}${paintMark(options, step, `${step.text}${mark}`)}`);
    if (step.at !== undefined) lines.push(paint(options, 2, `${indent}  ${step.at}`));
    const code = codeOf(step, options);
    if (code !== undefined)
      lines.push(
        paint(options, 2, `${indent}  ${cut(code, Math.max(20, options.width - indent.length - 2))}`),
      );
  }
  return lines;
}

function codeOf(step: TraceStep, options: RenderOptions): string | undefined {
  const [, file = '', line = ''] = /^(.*):([0-9]+)$/.exec(step.at ?? '') ?? [];
  const code = file === '' ? step.code : (options.sourceLine?.(file, Number(line)) ?? step.code);
  const trimmed = code?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}

function paintMark(options: RenderOptions, step: TraceStep, text: string): string {
  if (step.violation !== undefined) return paint(options, 31, text);
  return step.mark === undefined ? text : paint(options, 33, text);
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
const fit = (text: string, width: number): string => cut(text, width - 1).padEnd(width);
const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}…`;

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
