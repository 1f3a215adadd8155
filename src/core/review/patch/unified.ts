/**
 * Reads unified diffs: git's (renames, modes, binary files) and plain ones. Strict where it counts: a hunk has the lines that its
 * header says, so that a signature or a footer behind it is none of it. Any text gives a diff and its defects.
 */
import { unquotePath } from './paths.js';
import type { Diff, DiffDefect, DiffLine, FileDiff, FileKind, Hunk } from './patch.js';

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/;
const GIT_HEADER = /^diff --git (.+)$/;
const COMBINED = /^diff --(?:cc|combined) /;

/** Lines at which a diff may begin. */
export function isDiffStart(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (/^diff --(git|cc|combined) \S/.test(line) || /^Index: \S/.test(line) || /^diff -\S/.test(line))
    return true;
  return isPlainHeader(lines, index);
}

function isPlainHeader(lines: readonly string[], index: number): boolean {
  return (
    /^--- \S/.test(lines[index] ?? '') &&
    /^\+\+\+ \S/.test(lines[index + 1] ?? '') &&
    HUNK.test(lines[index + 2] ?? '')
  );
}

/** The diff of `lines`, from the line `from` (an index) on; text between files is passed over. */
export function readDiff(lines: readonly string[], from = 0): Diff {
  const files: FileDiff[] = [];
  const defects: DiffDefect[] = [];
  let at = from;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    if (COMBINED.test(line)) {
      defects.push({
        at: at + 1,
        reason: 'a combined diff of a merge is not supported: give the diff against one parent',
      });
      at = nextHeader(lines, at + 1);
    } else if (GIT_HEADER.test(line) || isPlainHeader(lines, at)) {
      const read = readFile(lines, at);
      files.push(read.file);
      defects.push(...read.defects);
      at = read.next;
    } else if (HUNK.test(line)) {
      defects.push({ at: at + 1, reason: 'a hunk without a file: the lines with --- and +++ are missing' });
      at = readHunk(lines, at).next;
    } else at += 1;
  }
  return { files, defects };
}

/** The index of the next line that begins a file. */
function nextHeader(lines: readonly string[], from: number): number {
  let at = from;
  while (at < lines.length && !/^diff --/.test(lines[at] ?? '') && !isPlainHeader(lines, at)) at += 1;
  return at;
}

interface Header {
  readonly names: readonly [old: string | undefined, next: string | undefined] | undefined;
  readonly kind: FileKind;
  readonly oldMode?: string;
  readonly newMode?: string;
  readonly isBinary: boolean;
  /** Index of the line behind the header. */
  readonly next: number;
}

function readFile(
  lines: readonly string[],
  start: number,
): { readonly file: FileDiff; readonly defects: readonly DiffDefect[]; readonly next: number } {
  const header = readHeader(lines, start);
  const hunks: Hunk[] = [];
  let at = header.next;
  while (HUNK.test(lines[at] ?? '')) {
    const { hunk, next } = readHunk(lines, at);
    hunks.push(hunk);
    at = next;
  }
  const [oldName, newName] = header.names ?? [undefined, undefined];
  const isPrefixed = [oldName, newName].every((name) => name === undefined || /^[abciow12]\//.test(name));
  const strip = (name: string | undefined): string | undefined => (isPrefixed ? name?.slice(2) : name);
  const { kind, oldMode, newMode, isBinary } = header;
  const oldPath = kind === 'added' ? undefined : strip(oldName);
  const newPath = kind === 'deleted' ? undefined : strip(newName);
  const isCutOff = kind === 'modified' && hunks.length === 0 && !isBinary && oldMode === undefined;
  const defects = [
    ...(header.names ? [] : [{ at: start + 1, reason: 'a file without a name' }]),
    ...(isCutOff ? [{ at: start + 1, reason: 'no hunk follows: the diff is cut off' }] : []),
  ];
  const file = {
    kind,
    oldPath,
    newPath,
    isPrefixed,
    ...(oldMode === undefined ? {} : { oldMode }),
    ...(newMode === undefined ? {} : { newMode }),
    isBinary,
    hunks,
    at: start + 1,
  };
  return { file, defects, next: at };
}

const EXTENDED =
  /^(old mode|new mode|deleted file mode|new file mode|copy from|copy to|rename from|rename to|similarity index|dissimilarity index|index) (.*)$/;

function readHeader(lines: readonly string[], start: number): Header {
  const git = GIT_HEADER.exec(lines[start] ?? '')?.[1];
  let names: Header['names'] = git === undefined ? undefined : namesOfGitLine(git);
  let kind: FileKind = 'modified';
  let isBinary = false;
  const modes: { oldMode?: string; newMode?: string } = {};
  let at = git === undefined ? start : start + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const [, what, value = ''] = EXTENDED.exec(line) ?? [];
    if (what !== undefined && git !== undefined) {
      if (what === 'old mode') modes.oldMode = value;
      if (what === 'new mode') modes.newMode = value;
      const mode = what === 'index' ? /^[^\s.]+\.\.[^\s.]+ (\d{6})$/.exec(value)?.[1] : undefined;
      if (mode !== undefined) modes.newMode ??= mode;
      if (what === 'new file mode') [kind, modes.newMode] = ['added', value];
      if (what === 'deleted file mode') [kind, modes.oldMode] = ['deleted', value];
      if (what === 'rename from' || what === 'copy from') {
        kind = what === 'rename from' ? 'renamed' : 'copied';
        names = [`a/${unquotePath(value)}`, names?.[1]];
      }
      if (what === 'rename to' || what === 'copy to') names = [names?.[0], `b/${unquotePath(value)}`];
    } else if (/^(GIT binary patch|Binary files .* differ)$/.test(line) && git !== undefined) isBinary = true;
    else if (/^--- \S/.test(line) && /^\+\+\+ \S/.test(lines[at + 1] ?? '')) {
      const [oldName, newName] = [nameOf(line), nameOf(lines[at + 1] ?? '')];
      if (oldName === undefined) kind = 'added';
      else if (newName === undefined) kind = 'deleted';
      names = [oldName, newName];
      at += 2;
      break;
    } else break;
  }
  return { names, kind, ...modes, isBinary, next: at };
}

