/** How a file looks from outside: another stamp means that its content may be another. */
import { statSync, type Stats } from 'node:fs';

export type FileStamp = readonly [size: number, modified: number, changed: number, inode: number];

/** A stamp that no file has: what is kept under it is never taken for what is there now. */
export const NO_STAMP: FileStamp = [-1, 0, 0, 0];

/** The stamp of a file that is not there. */
const ABSENT: FileStamp = [-2, 0, 0, 0];

/** A file that was changed this short before it was read may change again within one tick of the clock. */
export const SETTLED_MS = 2000;

export const stampOf = ({ size, mtimeMs, ctimeMs, ino }: Stats): FileStamp => [size, mtimeMs, ctimeMs, ino];

/** The stamp of a file as it is now. Throws where its folder may not be searched. */
export function stampOfFile(path: string): FileStamp {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? ABSENT : stampOf(stats);
}

/** The stamp, where the file has been at rest for a while at `now`; {@link NO_STAMP} otherwise. */
export function settled(stamp: FileStamp, now: number): FileStamp {
  const [, modified, changed] = stamp;
  return now - Math.max(modified, changed) < SETTLED_MS ? NO_STAMP : stamp;
}

/** Whether a file that had the stamp `before` and has `now` is still the same. */
export function isSameStamp(before: ArrayLike<number>, now: FileStamp): boolean {
  return now !== NO_STAMP && now.every((value, part) => value === before[part]);
}
