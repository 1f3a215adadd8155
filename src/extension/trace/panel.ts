/**
 * One trace: a webview panel and the replay that it shows. Its state is the key and the step; the rest is asked of the server
 * again. A newer request of the same panel cancels the one that still runs.
 */
import type { WebviewPanel } from 'vscode';
import { env, l10n, window } from 'vscode';
import type { ReplayKey, ToPage } from '../../webview/protocol.js';
import { MATRIX, REPLAY } from '../../protocol/requests.js';
import type { MatrixAnswer, ReplayAnswer, ReplayParams } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import { createChannel } from './channel.js';
import type { Said } from './channel.js';
import { askFormat, askProtections } from './choices.js';
import { saveTrace } from './export.js';
import type { Highlights } from './highlights.js';
import type { Linked } from './link.js';
import { messageOf } from '../../protocol/message-of.js';
import { createNewest } from './newest.js';
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
  let shownStep: number | undefined;
  const newest = createNewest();
  const post = createChannel(panel.webview, receive);
  const tell = (error: unknown): void => post({ type: 'error', message: messageOf(error) });

  const replay = (request: ReplayParams, step?: number): Promise<void> =>
    newest.ask({
      ask: (token) => {
        post({ type: 'busy', text: l10n.t('Replaying {0}()', request.function) });
        return client.ask<ReplayAnswer>(REPLAY, request, token);
      },
      take: (given) => {
        answer = given;
        // A replay without steps sends no places of its own.
        if (given.report.trace.length === 0) highlights.clear();
        panel.title = l10n.t('Race: {0}', given.key.function);
        post(shown(given, step));
      },
      fail: tell,
    });

  async function receive(message: Said): Promise<void> {
    switch (message.type) {
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
        return matrixOf(client, message.key).then(post, tell);
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
    await env.clipboard.writeText(linkTo(linked(answer, shownStep)));
    void window.showInformationMessage(l10n.t('Copied: a link that opens this trace at this step.'));
  }

  async function save(): Promise<void> {
    if (answer === undefined) return;
    const format = await askFormat();
    if (format !== undefined) await saveTrace(client, answer, format, undefined);
  }

  return {
    panel,
    replay,
    post,
    whatIf,
    copyLink,
    save,
    dispose: () => {
      newest.cancel();
      highlights.clear();
    },
  };
}

const shown = ({ key, report, whatIfs }: ReplayAnswer, step: number | undefined): ToPage => ({
  type: 'show',
  key,
  report,
  whatIfs,
  ...(step === undefined ? {} : { step }),
});

/** A replay without steps is linked to as a whole. */
const linked = ({ key: request, report }: ReplayAnswer, step: number | undefined): Linked =>
  step === undefined || report.trace.length === 0 ? { request } : { request, step };

async function matrixOf(client: Client, { document, function: name }: ReplayKey): Promise<ToPage> {
  return { type: 'matrix', cells: await client.ask<MatrixAnswer>(MATRIX, { document, function: name }) };
}
