/** A scan for people: as a compiler tells it, with the chain of calls and what is held at each hop. */
import { countBySeverity, inOrder } from './order.js';
import type { ChainHop, Finding, ScanReport, ScanStats, Severity, WalkJudgement } from './report.js';
import {
  givenUpText,
  heldText,
  plural,
  reachText,
  replayCommand,
  verdictText,
  placementTexts,
} from './words.js';

type Paint = (text: string) => string;
/** How parts of the text are painted; `PLAIN` paints nothing. */
export interface Paints {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const plain: Paint = (text) => text;
export const PLAIN: Paints = { bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };

export interface TextOptions {
  readonly paints: Paints;
  /** The C line at `file:line`, to show where the walk is. */
  readonly sourceLine: (file: string, line: number) => string | undefined;
  /** What is said where nothing is reported; by default `nothing found`. */
  readonly nothing?: string;
}

/** Errors and warnings in full, information in two lines each, then what was looked at. Ends with a newline. */
export function scanText(report: ScanReport, options: TextOptions): string {
  const findings = inOrder(report.findings);
  const grave = findings.filter(({ severity }) => severity !== 'info');
  const minor = findings.filter(({ severity }) => severity === 'info');
  const blocks = [
    ...grave.map((finding) => inFull(finding, options)),
    ...minor.map((finding) => inShort(finding, options)),
    [summaryText(report, options.nothing ?? 'nothing found')],
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function inFull(finding: Finding, options: TextOptions): readonly string[] {
  const { paints } = options;
  const reach = reachText(finding);
  const command = replayCommand(finding);
  return [
    headLine(finding, paints),
    ...sourceLines(finding, options),
    ...chainLines(finding, paints),
    `  ${[verdictText(finding), reach].filter((part) => part !== '').join('; ')}`,
    ...(finding.reason === '' ? [] : [`  ${finding.reason}`]),
    ...placementTexts(finding).map((line) => `  ${line}`),
    ...(command === undefined ? [] : [`  ${paints.dim('replay it:')} ${command}`]),
  ];
}

function inShort(finding: Finding, { paints }: TextOptions): readonly string[] {
  const why = [verdictText(finding), reachText(finding), finding.reason]
    .filter((part) => part !== '')
    .join('; ');
  return [headLine(finding, paints), `  ${paints.dim(why)}`];
}

function headLine({ file, line, column, severity, message, rule }: Finding, paints: Paints): string {
  const place = paints.bold(`${file}:${line}:${column}:`);
  return `${place} ${paintOf(severity, paints)(`${severity}:`)} ${message} ${paints.dim(`[${rule}]`)}`;
}

/** The paint of a severity. */
export function paintOf(severity: Severity, paints: Paints): Paint {
  return { error: paints.red, warning: paints.yellow, info: paints.cyan }[severity];
}

/** The line, and marks below the walk; tabs stay tabs, so that the marks are under it at any width of tabs. */
function sourceLines(
  { file, line, column, endLine, endColumn }: Finding,
  { sourceLine, paints }: TextOptions,
): readonly string[] {
  const text = sourceLine(file, line);
  if (text === undefined) return [];
  const number = String(line).padStart(5);
  const lead = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const end = endLine === line ? endColumn : text.length + 1;
  const marks = '^'.repeat(Math.max(1, end - column));
  return [`${paints.dim(`${number} |`)} ${text}`, `${paints.dim('      |')} ${lead}${paints.red(marks)}`];
}

function chainLines({ chain }: Finding, paints: Paints): readonly string[] {
  if (chain.length === 0) return [];
  const width = Math.max(...chain.map((hop) => nameOf(hop).length));
  return chain.map(
    (hop, at) =>
      `  ${at === 0 ? 'from' : '  ->'} ${nameOf(hop).padEnd(width)}  ${hop.file}:${hop.line}  ${paints.dim(heldText(hop.held))}`,
  );
}

const nameOf = (hop: ChainHop): string => `${hop.function}()`;

/** What the walkers rest on, in the order in which it speaks for them. */
const JUDGEMENTS: readonly (readonly [WalkJudgement, string])[] = [
  ['protected', 'protected'],
  ['context', 'where no freer runs'],
  ['owned', 'of ranges that are owned, or taken to be'],
  ['latent', 'latent'],
  ['reported', 'reported'],
  ['unjudged', 'not judged'],
];

/** `(3 protected, 1 reported) `: they add up to all walkers. */
function judgementsText({ judgements }: ScanStats): string {
  const parts = JUDGEMENTS.filter(([each]) => judgements[each] > 0);
  return parts.length === 0
    ? ''
    : `(${parts.map(([each, text]) => `${judgements[each]} ${text}`).join(', ')}) `;
}

/** What was found and what was looked at: a silent scan is worth as much as its coverage. */
function summaryText({ findings, stats, judgedAs, givenUp = [] }: ScanReport, nothing: string): string {
  const counts = countBySeverity(findings)
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => plural(count, severity, severity === 'info' ? 'infos' : `${severity}s`));
  const found = counts.length === 0 ? nothing : counts.join(', ');
  const unparsed =
    stats.parseFailures === 0 ? '' : `; ${plural(stats.parseFailures, 'place')} could not be parsed`;
  const left = givenUp.map((each) => `; ${givenUpText(each)}`).join('');
  const kernel = judgedAs === undefined ? '' : `; no kernel tree is around: judged as ${judgedAs}`;
  return (
    `${found}; looked at ${plural(stats.walkers, 'walker')} ${judgementsText(stats)}in ` +
    `${plural(stats.functions, 'function')} of ${plural(stats.files, 'file')}${unparsed}${left}${kernel}; ${stats.ms} ms`
  );
}
