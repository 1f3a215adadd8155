/** What is known of a walk, where the mouse rests on the walk's expression or on the head of its function. */
import type { Hover, Position } from 'vscode-languageserver';
import { MarkupKind } from 'vscode-languageserver';
import type { ChainHop, Finding } from '../../core/report/report.js';
import type { Check } from '../checks.js';
import type { WalkerInText } from './walkers.js';
import { walkersOf } from './walkers.js';

const MOST_ROOTS = 5;

export function hoverOf(check: Check, position: Position): Hover | null {
  const walkers = walkersOf(check);
  const here = check.diagnosis.findings.filter(
    (finding) => finding.file === check.location.path && covers(finding, position),
  );
  const walker = walkers.find(
    ({ line, walker: { function: name } }) =>
      line === position.line || here.some((finding) => finding.function === name),
  );
  if (walker === undefined && here.length === 0) return null;
  // The editor shows the message of what is underlined here by itself.
  const findings =
    here.length > 0
      ? here.map(describeVerdict)
      : (walker?.findings ?? []).map(
          (finding) => `${escapeMarkdown(finding.message)}\n\n${describeVerdict(finding)}`,
        );
  const paragraphs = [...(walker === undefined ? [] : describeWalker(walker)), ...findings];
  return { contents: { kind: MarkupKind.Markdown, value: paragraphs.join('\n\n') } };
}

function covers(finding: Finding, { line, character }: Position): boolean {
  const after = line > finding.line - 1 || (line === finding.line - 1 && character >= finding.column - 1);
  const before =
    line < finding.endLine - 1 || (line === finding.endLine - 1 && character <= finding.endColumn - 1);
  return after && before;
}

function describeWalker({ walker, held }: WalkerInText): readonly string[] {
  const ranges = walker.ranges.length === 0 ? 'unknown range' : walker.ranges.join(', ');
  const what = walker.tables === 'pfn' ? 'goes over page frames' : `walks ${walker.tables} page tables`;
  const more = walker.roots.length - MOST_ROOTS;
  const roots = walker.roots
    .slice(0, MOST_ROOTS)
    .map(({ chain }) => `- ${chain.map(describeHop).join(' → ')}`);
  return [
    `**${code(`${walker.function}()`)}** ${what} (${ranges}); held on every path: ${list(held)}.`,
    ...(roots.length === 0 ? [] : [[...roots, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]),
  ];
}

const describeHop = (hop: ChainHop): string =>
  hop.held.length === 0 ? code(`${hop.function}()`) : `${code(`${hop.function}()`)} [${list(hop.held)}]`;

const VERDICTS: Readonly<Record<Finding['verdict'], string>> = {
  confirmed: 'confirmed by replay',
  refuted: 'refuted by replay',
  unknown: 'no verdict',
  'not-replayable': 'not replayable',
  'not-run': 'not replayed yet',
};

function describeVerdict(finding: Finding): string {
  const live = finding.live.length === 0 ? '' : `; live on ${finding.live.join(', ')}`;
  const states = finding.states > 0 ? ` in ${finding.states} states` : '';
  const reason = finding.reason === '' ? '' : ` ${escapeMarkdown(finding.reason)}.`;
  return `${code(finding.rule)}: *${VERDICTS[finding.verdict]}${states}${live}.*${reason}`;
}

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.map(code).join(', ');

const code = (text: string): string => `\`${text.replaceAll('`', "'")}\``;

export const escapeMarkdown = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~-]/g, '\\$&');
