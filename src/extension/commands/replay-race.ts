/** Replay Race: the walker under the cursor (or picked), the freer of the finding (or picked), then the trace beside the source. */
import type { TextEditor } from 'vscode';
import { l10n, window } from 'vscode';
import * as v from 'valibot';
import { replayTarget } from '../../protocol/commands.js';
import type { ReplayTarget } from '../../protocol/commands.js';
import { FREERS, WALKERS } from '../../protocol/requests.js';
import type { FreerAnswer, WalkersAnswer } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import type { TracePanels } from '../trace/panels.js';

/** `given`: the argument of a lens or code action; anything else means the cursor. */
export async function replayRace(client: Client, panels: TracePanels, given: unknown): Promise<void> {
  const parsed = v.safeParse(replayTarget, given);
  const target = parsed.success ? parsed.output : await targetAtCursor(client, window.activeTextEditor);
  if (target === undefined) return;
  const freer = target.freer ?? (await pickFreer(client, target));
  if (freer === undefined) return;
  await panels.show({ ...target, freer, protections: target.protections ?? [] });
}

async function targetAtCursor(
  client: Client,
  editor: TextEditor | undefined,
): Promise<ReplayTarget | undefined> {
  if (editor === undefined) {
    void window.showInformationMessage(l10n.t('Open a C file, and place the cursor in a walker.'));
    return undefined;
  }
  const document = editor.document.uri.toString();
  const { walkers, at } = await client.ask<WalkersAnswer>(WALKERS, {
    document,
    line: editor.selection.active.line,
  });
  if (at !== null) return { document, function: at };
  if (walkers.length === 0) {
    void window.showInformationMessage(l10n.t('Nothing in this file walks page tables.'));
    return undefined;
  }
  const items = walkers.map((walker) => ({
    label: `${walker.function}()`,
    description: l10n.t('line {0}', walker.line + 1),
    walker,
  }));
  const picked = await window.showQuickPick(items, {
    title: l10n.t('Replay which walk?'),
    matchOnDescription: true,
  });
  return picked === undefined ? undefined : { document, function: picked.walker.function };
}

async function pickFreer(client: Client, target: ReplayTarget): Promise<string | undefined> {
  const { document, function: name } = target;
  const freers = (await client.ask<readonly FreerAnswer[]>(FREERS, { document, function: name })).filter(
    ({ applies }) => applies,
  );
  if (freers.length === 0) {
    void window.showInformationMessage(l10n.t('No freer reaches the tables that {0}() walks.', name));
    return undefined;
  }
  if (freers.length === 1) return freers[0]?.freer;
  const items = freers.map(({ freer, reason }) => ({ label: freer, detail: reason }));
  return (await window.showQuickPick(items, { title: l10n.t('Replay {0}() against which freer?', name) }))
    ?.label;
}
