/** `walkrace replay FILE:FUNCTION --matrix`: which protection helps against which freer. */
import { toJson } from '../../core/report/json.js';
import { matrixText } from '../../core/report/matrix-text.js';
import { matrixOf } from '../../core/replay/what-ifs.js';
import type { Session, WalkName } from '../../core/session.js';
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
  if (format !== 'text' && format !== 'json')
    throw new UsageError(`--matrix is written as text or json, not ${format}`);
  const freers = session.freers(walk).flatMap(({ freer, applies }) => (applies ? [freer] : []));
  let done = 0;
  const cells = matrixOf(freers, (freer, protections) => {
    terminal.progress(`${(done += 1)}: ${freer} with ${protections.join(', ') || 'nothing'}`);
    return session.replay({ ...walk, freer, with: protections });
  });
  terminal.progress('');
  terminal.out(
    format === 'json'
      ? toJson({ version: 1, tool: TOOL, walker: walk, cells })
      : matrixText(cells, terminal.colors),
  );
  const isRace = cells.some(
    ({ protections, verdict }) => protections.length === 0 && verdict === 'confirmed',
  );
  return isRace ? STATUS.found : STATUS.clean;
}
