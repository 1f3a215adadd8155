/**
 * Findings as SARIF 2.1.0 (OASIS): a race is a code flow with one thread flow per CPU, a chain of calls a stack. What was
 * looked at is in the run's properties, so that a silent log can be told from one that saw nothing.
 */
import type {
  CodeFlow,
  Invocation,
  Location,
  Log,
  ReportingDescriptor,
  Result,
  Run,
  Stack,
  ThreadFlow,
} from 'sarif';
import type { Trace, TraceStep } from '../trace/trace.js';
import { inOrder } from './order.js';
import type { Finding, ScanReport, Severity } from './report.js';
import { givenUpText, heldText, reachText, verdictText } from './words.js';

/** A rule's page, docs/rules/RULE.md. */
export interface RulePage {
  readonly id: string;
  readonly title: string;
  readonly markdown: string;
}

export interface SarifOptions {
  readonly version: string;
  /** `file:` URI of the root, ending with `/`. */
  readonly rootUri: string;
  readonly rules: readonly RulePage[];
  /** The replay of a confirmed finding. */
  readonly traceOf: (finding: Finding) => Trace | undefined;
  /** With a baseline: which findings it lists. They are given as unchanged, all others as new. */
  readonly isKnown?: (finding: Finding) => boolean;
  /** The state of a finding, where more is known of it than that. */
  readonly stateOf?: (finding: Finding) => Result.baselineState;
}

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';
const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  Result.level
>;
/** Under which the id of a finding is stored: it survives moved lines. */
const FINGERPRINT = 'walkraceFinding/v1';
const ROOT = 'ROOT';

/** What a log is made of. */
export type SarifInput = Pick<ScanReport, 'findings' | 'suppressed' | 'givenUp'> & {
  /** Of the run, for those who know this tool. */
  readonly properties: Run['properties'];
};

export function scanSarif(report: ScanReport, options: SarifOptions): Log {
  const { stats: coverage, walkers, judgedAs } = report;
  const properties = { coverage, walkers, ...(judgedAs === undefined ? {} : { judgedAs }) };
  return sarifOf({ ...report, properties }, options);
}

export function sarifOf(report: SarifInput, options: SarifOptions): Log {
  const findings = inOrder(report.findings);
  const suppressed = report.suppressed ?? [];
  const ids = [...new Set([...findings, ...suppressed].map(({ rule }) => rule))].sort();
  const run: Run = {
    tool: {
      driver: {
        name: 'Walkrace',
        version: options.version,
        ...(/^\d+\.\d+\.\d+/.test(options.version) ? { semanticVersion: options.version } : {}),
        rules: ids.map((id) => descriptorOf(id, options.rules)),
      },
    },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { [ROOT]: { uri: options.rootUri } },
    invocations: [invocationOf(report)],
    results: [
      ...findings.map((finding) => resultOf(finding, ids, options)),
      ...suppressed.map((finding) => ({
        ...resultOf(finding, ids, options),
        suppressions: [{ kind: 'inSource' as const, justification: finding.justification }],
      })),
    ],
    ...(report.properties === undefined ? {} : { properties: report.properties }),
  };
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] };
}

/** A file that met a limit is an error of the tool: the results are not all that there may be. */
function invocationOf({ givenUp = [] }: SarifInput): Invocation {
  const notifications = givenUp.map((each) => ({
    level: 'error' as const,
    message: { text: givenUpText(each) },
    locations: [{ physicalLocation: { artifactLocation: artifact(each.file) } }],
  }));
  return {
    executionSuccessful: true,
    ...(notifications.length > 0 ? { toolExecutionNotifications: notifications } : {}),
  };
}

function descriptorOf(id: string, pages: readonly RulePage[]): ReportingDescriptor {
  const page = pages.find((each) => each.id === id);
  if (page === undefined) return { id };
  return {
    id,
    shortDescription: { text: page.title },
    help: { text: page.markdown, markdown: page.markdown },
  };
}

