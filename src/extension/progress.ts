/** A long request of the server, with its progress and a cancel button in a notification. */
import { ProgressLocation, window } from 'vscode';
import type { Client } from './client.js';

/** `ErrorCodes.PendingResponseRejected` of the protocol's library: the server ended before it answered, which the client has told. */
const PENDING_RESPONSE_REJECTED = -32097;

const isServerGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === PENDING_RESPONSE_REJECTED;

/** The answer; undefined when the user has cancelled, or the server has ended. `counts` tells the steps themselves, not their share. */
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
        if (!token.isCancellationRequested && !isServerGone(error)) throw error;
        return undefined;
      } finally {
        following.dispose();
      }
    }),
  );
}
