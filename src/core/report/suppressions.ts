/**
 * Suppressions in the source: a comment `walkrace: allow RULE: reason` on the line of the walk, on the line above it, or at the
 * head of its function. A comment without a reason allows nothing and is reported; so is one that meets no finding.
 */
import { factsOf } from '../index/extract.js';
import { findingId } from './id.js';
import { plainFinding } from './plain-finding.js';
import type { Finding, SuppressedFinding } from './report.js';

const NO_REASON = 'suppression/no-reason';
export const UNUSED = 'suppression/unused';

export interface Allowance {
  readonly rule: string;
  readonly reason: string;
  /** Of the words `walkrace: allow`. */
  readonly line: number;
  readonly column: number;
  /** Last line of the comment. */
  readonly endLine: number;
  /** Lines whose findings it allows, first and last. */
  readonly from: number;
  readonly to: number;
  /** The function it is at the head of, or in; empty where there is none. */
  readonly function: string;
}

export interface Suppressions {
  /** What is left, and what is wrong with the comments themselves. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
}

/** `files` are those that were looked at: a comment elsewhere can't be said to be unused. */
export function applySuppressions(
  findings: readonly Finding[],
  files: readonly string[],
  textOf: (file: string) => string | undefined,
): Suppressions {
  const left: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  const byFile = new Map(files.map((file) => [file, allowancesIn(textOf(file) ?? '')]));
  const used = new Set<Allowance>();
  for (const finding of findings) {
    const allowance = byFile.get(finding.file)?.find((each) => allows(each, finding));
    if (allowance !== undefined) used.add(allowance);
    if (allowance === undefined || allowance.reason === '') left.push(finding);
    else suppressed.push({ ...finding, justification: allowance.reason, allowedAt: allowance.line });
  }
  for (const [file, allowances] of byFile) {
    for (const allowance of allowances) {
      if (allowance.reason === '') left.push(faultOf(NO_REASON, file, allowance));
      else if (!used.has(allowance)) left.push(faultOf(UNUSED, file, allowance));
    }
  }
  return { findings: left, suppressed };
}

function allows({ rule, from, to }: Allowance, finding: Finding): boolean {
  return rule === finding.rule && from <= finding.line && finding.line <= to;
}

/** Comments and literals: what looks like one inside of the other is none. A comment that nobody ends goes to the end of the text. */
const TOKENS = /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;
const ALLOW = /walkrace:\s*allow\s+([\w-]+\/[\w-]+)\s*(?::([\s\S]*))?$/;

/** The suppressions of a file, in order. */
export function allowancesIn(text: string): readonly Allowance[] {
  if (!text.includes('walkrace:')) return [];
  const heads = headsOf(text);
  const found: Allowance[] = [];
  for (const { 0: token, index } of text.matchAll(TOKENS)) {
    if (!token.startsWith('/')) continue;
    const [whole, rule, reason = ''] = ALLOW.exec(token.replace(/\*\/$/, '').trimEnd()) ?? [];
    if (whole === undefined || rule === undefined) continue;
    const at = index + token.indexOf('walkrace:');
    const line = lineAt(text, at);
    const endLine = lineAt(text, index + token.length);
    const head = heads.find(({ from, to }) => from <= line && endLine <= to);
    found.push({
      rule,
      reason: onOneLine(reason),
      line,
      column: at - text.lastIndexOf('\n', at),
      endLine,
      ...(head ? { from: head.from, to: head.endLine } : { from: line, to: endLine + 1 }),
      function: (head ?? heads.find(({ from, endLine: end }) => from <= line && line <= end))?.name ?? '',
    });
  }
  return found;
}

/** The lines of a comment as one, without the stars that they begin with. */
const onOneLine = (reason: string): string =>
  reason
    .split('\n')
    .map((line) => line.trim().replace(/^\*\s*/, ''))
    .join(' ')
    .trim();

interface Head {
  readonly name: string;
  /** Lines from the comment above the function to its opening brace; the function ends at `endLine`. */
  readonly from: number;
  readonly to: number;
  readonly endLine: number;
}

/** The heads of functions: what stands over a declaration with no empty line between belongs to it. */
function headsOf(text: string): readonly Head[] {
  const lines = text.split('\n');
  return factsOf(text).functions.map(({ name, start, end, endLine }) => {
    const body = text.indexOf('{', start);
    const first = lineAt(text, start);
    let from = first;
    while (from > 1 && /\S/.test(lines[from - 2] ?? '') && !/^[}#]/.test(lines[from - 2] ?? '')) from -= 1;
    return { name, from, to: body < 0 || body > end ? first : lineAt(text, body), endLine };
  });
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}

/** What is wrong with a suppression, as a finding of its own. */
function faultOf(rule: typeof NO_REASON | typeof UNUSED, file: string, allowance: Allowance): Finding {
  const { line, column, function: name } = allowance;
  const what =
    rule === NO_REASON
      ? `gives no reason: it allows nothing until it says why, as in "walkrace: allow ${allowance.rule}: why"`
      : 'meets no finding of that rule: what it allowed is gone, or it stands in the wrong place';
  const endColumn = column + `walkrace: allow ${allowance.rule}`.length;
  return plainFinding(
    { file, line, column, endLine: line, endColumn },
    {
      id: findingId(rule, file, name, allowance.rule, allowance.reason),
      rule,
      function: name,
      message: `the suppression of ${allowance.rule} ${what}`,
      reason: '',
    },
  );
}