function resultOf(finding: Finding, rules: readonly string[], options: SarifOptions): Result {
  const { id, rule, severity, message, chain } = finding;
  const trace = finding.verdict === 'confirmed' ? options.traceOf(finding) : undefined;
  const { isKnown, stateOf } = options;
  const known = isKnown && (isKnown(finding) ? ('unchanged' as const) : ('new' as const));
  const baselineState = stateOf ? stateOf(finding) : known;
  const state = baselineState && { baselineState };
  const why = [verdictText(finding), reachText(finding), finding.reason]
    .filter((part) => part !== '')
    .join('; ');
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[severity],
    kind: 'fail',
    message: { text: finding.freer === null ? message : `${message} (${why})` },
    locations: [locationOf(finding)],
    partialFingerprints: { [FINGERPRINT]: id },
    ...(finding.related === undefined
      ? {}
      : { relatedLocations: finding.related.map((place) => placed(place.file, place.line, place.message)) }),
    ...(chain.length === 0 ? {} : { stacks: [stackOf(finding)] }),
    ...(trace === undefined || trace.steps.length === 0 ? {} : { codeFlows: [codeFlowOf(trace)] }),
    ...state,
    properties: {
      freer: finding.freer,
      live: finding.live,
      latent: finding.latent,
      held: finding.held,
      missing: finding.missing,
      verdict: finding.verdict,
      consequence: finding.consequence,
      states: finding.states,
    },
  };
}

function locationOf(finding: Finding): Location {
  const { file, line, column, endLine, endColumn, function: name } = finding;
  return {
    physicalLocation: {
      artifactLocation: artifact(file),
      region: { startLine: line, startColumn: column, endLine, endColumn },
    },
    ...(name === '' ? {} : { logicalLocations: [{ name, kind: 'function' }] }),
  };
}

/** Innermost frame first, as SARIF wants it. */
function stackOf({ chain }: Finding): Stack {
  return {
    message: { text: 'how the walk is reached, and what is held at each call' },
    frames: [...chain].reverse().map((hop) => ({
      location: placed(hop.file, hop.line, `${hop.function}() ${heldText(hop.held)}`),
      module: 'vmlinux',
    })),
  };
}

/** One thread flow per lane; the execution order tells how they interleave. */
function codeFlowOf(trace: Trace): CodeFlow {
  const lanes = [...new Set(trace.steps.map(({ t }) => t))];
  return { message: { text: trace.headline }, threadFlows: lanes.map((lane) => threadFlowOf(lane, trace)) };
}

function threadFlowOf(lane: string, { threads, steps }: Trace): ThreadFlow {
  const thread = threads.find(({ name }) => name === lane);
  return {
    id: lane,
    message: { text: thread === undefined ? lane : `CPU ${thread.cpu}: ${thread.title}` },
    locations: steps.flatMap((step, at) => {
      if (step.t !== lane) return [];
      return [
        {
          location: stepLocation(step),
          executionOrder: at + 1,
          importance:
            step.mark !== undefined || step.violation !== undefined
              ? ('essential' as const)
              : ('important' as const),
          state: stateOf(step),
        },
      ];
    }),
  };
}

function stepLocation(step: TraceStep): Location {
  const [, file, line] = /^(.*):([0-9]+)$/.exec(step.at ?? '') ?? [];
  const text = step.violation === undefined ? step.text : `${step.text} (${step.violation})`;
  return file === undefined ? { message: { text } } : placed(file, Number(line), text);
}

/** What the lane holds, and the cells that the step changes. */
function stateOf({ held, d }: TraceStep): Record<string, { text: string }> {
  const cells = Object.entries(d).map(([cell, value]): [string, { text: string }] => [cell, { text: value }]);
  return Object.fromEntries([['held', { text: held.length === 0 ? 'nothing' : held.join(', ') }], ...cells]);
}

function placed(file: string, line: number, text: string): Location {
  return {
    physicalLocation: { artifactLocation: artifact(file), region: { startLine: line } },
    message: { text },
  };
}

function artifact(file: string): { uri: string; uriBaseId: string } {
  return { uri: file.split('/').map(encodeURIComponent).join('/'), uriBaseId: ROOT };
}
