/** A patch as it was read: files with their hunks, each line with its place in the patch's own text, from 1. Plain data. */

export interface DiffLine {
  readonly kind: 'context' | 'added' | 'removed';
  readonly text: string;
  /** Line of the patch's text. */
  readonly at: number;
  /** `\ No newline at end of file` */
  readonly isUnterminated?: true;
}

export interface Hunk {
  readonly oldStart: number;
  readonly oldLines: number;
  readonly newStart: number;
  readonly newLines: number;
  /** What stands behind the second `@@`: mostly the function. */
  readonly section: string;
  readonly at: number;
  readonly lines: readonly DiffLine[];
  /** Why it can't be applied, whatever the file is: its lines are fewer than it says. */
  readonly broken?: string;
}

export type FileKind = 'modified' | 'added' | 'deleted' | 'renamed' | 'copied';

export interface FileDiff {
  readonly kind: FileKind;
  /** As written, without quotes; a `/dev/null` is undefined. */
  readonly oldPath: string | undefined;
  readonly newPath: string | undefined;
  /** Paths with a prefix of one directory (`a/`, `b/`), which is no directory of the tree. */
  readonly isPrefixed: boolean;
  readonly oldMode?: string;
  readonly newMode?: string;
  readonly isBinary: boolean;
  readonly hunks: readonly Hunk[];
  /** Line of the patch's text at which the file begins. */
  readonly at: number;
}

/** What the reader saw and could not make anything of. */
export interface DiffDefect {
  readonly at: number;
  readonly reason: string;
}

export interface Diff {
  readonly files: readonly FileDiff[];
  readonly defects: readonly DiffDefect[];
}

/** A mailbox or a person of a header, as it has to be written: `Anna Example <anna@example.org>`. */
export type Address = string;

/** What a reply needs of the mail that it answers. */
export interface MailHead {
  readonly subject: string;
  readonly from: Address | undefined;
  readonly replyTo: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  /** With its angle brackets. */
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
  readonly references: readonly string[];
  /** As the header has it. */
  readonly date: string | undefined;
}

export interface Patch {
  /** The subject without `[PATCH v3 2/4]`. */
  readonly title: string;
  readonly version: number;
  /** `2` of `2/4`; undefined: a patch by itself. */
  readonly number?: number;
  readonly total?: number;
  /** Absent: the patch was no mail. */
  readonly mail?: MailHead;
  readonly commit?: string;
  /** The message of the commit, without notes and diffstat. */
  readonly message: string;
  /** The whole text in which the diff is, line by line: what a reply quotes. */
  readonly lines: readonly string[];
  /** Line of the input on which `lines[0]` stands; undefined where the input is encoded (base64, quoted-printable). */
  readonly inputLine?: number;
  readonly baseCommit?: string;
  readonly diff: Diff;
}

export interface Series {
  readonly patches: readonly Patch[];
  readonly version: number;
  /** Subject and text of the mail `0/n`. */
  readonly cover?: { readonly head: MailHead; readonly message: string };
  readonly baseCommit?: string;
  /** What was left aside, and why: replies, older versions, patches that are missing. */
  readonly notes: readonly string[];
}