/** `--- a/mm/x.c<tab>date`; undefined for /dev/null. */
function nameOf(line: string): string | undefined {
  const name = line.slice(4);
  const plain = name.startsWith('"') ? unquotePath(name) : name.replace(/\t.*$/s, '').trimEnd();
  return plain === '/dev/null' ? undefined : plain;
}

/** `a/x.c b/x.c`: where nothing is quoted and nothing renamed, both halves are the same behind their prefix. */
function namesOfGitLine(text: string): Header['names'] {
  const [, quotedOld, quotedNew] = /^("(?:[^"\\]|\\.)*"|\S+) ("(?:[^"\\]|\\.)*"|\S+)$/.exec(text) ?? [];
  if (quotedOld !== undefined && quotedNew !== undefined)
    return [unquotePath(quotedOld), unquotePath(quotedNew)];
  const middle = (text.length - 1) / 2;
  const [left, right] = [text.slice(0, middle), text.slice(middle + 1)];
  const isSame = left.replace(/^[^/]*\//, '') === right.replace(/^[^/]*\//, '');
  return Number.isInteger(middle) && text[middle] === ' ' && isSame ? [left, right] : undefined;
}

function readHunk(lines: readonly string[], start: number): { readonly hunk: Hunk; readonly next: number } {
  const [, oldStart = '0', oldCount = '1', newStart = '0', newCount = '1', section = ''] =
    HUNK.exec(lines[start] ?? '') ?? [];
  const [oldLines, newLines] = [Number(oldCount), Number(newCount)];
  const read: DiffLine[] = [];
  let [left, right] = [oldLines, newLines];
  let at = start + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('\\')) {
      const last = read.pop();
      if (last) read.push({ ...last, isUnterminated: true });
      continue;
    }
    if (left <= 0 && right <= 0) break;
    const kind = kindOf(line);
    if (kind === undefined || (left <= 0 && kind !== 'added') || (right <= 0 && kind !== 'removed')) break;
    if (kind !== 'added') left -= 1;
    if (kind !== 'removed') right -= 1;
    read.push({ kind, text: line.slice(1), at: at + 1 });
  }
  const hunk = {
    oldStart: Number(oldStart),
    oldLines,
    newStart: Number(newStart),
    newLines,
    section,
    at: start + 1,
    lines: read,
  };
  if (left === 0 && right === 0) return { hunk, next: at };
  const line = lines[at];
  const where = line === undefined ? 'the text ends' : `line ${at + 1} is none of it`;
  return { hunk: { ...hunk, broken: `it has fewer lines than its header says: ${where}` }, next: at };
}

/** An empty line is an empty line of context from which a mailer took the blank. */
function kindOf(line: string): DiffLine['kind'] | undefined {
  switch (line[0]) {
    case ' ':
    case undefined:
      return 'context';
    case '+':
      return 'added';
    case '-':
      return 'removed';
    default:
      return undefined;
  }
}
