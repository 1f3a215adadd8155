/** A change of text that mends a finding, and what it is made with. */
import type { Finding } from '../../report/report.js';
import type { ReplayWorld } from '../../replay/world.js';
import type { CParser } from '../../syntax/parser.js';
import type { WalkWorld } from '../walk-world.js';

export type FixKind =
  /** Takes the protection around the walk, in the function that walks. */
  | 'protect-walk'
  /** Takes it in a caller, through which every unprotected way to the walk goes. */
  | 'protect-caller'
  /** Takes it in the fewest functions that together protect every way to the walk. */
  | 'protect-places'
  | 'remove-suppression';

/** How the lock is taken: by its calls, or as a guard of linux/cleanup.h, where the tree has one for it. */
export type FixManner = 'calls' | 'guard';

/** The UTF-16 units of a file from `start` up to `end` become `text`. All edits of a fix count in the text before it. */
export interface FixEdit {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly kind: FixKind;
  /** Absent where no lock is taken. */
  readonly manner?: FixManner;
  /** In the order of the text; none overlaps another. */
  readonly edits: readonly FixEdit[];
  /** What was done to find out that it is right. */
  readonly note: string;
}

export interface FixWorld extends WalkWorld {
  readonly parser: CParser;
  readonly read: (path: string) => string | undefined;
  readonly replay: ReplayWorld;
  /** All that is found in a file now. */
  readonly diagnose: (path: string) => readonly Finding[];
  /** Does something with the edits made, and unmakes them again. */
  readonly with: <R>(edits: readonly FixEdit[], look: () => R) => R;
}

/** A text with the edits of one file made; of those at one place, the first comes first. */
export function applyEdits(text: string, edits: readonly Omit<FixEdit, 'path'>[]): string {
  return [...edits]
    .reverse()
    .sort((a, b) => b.start - a.start)
    .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}
