/** Asks the worker for the fixes of the diagnostics under the cursor, once for each text of a document. */
import type { CancellationToken, CodeAction, Diagnostic } from 'vscode-languageserver';
import { messageOf } from '../core/message-of.js';
import type { Checks } from './checks.js';
import { dataOf } from './features/actions.js';
import { fixActions, type FixContext, type PlacedFix } from './features/fixes.js';
import type { Jobs } from './jobs/jobs.js';
import { uriOf } from './roots.js';

export interface FixPorts {
  readonly checks: Checks;
  readonly jobs: Jobs;
  readonly edits: () => Pick<FixContext, 'versioned' | 'annotated'>;
  readonly warn: (message: string) => void;
}

export type AskForFixes = (
  uri: string,
  diagnostics: readonly Diagnostic[],
  token: CancellationToken,
) => Promise<readonly CodeAction[]>;

export function createFixes({ checks, jobs, edits, warn }: FixPorts): AskForFixes {
  /** The fixes of the last text that was asked about, by finding. */
  let known: { readonly of: object; readonly fixes: Map<string, readonly PlacedFix[]> } | undefined;

  return async (uri, diagnostics, token) => {
    const ours = diagnostics.flatMap((diagnostic) => {
      const data = dataOf(diagnostic);
      return data ? [{ diagnostic, id: data.id }] : [];
    });
    const check = ours.length > 0 ? await checks.now(uri) : undefined;
    if (check === undefined || token.isCancellationRequested) return [];
    const { root, path } = check.location;
    const versions = new Map(checks.latest().map((each) => [each.uri, each.version]));
    if (known?.of !== check.text) known = { of: check.text, fixes: new Map() };
    const { fixes } = known;
    const actions: CodeAction[] = [];
    for (const { diagnostic, id } of ours) {
      try {
        const own =
          fixes.get(id) ??
          (await jobs.run<'fixes'>({ kind: 'fixes', path, id }, { root, texts: checks.texts(root) }));
        fixes.set(id, own);
        actions.push(
          ...fixActions(own, diagnostic, {
            uriOf: (file) => (file === path ? uri : uriOf(root, file)),
            versionOf: (of) => (of === uri ? check.version : (versions.get(of) ?? null)),
            ...edits(),
          }),
        );
      } catch (error) {
        warn(`no fix was made: ${messageOf(error)}`);
      }
    }
    return actions;
  };
}
