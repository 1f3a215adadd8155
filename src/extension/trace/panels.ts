/**
 * The trace panels: one a walker, beside the source. The page is not kept alive while hidden; it saves its key and step, and is
 * filled anew, as it is after a reload of the window (the serializer).
 */
import type { ExtensionContext, WebviewPanel } from 'vscode';
import { ViewColumn, commands, l10n, window } from 'vscode';
import { parseSavedState } from '../../webview/messages.js';
import type { ToPage } from '../../webview/protocol.js';
import type { ReplayParams } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import { linkTo } from './deep-link.js';
import { createHighlights } from './highlights.js';
import { pageDirectory, pageHtml } from './page.js';
import { createTracePanel } from './panel.js';
import type { TracePanel } from './panel.js';

const VIEW_TYPE = 'walkrace.trace';
/** Context key: a trace is shown, and the step commands have something to move. */
const SHOWN = 'walkrace.traceShown';

type Go = Extract<ToPage, { type: 'go' }>['to'];

export interface TracePanels {
  readonly dispose: () => void;
  readonly show: (request: ReplayParams, step?: number) => Promise<void>;
  /** Moves the trace that was shown last. */
  readonly go: (to: Go) => void;
  /** The trace that was shown last. */
  readonly last: () => TracePanel | undefined;
}

export function createTracePanels(context: ExtensionContext, client: Client): TracePanels {
  const highlights = createHighlights();
  const open = new Map<string, TracePanel>();
  const last = (): TracePanel | undefined => [...open.values()].at(-1);

  function adopt(panel: WebviewPanel, id: string): TracePanel {
    panel.webview.options = {
      enableScripts: true,
      localResourceRoots: [pageDirectory(context.extensionUri)],
    };
    const trace = createTracePanel(panel, {
      client,
      highlights,
      linkTo: (linked) => linkTo(context, linked),
    });
    panel.webview.html = pageHtml(panel.webview, context.extensionUri);
    open.set(id, trace);
    void commands.executeCommand('setContext', SHOWN, true);
    panel.onDidChangeViewState(() => {
      // The one that the user looks at is the last of the map: `go` moves it.
      if (!panel.active) return;
      open.delete(id);
      open.set(id, trace);
    });
    panel.onDidDispose(() => {
      trace.dispose();
      open.delete(id);
      void commands.executeCommand('setContext', SHOWN, open.size > 0);
    });
    return trace;
  }

  const serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
    deserializeWebviewPanel: async (panel, state: unknown) => {
      const saved = parseSavedState(state);
      if (!saved.ok) {
        panel.dispose();
        return;
      }
      const { key, step } = saved.value;
      await adopt(panel, idOf(key)).replay(key, step);
    },
  });

  return {
    show: async (request, step) => {
      const known = open.get(idOf(request));
      known?.panel.reveal(undefined, false);
      await (known ?? adopt(newPanel(request.function), idOf(request))).replay(request, step);
    },
    go: (to) => last()?.post({ type: 'go', to }),
    last,
    dispose: () => {
      serializer.dispose();
      highlights.dispose();
    },
  };
}

const newPanel = (name: string): WebviewPanel =>
  window.createWebviewPanel(VIEW_TYPE, l10n.t('Race: {0}', name), {
    viewColumn: ViewColumn.Beside,
    preserveFocus: false,
  });

const idOf = (request: { readonly document: string; readonly function: string }): string =>
  `${request.document}#${request.function}`;
