/** What code in one file can mean by a name that another file defines. */
import { architectureOf } from '../kernel/architectures.js';
import { canMeet, includesFile, isHeader, isPublicHeader } from './architecture.js';
import type { Links } from './link.js';

/** From where a name is looked up. */
export interface Viewpoint {
  readonly file: string;
  /** Only definitions that this architecture has; absent: those of the file's own, or of all for shared code. */
  readonly architecture?: string;
}

/** Whether code in `file` that uses a name can mean what `definedIn` defines. Of a static function: only its own file. */
export function sees(links: Links, file: string, definedIn: string, isStatic: boolean): boolean {
  if (file === definedIn) return true;
  if (!canMeet(file, definedIn)) return false;
  const includes = links.files.get(file)?.includes ?? [];
  if (isHeader(definedIn)) {
    return (
      isPublicHeader(definedIn) ||
      directoryOf(file).startsWith(directoryOf(definedIn)) ||
      includesFile({ file, includes }, definedIn)
    );
  }
  if (!isStatic) return true;
  const back = links.files.get(definedIn)?.includes ?? [];
  return (
    includesFile({ file, includes }, definedIn) || includesFile({ file: definedIn, includes: back }, file)
  );
}

/** The directory of a path, with its slash. */
export function directoryOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** Whether a file is of an architecture or shared by all; any file is when no architecture is asked for. */
export function isOf(architecture: string | undefined, file: string): boolean {
  const own = architectureOf(file);
  return architecture === undefined || own === undefined || own === architecture;
}
