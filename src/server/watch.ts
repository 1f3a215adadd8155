/** Has the client tell when one file changes; no other is looked after. */
import type { Connection, Disposable } from 'vscode-languageserver';
import { DidChangeWatchedFilesNotification } from 'vscode-languageserver';
import { pathToFileURL } from 'node:url';

export type Watch = (folders: readonly string[], path: string) => void;

/** Each call takes the place of the one before; an empty path ends it. */
export function createWatch(connection: Connection): Watch {
  let kept: Promise<Disposable | undefined> = Promise.resolve(undefined);
  let of = '';
  return (folders, path) => {
    const key = JSON.stringify([folders, path]);
    if (key === of) return;
    of = key;
    const watchers = folders.map((folder) => ({
      globPattern: { baseUri: pathToFileURL(folder).href, pattern: path },
    }));
    kept = kept.then(async (before) => {
      before?.dispose();
      if (path === '' || watchers.length === 0) return undefined;
      return connection.client
        .register(DidChangeWatchedFilesNotification.type, { watchers })
        .catch(() => undefined);
    });
  };
}
