/** Answers to the requests beyond the protocol (src/protocol/requests.ts). What a client sends is validated before anything is done with it. */
import * as v from 'valibot';
import type { CancellationToken } from 'vscode-languageserver';
import { ErrorCodes, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { FREER_IDS } from '../core/kernel/types.js';
import type { FreerId } from '../core/kernel/types.js';
import * as requests from '../protocol/requests.js';
import type { Settings } from '../protocol/settings.js';
import type { Checks } from './checks.js';
import type { ReplayRequest } from './engine.js';
import { walkersOf } from './features/walkers.js';
import type { Jobs } from './jobs/jobs.js';
import type { Job, JobAnswer } from './jobs/messages.js';
import type { Location } from './roots.js';
import type { ReviewSides, Side } from './review-sides.js';
import { uriOf } from './roots.js';
import { holding } from './span.js';

export interface RequestPorts {
  readonly checks: Checks;
  /** The worker for what somebody waits for. */
  readonly jobs: Jobs;
  readonly locate: (uri: string) => Location;
  /** The sides of the last reviews. */
  readonly sides: ReviewSides;
  readonly settings: () => Settings;
  /** The text of a `.race` file; undefined for any other document. */
  readonly raceText: (uri: string) => string | undefined;
  /** Tells that a replay runs, and when it has ended. */
  readonly busy: (what: string) => () => void;
}

/** The validated value, or the protocol's own error with what is wrong in words. */
export function validated<T>(schema: v.GenericSchema<unknown, T>, value: unknown): T {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new ResponseError(ErrorCodes.InvalidParams, `${v.getDotPath(issue) ?? 'params'}: ${issue.message}`);
}

export function knownFreer(name: string): FreerId {
  const known = FREER_IDS.find((id) => id === name);
  if (known === undefined) {
    throw new ResponseError(
      ErrorCodes.InvalidParams,
      `freer: there is no ${name}; there are ${FREER_IDS.join(', ')}`,
    );
  }
  return known;
}

export async function walkers(ports: RequestPorts, given: unknown): Promise<requests.WalkersAnswer> {
  const params = validated(requests.walkersParams, given);
  if (!ports.checks.isOpen(params.document)) {
    throw new ResponseError(LSPErrorCodes.RequestFailed, `${params.document} is not open`);
  }
  const check = await ports.checks.now(params.document);
  if (check === undefined)
    throw new ResponseError(
      LSPErrorCodes.ContentModified,
      'the text was changed meanwhile, or could not be checked',
    );
  const found = walkersOf(check).map(({ walker, line, endLine }) => ({
    function: walker.function,
    line,
    endLine,
    tables: walker.tables,
    roots: walker.roots.length,
  }));
  const at = params.line === undefined ? undefined : holding(found, params.line);
  return { walkers: found, at: at?.function ?? null };
}

export function freers(
  ports: RequestPorts,
  given: unknown,
  token: CancellationToken,
): Promise<readonly requests.FreerAnswer[]> {
  const params = validated(requests.freersParams, given);
  return ofWalk(ports, 'freers', params, token);
}

export function whatIfs(
  ports: RequestPorts,
  given: unknown,
  token: CancellationToken,
): Promise<requests.WhatIfsAnswer> {
  return ofWalk(ports, 'whatIfs', validated(requests.whatIfsParams, given), token);
}

export function matrix(
  ports: RequestPorts,
  given: unknown,
  token: CancellationToken,
): Promise<requests.MatrixAnswer> {
  return ofWalk(ports, 'matrix', validated(requests.matrixParams, given), token);
}

export async function replay(
  ports: RequestPorts,
  given: unknown,
  token: CancellationToken,
): Promise<requests.ReplayAnswer> {
  const params = validated(requests.replayParams, given);
  const race = ports.raceText(params.document);
  if (race !== undefined) return replayRace(ports, params.document, race, token);
  const where = sideOf(ports, params.document);
  const { maxStates, maxSeconds } = ports.settings().replay;
  const request: ReplayRequest = {
    file: where.path,
    function: params.function,
    ...(params.freer === undefined ? {} : { freer: knownFreer(params.freer) }),
    with: params.protections,
    bounds: { maxStates, maxMs: maxSeconds * 1_000 },
  };
  const { report, whatIfs: toTry } = await inWorker(
    ports,
    { kind: 'replay', request },
    where,
    `${params.function}()`,
    token,
  );
  return {
    key: {
      document: params.document,
      function: params.function,
      freer: report.freer,
      protections: report.protections,
    },
    report,
    whatIfs: toTry,
    root: where.uri,
  };
}

/** A `.race` file is replayed as its text is now; what it walks and what frees is in it. */
async function replayRace(
  ports: RequestPorts,
  document: string,
  text: string,
  token: CancellationToken,
): Promise<requests.ReplayAnswer> {
  const where = sideOf(ports, document);
  const { path } = where;
  const { maxStates, maxSeconds } = ports.settings().replay;
  const request = { path, text, bounds: { maxStates, maxMs: maxSeconds * 1_000 } };
  const report = await inWorker(ports, { kind: 'raceFile', request }, where, path, token);
  return {
    key: { document, function: report.walker.function, freer: report.freer, protections: [] },
    report,
    whatIfs: [],
    root: where.uri,
  };
}

function ofWalk<K extends 'freers' | 'whatIfs' | 'matrix'>(
  ports: RequestPorts,
  kind: K,
  { document, function: name }: { readonly document: string; readonly function: string },
  token: CancellationToken,
): Promise<JobAnswer[K]> {
  const where = sideOf(ports, document);
  const job = { kind, walk: { file: where.path, function: name } } as Extract<Job, { kind: K }>;
  return inWorker<K>(ports, job, where, `${name}()`, token);
}

/** Where a document is, with the texts that stand for the files there: those of the editor, or of one side of a review. */
export function sideOf(ports: Pick<RequestPorts, 'checks' | 'locate' | 'sides'>, document: string): Side {
  const side = ports.sides.find(document);
  if (side !== undefined) return side;
  const { root, path } = ports.locate(document);
  return { ...treeOf(ports, root), path };
}

/** A tree as the editor has it. */
export const treeOf = ({ checks }: Pick<RequestPorts, 'checks'>, root: string): Omit<Side, 'path'> => ({
  root,
  texts: checks.texts(root),
  uri: root === '' ? '' : uriOf(root, ''),
});

/** Runs a job that a user waits for: before those that run by themselves, and ended by the client's cancellation. */
export async function inWorker<K extends Job['kind']>(
  ports: RequestPorts,
  job: Extract<Job, { kind: K }>,
  { root, texts }: Omit<Side, 'path' | 'uri'>,
  what: string,
  token: CancellationToken,
  onProgress?: (done: number, total: number) => void,
): Promise<JobAnswer[K]> {
  ports.checks.giveWay();
  const done = ports.busy(what);
  try {
    const answer = await ports.jobs.run<K>(job, {
      root,
      texts,
      onCancel: (cancel) => void token.onCancellationRequested(cancel),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    if (token.isCancellationRequested) throw new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
    return answer;
  } finally {
    done();
  }
}
