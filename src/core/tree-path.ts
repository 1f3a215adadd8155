/** Paths relative to the root of a tree, as patches, caches and traces give them: whether they may be what they say. */

/** `/etc/passwd`, `\\host\share`, `C:\`: a path of the machine's, not of a tree's. */
export const isAbsolutePath = (path: string): boolean => /^(?:[/\\]|[A-Za-z]:)/.test(path);

/** Whether a part of the path leads up again. */
export const leadsUp = (path: string): boolean => path.split(/[/\\]/).includes('..');

/** Whether a path stays below the root that it is taken from; the empty one is the root. */
export const isTreePath = (path: string): boolean =>
  !path.includes('\0') && !isAbsolutePath(path) && !leadsUp(path);
