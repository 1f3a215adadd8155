/** `walkrace/export`: a replay as a file. JSON and the standalone page are made here, the models and the `.race` text by the core. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CancellationToken } from 'vscode-languageserver';
import type { ReplayReport } from '../core/report/report.js';
import { exportParams } from '../protocol/requests.js';
import type { ExportAnswer, ExportFormat } from '../protocol/requests.js';
import { standaloneHtml } from '../webview/standalone.js';
import { replay, validated } from './requests.js';
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
  pageDirectory: string,
  given: unknown,
  token: CancellationToken,
): Promise<ExportAnswer> {
  const { format, ...key } = validated(exportParams, given);
  const { report } = await replay(ports, key, token);
  const fileName = `${report.walker.function}-${report.freer}.${SUFFIX[format]}`;
  return { fileName, text: textOf(ports, report, format, pageDirectory, key.document) };
}

function textOf(
  ports: RequestPorts,
  report: ReplayReport,
  format: ExportFormat,
  pageDirectory: string,
  document: string,
): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'html') return standalonePage(report, pageDirectory);
  const { root, path } = ports.locate(document);
  return ports
    .engineOf(root)
    .exportReplay(
      { file: path, function: report.walker.function, freer: report.freer, with: report.protections },
      format,
    );
}

/** `directory`: where the bundle of the page is (dist/webview). */
export function standalonePage(report: ReplayReport, directory: string): string {
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return standaloneHtml(report, read('trace.js'), read('trace.css'));
}
