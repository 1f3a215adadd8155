/** `walkrace replay FILE.race`: a saved race, run again. */
import { resolve } from 'node:path';
import { replayRaceFile, type RaceFileReplay } from '../../core/replay/race-file.js';
import { violationClass } from '../../core/machine/scenario.js';
import { toJson } from '../../core/report/json.js';
import { raceFileReport, raceFileText } from '../../core/report/race-file-report.js';
import { rootedFiles } from '../../host/files.js';
import { findRoot } from '../../host/root.js';
import { SILENT_LOG } from '../../core/ports.js';
import { sourceLines } from '../../core/replay/replay.js';
import type { bounds } from '../options.js';
import type { Ports } from '../ports.js';
import { readText } from '../read-text.js';
import { STATUS, UsageError, type Status } from '../status.js';
import { TOOL } from '../version.js';
import { outcomeWritten, type ReplayFormat } from '../write-replay.js';

export interface RaceFileOptions {
  readonly format: ReplayFormat;
  readonly root?: string;
  readonly bound?: ReturnType<typeof bounds>;
}

/** A race, or a trace that can't be followed any more, is 1; a file that can't be read is 2. */
export function replaySavedFile(
  name: string,
  options: RaceFileOptions,
  { terminal, directory }: Ports,
): Status {
  const path = resolve(directory, name);
  const root = options.root === undefined ? findRoot(path) : resolve(directory, options.root);
  const files = root === undefined ? undefined : rootedFiles(root, SILENT_LOG);
  const outcome = replayRaceFile(readText(path, name), {
    ...(options.bound ? { bounds: options.bound } : {}),
    ...(files ? { sourceLine: sourceLines((file) => files.read(file)) } : {}),
  });
  if (!outcome.ok) {
    throw new UsageError(
      outcome.errors.map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`).join('\n'),
    );
  }
  terminal.out(written(outcome.replayed, name, options.format, terminal));
  const { exploration, saved, unexpected } = outcome.replayed;
  const isRace = exploration.violations.some(({ kind }) => violationClass(kind) !== 'info');
  const differs = unexpected.length > 0 || saved.some(({ replay }) => replay.outcome === 'differs');
  return isRace || differs ? STATUS.found : STATUS.clean;
}

function written(
  replayed: RaceFileReplay,
  name: string,
  format: ReplayFormat,
  terminal: Ports['terminal'],
): string {
  switch (format) {
    case 'text':
      return raceFileText(replayed, { width: terminal.width, color: terminal.isColored });
    case 'json':
      return toJson(raceFileReport(TOOL, name, replayed));
    case 'html':
      throw new UsageError(
        'a page is written of a walk, FILE:FUNCTION, and not of a saved race; --format text, json, svg or mermaid show it',
      );
    default:
      return outcomeWritten({ kind: 'explored', fragment: name, ...replayed }, format);
  }
}
