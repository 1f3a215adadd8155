/** `walkrace replay FILE:FUNCTION --matrix`: which protection helps against which freer, and the least that helps against all. */
import type { FreerId } from '../../core/kernel/types.js';
import { toJson } from '../../core/report/json.js';
import { matrixText } from '../../core/report/matrix-text.js';
import { matrixOf, smallestFixOf } from '../../core/replay/what-ifs.js';
import type { ReplayReport } from '../../core/report/report.js';
import type { Session, WalkName } from '../../core/session.js';
import { matrixPage } from '../../webview/matrix-page.js';
import { STATUS, UsageError, type Status } from '../status.js';
import type { Terminal } from '../terminal.js';
import { TOOL } from '../version.js';
import type { ReplayFormat } from '../write-replay.js';

/** A race of the walk as it stands is 1, whatever would help. */
export function replayMatrix(
  session: Session,
  walk: WalkName,
  format: ReplayFormat,
  terminal: Terminal,
): Status {
  if (format !== 'text' && format !== 'json' && format !== 'html')
    throw new UsageError(`--matrix is written as text, json or html, not ${format}`);
  const freers = session.freers(walk).flatMap(({ freer, applies }) => (applies ? [freer] : []));
  let done = 0;
  const replay = (freer: FreerId, protections: readonly string[]): ReplayReport => {
    terminal.progress(`${(done += 1)}: ${freer} with ${protections.join(', ') || 'nothing'}`);
    return session.replay({ ...walk, freer, with: protections });
  };
  const cells = matrixOf(freers, replay);
  const smallestFix = smallestFixOf(cells, replay);
  terminal.progress('');
  switch (format) {
    case 'text':
      terminal.out(matrixText(cells, smallestFix, terminal.colors));
      break;
    case 'json':
      terminal.out(toJson({ version: 1, tool: TOOL, walker: walk, cells, smallestFix }));
      break;
    case 'html':
      terminal.out(matrixPage(`${walk.file}:${walk.function}`, cells, smallestFix));
      break;
  }
  const isRace = cells.some(
    ({ protections, verdict }) => protections.length === 0 && verdict === 'confirmed',
  );
  return isRace ? STATUS.found : STATUS.clean;
}
