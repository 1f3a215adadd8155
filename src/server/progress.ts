/** Work that the client shows with its own progress and cancel button, where it has them and asked for them. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import { CancellationTokenSource } from 'vscode-languageserver';
import type { Status } from '../protocol/requests.js';

export interface ProgressPorts {
  readonly connection: Connection;
  /** The client has said that it can show progress which the server begins. */
  readonly showsProgress: () => boolean;
  readonly tell: (status: Status) => void;
}

export interface Watched {
  /** Cancelled by the request, or by the button. */
  readonly token: CancellationToken;
  readonly onProgress: (done: number, total: number) => void;
}

/** `words`: what stands beside the percentage; absent: nothing. */
export async function withProgress<T>(
  { connection, showsProgress, tell }: ProgressPorts,
  wanted: boolean,
  token: CancellationToken,
  work: (watched: Watched) => Promise<T>,
  words?: (done: number, total: number) => string,
): Promise<T> {
  const progress = showsProgress() && wanted ? await connection.window.createWorkDoneProgress() : undefined;
  const cancel = new CancellationTokenSource();
  const links = [token, progress?.token].map((source) =>
    source?.onCancellationRequested(() => cancel.cancel()),
  );
  progress?.begin('Walkrace', 0, undefined, true);
  const onProgress = (done: number, total: number): void => {
    const percent = total === 0 ? 0 : Math.floor((100 * done) / total);
    if (words) progress?.report(percent, words(done, total));
    else progress?.report(percent);
    tell({ state: 'scanning', done, total });
  };
  try {
    return await work({ token: cancel.token, onProgress });
  } finally {
    progress?.done();
    links.forEach((link) => link?.dispose());
    cancel.dispose();
  }
}
