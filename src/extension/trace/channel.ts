/** What is said between a trace page and the extension. A page that has not loaded yet would lose messages: they wait for it. */
import { window } from 'vscode';
import type { Webview } from 'vscode';
import { messageOf } from '../../protocol/message-of.js';
import type { FromPage, ToPage } from '../../webview/protocol.js';
import { parseFromPage } from './from-page.js';

/** What a page that listens has to say. */
export type Said = Exclude<FromPage, { type: 'ready' }>;

/** Hears the page; returns what posts to it. */
export function createChannel(
  page: Webview,
  receive: (said: Said) => Promise<void>,
): (message: ToPage) => void {
  let isReady = false;
  const waiting: ToPage[] = [];
  const post = (message: ToPage): void => {
    if (isReady) void page.postMessage(message);
    else waiting.push(message);
  };
  page.onDidReceiveMessage((message: unknown) => {
    const parsed = parseFromPage(message);
    if (parsed?.type === 'ready') {
      isReady = true;
      for (const held of waiting.splice(0)) post(held);
    } else if (parsed !== undefined)
      receive(parsed).catch((error: unknown) => void window.showErrorMessage(messageOf(error)));
  });
  return post;
}
