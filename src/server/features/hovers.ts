/**
 * What is known of a walk, where the mouse rests on the walk's expression or on the head of its function; and of a lock call or a
 * primitive, wherever it stands.
 */
import type { Hover, Position } from 'vscode-languageserver';
import { MarkupKind } from 'vscode-languageserver';
import type { ChainHop, Finding, WalkerReport } from '../../core/report/report.js';
import { reachText, verdictText } from '../../core/report/words.js';
import type { Check } from '../open-documents.js';
import { describeName } from './known-names.js';
import { freersOf, levelsIn } from './levels.js';
import { code, escapeMarkdown, list } from './markdown.js';
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
  const name = describeName(lineOf(check, position.line), position.character);
  if (walker === undefined && here.length === 0) return markdown(name);
  // The editor shows the message of what is underlined here by itself.
  const findings =
    here.length > 0
      ? here.map(describeVerdict)
      : (walker?.findings ?? []).map(
          (finding) => `${escapeMarkdown(finding.message)}\n\n${describeVerdict(finding)}`,
        );
  const walk = walker === undefined ? [] : describeWalker(walker, check.text.getText().split('\n'));
  return markdown([...walk, ...findings, ...name]);
}

const markdown = (paragraphs: readonly string[]): Hover | null =>
  paragraphs.length === 0
    ? null
    : { contents: { kind: MarkupKind.Markdown, value: paragraphs.join('\n\n') } };

const lineOf = ({ text }: Check, line: number): string =>
  text.getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } });

function covers(finding: Finding, { line, character }: Position): boolean {
  const after = line > finding.line - 1 || (line === finding.line - 1 && character >= finding.column - 1);
  const before =
    line < finding.endLine - 1 || (line === finding.endLine - 1 && character <= finding.endColumn - 1);
  return after && before;
}

function describeWalker(
  { walker, held, line, endLine }: WalkerInText,
  lines: readonly string[],
): readonly string[] {
  const ranges = walker.ranges.length === 0 ? 'unknown range' : walker.ranges.join(', ');
  const what = walker.tables === 'pfn' ? 'goes over page frames' : `walks ${walker.tables} page tables`;
  const more = walker.roots.length - MOST_ROOTS;
  const roots = walker.roots
    .slice(0, MOST_ROOTS)
    .map(({ chain }) => `- ${chain.map(describeHop).join(' → ')}`);
  return [
    `**${code(`${walker.function}()`)}** ${what} (${ranges}); held on every path: ${list(held)}.`,
    ...describeTables(walker, lines.slice(line, endLine + 1)),
    ...(roots.length === 0 ? [] : [[...roots, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n')]),
  ];
}

/** The levels that the function's own text names, and who frees such tables in those ranges. */
function describeTables({ tables, ranges }: WalkerReport, lines: readonly string[]): readonly string[] {
  const { levels, leaves } = levelsIn(lines);
  const freers = freersOf(tables, ranges);
  return [
    ...(levels.length === 0
      ? []
      : [
          `Levels in its own text: ${levels.map(code).join(' → ')}${leaves.length === 0 ? '; it asks for a leaf at none' : `; it asks for a leaf at ${list(leaves)}`}.`,
        ]),
    ...(freers.length === 0 ? [] : [`What may free there: ${list(freers)}.`]),
  ];
}

const describeHop = (hop: ChainHop): string =>
  hop.held.length === 0 ? code(`${hop.function}()`) : `${code(`${hop.function}()`)} [${list(hop.held)}]`;

function describeVerdict(finding: Finding): string {
  const why = [verdictText(finding), reachText(finding)].filter((part) => part !== '').join('; ');
  const reason = finding.reason === '' ? '' : ` ${escapeMarkdown(finding.reason)}.`;
  return `${code(finding.rule)}: *${why}.*${reason}`;
}
