/** Which function answers which request beyond the protocol (src/protocol). */
import type { CancellationToken } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import * as names from '../protocol/requests.js';
import { REVIEW } from '../protocol/review.js';
import { exportReplay } from './exports.js';
import type { Findings } from './findings.js';
import * as requests from './requests.js';
import { review } from './reviews.js';
import { scan, type ScanPorts } from './scans.js';

export type AnswerPorts = ScanPorts & Pick<Findings, 'overview' | 'information'>;

type Answer = (ports: AnswerPorts, params: unknown, token: CancellationToken) => unknown;

const ANSWERS: readonly (readonly [method: string, answer: Answer])[] = [
  [names.WALKERS, requests.walkers],
  [names.FREERS, requests.freers],
  [names.WHAT_IFS, requests.whatIfs],
  [names.REPLAY, requests.replay],
  [names.MATRIX, requests.matrix],
  [names.EXPORT, exportReplay],
  [names.SCAN, scan],
  [REVIEW, review],
  [names.OVERVIEW, ({ overview }) => overview()],
  [names.INFORMATION, ({ information }) => information()],
];

export function answerRequests(ports: AnswerPorts): void {
  const { connection } = ports;
  for (const [method, answer] of ANSWERS)
    connection.onRequest(method, (params: unknown, token: CancellationToken) => answer(ports, params, token));
  connection.onRequest(
    (method: string) => new ResponseError(LSPErrorCodes.RequestFailed, `walkrace does not answer ${method}`),
  );
}
