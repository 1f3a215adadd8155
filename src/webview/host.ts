/**
 * The other side of the page: the editor that hosts it (acquireVsCodeApi), or nobody in a standalone file, where the page
 * copies and saves by itself. The only file that knows which of the two it is.
 */
import type { Translate } from './l10n.js';
import type { FromPage, SavedState } from './protocol.js';
import { parseSavedState } from './messages.js';

export interface Host {
  readonly isEditor: boolean;
  readonly saved: SavedState | null;
  readonly post: (message: FromPage) => void;
  readonly save: (state: SavedState) => void;
}

interface VsCodeApi {
  postMessage(message: FromPage): void;
  setState(state: SavedState): void;
  getState(): unknown;
}

declare global {
  var acquireVsCodeApi: (() => VsCodeApi) | undefined;
}

/** `tell` is called with a sentence when something that nobody waits for did not work. */
export function connectHost(t: Translate, tell: (message: string) => void): Host {
  if (globalThis.acquireVsCodeApi === undefined)
    return {
      isEditor: false,
      saved: null,
      post: (message) => standalonePost(message, t, tell),
      save: () => undefined,
    };
  const api = globalThis.acquireVsCodeApi();
  const saved = parseSavedState(api.getState());
  return {
    isEditor: true,
    saved: saved.ok ? saved.value : null,
    post: (message) => api.postMessage(message),
    save: (state) => api.setState(state),
  };
}

function standalonePost(message: FromPage, t: Translate, tell: (message: string) => void): void {
  if (message.type === 'copy') {
    navigator.clipboard
      .writeText(message.text)
      .catch(() => tell(t('The browser did not allow copying to the clipboard.')));
  }
  if (message.type === 'export' && message.content !== undefined)
    download(`walkrace.${message.format}`, message.content);
}

function download(name: string, content: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([content], { type: 'text/plain' }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
