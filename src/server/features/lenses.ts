/** `Replay race: memory-hot-remove | holds: nothing | 3 roots` over each walker; `command` is the one that replays in this client. */
import type { CodeLens } from 'vscode-languageserver';
import type { ReplayTarget } from '../../protocol/commands.js';
import type { Finding } from '../../core/report/report.js';
import type { Check } from '../open-documents.js';
import type { WalkerInText } from './walkers.js';
import { walkersOf } from './walkers.js';

export function lensesOf(check: Check, command: string, shown: (finding: Finding) => boolean): CodeLens[] {
  return walkersOf(check).map((walker) => {
    const [finding] = walker.findings.filter(shown);
    const target: ReplayTarget = {
      document: check.uri,
      function: walker.walker.function,
      ...(finding?.freer == null ? {} : { freer: finding.freer }),
    };
    return {
      range: { start: { line: walker.line, character: 0 }, end: { line: walker.line, character: 0 } },
      command: { title: titleOf(walker, finding), command, arguments: [target] },
    };
  });
}

function titleOf({ walker, held }: WalkerInText, finding: Finding | undefined): string {
  const roots = walker.roots.length;
  return [
    finding?.freer == null ? 'Replay' : `Replay race: ${finding.freer}`,
    `holds: ${held.length === 0 ? 'nothing' : held.join(', ')}`,
    ...(roots === 0 ? [] : [roots === 1 ? '1 root' : `${roots} roots`]),
  ].join(' | ');
}
