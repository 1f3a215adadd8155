/** A long request of the server, with its progress and a cancel button in a notification. */
import { ProgressLocation, window } from 'vscode';
import type { Client } from './client.js';

/** The answer; undefined when the user has cancelled. `counts` tells the steps themselves, not their share. */
export function askWithProgress<T>(
  client: Client,
  method: string,
  params: unknown,
  { title, counts = false }: { readonly title: string; readonly counts?: boolean },
): Promise<T | undefined> {
  const options = { location: ProgressLocation.Notification, title, cancellable: true };
  return Promise.resolve(
    window.withProgress(options, async (bar, token) => {
      let percent = 0;
      const following = client.onStatus((status) => {
        if (status.state !== 'scanning' || status.total === 0) return;
        const now = (100 * status.done) / status.total;
        const message = counts ? `${status.done}/${status.total}` : `${Math.floor(now)} %`;
        bar.report({ message, increment: now - percent });
        percent = now;
      });
      try {
        return await client.ask<T>(method, params, token);
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
        return undefined;
      } finally {
        following.dispose();
      }
    }),
  );
}
