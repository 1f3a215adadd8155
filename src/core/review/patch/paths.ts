/** Paths of a patch: how git quotes them, and which may be touched. */
import { isAbsolutePath, leadsUp } from '../../tree-path.js';
import { utf8Of } from '../mail/binary.js';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
};

/** `"a/\303\244.c"` is `a/ä.c`; what is not quoted stays. */
export function unquotePath(path: string): string {
  const inner = /^"((?:[^"\\]|\\.)*)"/.exec(path)?.[1];
  if (inner === undefined) return path;
  const bytes = inner.replace(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
    /^[0-7]{3}$/.test(escaped)
      ? String.fromCharCode(Number.parseInt(escaped, 8) & 0xff)
      : (ESCAPES[escaped] ?? escaped),
  );
  return utf8Of(bytes);
}

/** Why a path must not be touched: it leaves the tree, or is git's own. Undefined: it may. */
export function refusal(path: string): string | undefined {
  if (path === '' || path.includes('\0')) return 'it has no path';
  if (isAbsolutePath(path)) return `${path} is an absolute path`;
  if (leadsUp(path)) return `${path} leaves the tree`;
  if (path.split(/[/\\]/).some((part) => part.toLowerCase() === '.git')) return `${path} is git's own`;
  return undefined;
}
