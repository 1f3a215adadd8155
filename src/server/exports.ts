/** `walkrace/export`: a replay as a file. What is made of its report is made here, the models and the `.race` text by the worker. */
import type { CancellationToken } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { ReplayReport } from '../core/report/report.js';
import { exportLitmus } from '../core/trace/exports/litmus.js';
import { readPage } from '../host/assets.js';
import { exportParams } from '../protocol/requests.js';
import type { ExportAnswer, ExportFormat } from '../protocol/requests.js';
import { standaloneHtml } from '../webview/standalone.js';
import { inWorker, knownFreer, replay, sideOf, validated } from './requests.js';
import type { RequestPorts } from './requests.js';

const SUFFIX: Readonly<Record<ExportFormat, string>> = {
  race: 'race',
  json: 'json',
  html: 'html',
  promela: 'pml',
  c: 'c',
  litmus: 'litmus',
};

export async function exportReplay(
  ports: RequestPorts,
  given: unknown,
  token: CancellationToken,
): Promise<ExportAnswer> {
  const { format, ...key } = validated(exportParams, given);
  const { report } = await replay(ports, key, token);
  const race = ports.raceText(key.document);
  const fileName = `${baseName(report)}.${SUFFIX[format]}`;
  if (format === 'json') return { fileName, text: `${JSON.stringify(report, null, 2)}\n` };
  if (format === 'html') return { fileName, text: standaloneHtml(report, readPage()) };
  if (format === 'litmus') return { fileName, text: litmusOf(report) };
  if (race !== undefined) {
    if (format === 'race') return { fileName, text: race };
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      `a saved race as ${format} is written by: walkrace replay FILE.race --format ${format}`,
    );
  }
  const { file, function: name } = report.walker;
  const request = { file, function: name, freer: knownFreer(report.freer), with: report.protections };
  return {
    fileName,
    text: await inWorker(
      ports,
      { kind: 'export', request, format },
      sideOf(ports, key.document),
      `${name}()`,
      token,
    ),
  };
}

function litmusOf({ scene, trace }: ReplayReport): string {
  const text = scene === null ? undefined : exportLitmus({ ...scene, steps: trace });
  if (text === undefined)
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      'a litmus test is made of a race in which one lane reads an entry and another clears it or frees its table: there is none here',
    );
  return text;
}

/** `ptdump_walk_pgd-memory-hot-remove`. The names in a `.race` file are anybody's: none of them may lead out of a folder. */
export const baseName = ({ walker, freer }: ReplayReport): string =>
  `${walker.function}-${freer}`.replace(/[^\w-]+/g, '_').slice(0, 100);
