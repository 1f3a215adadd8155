/**
 * Findings as the protocol's diagnostics. Pure. The range is the walk's own expression, the code links to the rule's page, and
 * the related information is the call chain from its root, with what is held at each hop.
 */
import { DiagnosticSeverity } from 'vscode-languageserver';
import type { Diagnostic, DiagnosticRelatedInformation } from 'vscode-languageserver';
import { gravityOf, isOn } from '../core/report/order.js';
import type { Finding, Severity } from '../core/report/report.js';
import type { Settings } from '../protocol/settings.js';

/** What the user wants to see: the settings, and without what a baseline lists. */
export interface Wanted extends Settings {
  /** Ids of findings that are known. */
  readonly known?: ReadonlySet<string>;
}

export interface DiagnosticContext {
  readonly settings: Wanted;
  /** URI of a file of the report. */
  readonly uriOf: (path: string) => string;
  /** URI of a rule's page. */
  readonly pageOf: (rule: string) => string;
  readonly relatedInformation: boolean;
  /** Of the tree, only the files beside this one were looked at. */
  readonly isAlone?: boolean;
}

/** What a client gives back with a code action: enough to replay. */
export interface DiagnosticData {
  readonly id: string;
  readonly function: string;
  readonly freer: string | null;
}

const SEVERITY: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

/** The severity that the user sees; undefined for a finding that the settings or the baseline hide. */
export function shownSeverity(finding: Finding, settings: Wanted): Severity | undefined {
  if (settings.known?.has(finding.id) === true) return undefined;
  const chosen = settings.ruleSeverity[finding.rule] ?? finding.severity;
  if (chosen === 'off') return undefined;
  if (settings.architectures.length > 0 && !isOn(finding, settings.architectures)) return undefined;
  return gravityOf(chosen) >= gravityOf(settings.minimumSeverity) ? chosen : undefined;
}

export function toDiagnostics(findings: readonly Finding[], context: DiagnosticContext): Diagnostic[] {
  return findings.flatMap((finding) => {
    const severity = shownSeverity(finding, context.settings);
    return severity === undefined ? [] : [toDiagnostic(finding, severity, context)];
  });
}

function toDiagnostic(finding: Finding, severity: Severity, context: DiagnosticContext): Diagnostic {
  const data: DiagnosticData = { id: finding.id, function: finding.function, freer: finding.freer };
  return {
    source: 'walkrace',
    code: finding.rule,
    codeDescription: { href: context.pageOf(finding.rule) },
    severity: SEVERITY[severity],
    range: {
      start: { line: finding.line - 1, character: finding.column - 1 },
      end: { line: finding.endLine - 1, character: finding.endColumn - 1 },
    },
    message: messageOf(finding, context.isAlone === true),
    data,
    ...(context.relatedInformation && finding.chain.length > 0
      ? { relatedInformation: relatedInformation(finding, context) }
      : {}),
  };
}

/** A message has to be short: the hover tells the rest (core/report/words.ts). */
const VERDICTS_IN_SHORT: Readonly<Record<Finding['verdict'], string>> = {
  confirmed: 'replay: confirmed',
  refuted: 'replay: refuted',
  unknown: 'replay: no verdict',
  'not-replayable': 'not replayable',
  'not-run': '',
};

/** Who calls from elsewhere in the tree may hold what is missing: a finding that was made without them says so. */
const ALONE = 'seen from its folder alone';

function messageOf(finding: Finding, isAlone: boolean): string {
  const verdict = VERDICTS_IN_SHORT[finding.verdict];
  const seen = isAlone && finding.freer !== null ? ALONE : '';
  const because = [verdict, finding.reason, seen].filter((part) => part !== '').join('; ');
  return because === '' ? finding.message : `${finding.message} (${because})`;
}

/** The call chain with what is held at each hop, the root first; then where the freer frees, and a walk that does it right. */
function relatedInformation(finding: Finding, context: DiagnosticContext): DiagnosticRelatedInformation[] {
  const hops = finding.chain.map((hop) => ({
    ...hop,
    message: `${hop.function}() holds ${hop.held.length === 0 ? 'nothing' : hop.held.join(', ')}`,
  }));
  return [...hops, ...(finding.related ?? [])].map(({ file, line, message }) => {
    const at = { line: Math.max(0, line - 1), character: 0 };
    return { location: { uri: context.uriOf(file), range: { start: at, end: at } }, message };
  });
}
