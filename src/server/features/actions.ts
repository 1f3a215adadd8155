/** What can be done about a finding, offered where its squiggle is: replay it, read of its rule, suppress it with a reason. */
import * as v from 'valibot';
import type { CodeAction, Diagnostic } from 'vscode-languageserver';
import { CodeActionKind } from 'vscode-languageserver';
import { COMMANDS } from '../../protocol/commands.js';
import type { ReplayTarget, SuppressTarget } from '../../protocol/commands.js';
import type { DiagnosticData } from '../diagnostics.js';

const diagnosticData = v.object({ id: v.string(), function: v.string(), freer: v.nullable(v.string()) });

/** `commands`: those that the client runs; an action whose command it does not know is not offered. */
export function actionsOf(
  document: string,
  diagnostics: readonly Diagnostic[],
  commands: ReadonlySet<string>,
): CodeAction[] {
  return diagnostics.flatMap((diagnostic) => {
    const data = dataOf(diagnostic);
    if (data === undefined || typeof diagnostic.code !== 'string') return [];
    return actionsFor(document, diagnostic, diagnostic.code, data).filter(
      ({ command }) => command !== undefined && commands.has(command.command),
    );
  });
}

/** What a diagnostic of ours carries; undefined for a diagnostic of another source. */
export function dataOf(diagnostic: Diagnostic): DiagnosticData | undefined {
  const data = v.safeParse(diagnosticData, diagnostic.data);
  return diagnostic.source === 'walkrace' && data.success ? data.output : undefined;
}

function actionsFor(
  document: string,
  diagnostic: Diagnostic,
  rule: string,
  data: DiagnosticData,
): readonly CodeAction[] {
  const target: ReplayTarget = {
    document,
    function: data.function,
    ...(data.freer === null ? {} : { freer: data.freer }),
  };
  const suppress: SuppressTarget = { document, line: diagnostic.range.start.line, rule };
  const action = (title: string, command: string, argument: unknown): CodeAction => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    command: { title, command, arguments: [argument] },
  });
  return [
    ...(data.freer === null
      ? []
      : [
          action(`Replay the race of ${data.function}() with ${data.freer}`, COMMANDS.replayRace, target),
          action(
            `Write the trace of ${data.function}() with ${data.freer} and open it`,
            COMMANDS.openTrace,
            target,
          ),
        ]),
    action(`Explain ${rule}`, COMMANDS.explainRule, rule),
    action(`Suppress ${rule} here, with a reason…`, COMMANDS.suppress, suppress),
  ];
}
