/**
 * One trace: a webview panel and the replay that it shows. Its state is the key and the step; the rest is asked of the server
 * again. A newer request of the same panel cancels the one that still runs.
 */
import type { WebviewPanel } from 'vscode';
import { CancellationTokenSource, env, l10n, window } from 'vscode';
import type { FromPage, ReplayKey, ToPage } from '../../webview/protocol.js';
import { MATRIX, REPLAY } from '../../protocol/requests.js';
import type { MatrixAnswer, ReplayAnswer, ReplayParams } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import { askFormat, askProtections } from './choices.js';
import { saveTrace } from './export.js';
import { parseFromPage } from './from-page.js';
import type { Highlights } from './highlights.js';
import type { Linked } from './link.js';
import { messageOf } from '../../protocol/message-of.js';
import { openPlace } from './open-place.js';

export interface TracePanel {
  readonly dispose: () => void;
  readonly panel: WebviewPanel;
  readonly replay: (request: ReplayParams, step?: number) => Promise<void>;
  readonly post: (message: ToPage) => void;
  /** Asks which protections the walk should have taken, too, and replays it so. */
  readonly whatIf: () => Promise<void>;
  /** Puts a link to the step that is shown into the clipboard. */
  readonly copyLink: () => Promise<void>;
  /** Asks for a format, and saves the trace where the user says. */
  readonly save: () => Promise<void>;
}

export interface TracePorts {
  readonly client: Client;
  readonly highlights: Highlights;
  readonly linkTo: (linked: Linked) => string;
}

export function createTracePanel(
  panel: WebviewPanel,
  { client, highlights, linkTo }: TracePorts,
): TracePanel {
  let answer: ReplayAnswer | undefined;
  let running: CancellationTokenSource | undefined;
  let isReady = false;
  let shownStep: number | undefined;
  const waiting: ToPage[] = [];

  const post = (message: ToPage): void => {
    if (isReady) void panel.webview.postMessage(message);
    else waiting.push(message);
  };

  async function replay(request: ReplayParams, step?: number): Promise<void> {
    running?.cancel();
    const mine = new CancellationTokenSource();
    running = mine;
    post({ type: 'busy', text: l10n.t('Replaying {0}()', request.function) });
    try {
      const given = await client.ask<ReplayAnswer>(REPLAY, request, mine.token);
      if (running !== mine) return;
      answer = given;
      // A replay without steps sends no places of its own.
      if (given.report.trace.length === 0) highlights.clear();
      panel.title = l10n.t('Race: {0}', given.key.function);
      post({
        type: 'show',
        key: given.key,
        report: given.report,
        whatIfs: given.whatIfs,
        ...(step === undefined ? {} : { step }),
      });
    } catch (error) {
      if (running === mine) post({ type: 'error', message: messageOf(error) });
    } finally {
      mine.dispose();
      if (running === mine) running = undefined;
    }
  }

  async function showMatrix(key: ReplayKey): Promise<void> {
    try {
      post({
        type: 'matrix',
        cells: await client.ask<MatrixAnswer>(MATRIX, { document: key.document, function: key.function }),
      });
    } catch (error) {
      post({ type: 'error', message: messageOf(error) });
    }
  }

  async function receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        isReady = true;
        for (const held of waiting.splice(0)) post(held);
        return;
      case 'stepped':
        shownStep = message.step;
        if (answer !== undefined) highlights.show(answer.root, message.places);
        return;
      case 'open':
        if (answer !== undefined) await openPlace(answer.root, message.at);
        return;
      case 'replay':
        return replay(message.key);
      case 'matrix':
        return showMatrix(message.key);
      case 'export':
        if (answer !== undefined) await saveTrace(client, answer, message.format, message.content);
        return;
      case 'copy':
        return env.clipboard.writeText(message.text);
    }
  }

  async function whatIf(): Promise<void> {
    if (answer === undefined) return;
    const { key } = answer;
    const protections = await askProtections(answer);
    if (protections !== undefined) await replay({ ...key, protections });
  }

  async function copyLink(): Promise<void> {
    if (answer === undefined) return;
    const step = answer.report.trace.length === 0 ? undefined : shownStep;
    await env.clipboard.writeText(linkTo({ request: answer.key, ...(step === undefined ? {} : { step }) }));
    void window.showInformationMessage(l10n.t('Copied: a link that opens this trace at this step.'));
  }

  async function save(): Promise<void> {
    if (answer === undefined) return;
    const format = await askFormat();
    if (format !== undefined) await saveTrace(client, answer, format, undefined);
  }

  panel.webview.onDidReceiveMessage((message: unknown) => {
    const parsed = parseFromPage(message);
    if (parsed !== undefined)
      receive(parsed).catch((error: unknown) => void window.showErrorMessage(messageOf(error)));
  });
  return {
    panel,
    replay,
    post,
    whatIf,
    copyLink,
    save,
    dispose: () => {
      running?.cancel();
      highlights.clear();
    },
  };
}
