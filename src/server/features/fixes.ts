/**
 * Fixes of the core as code actions. A fix is an edit of documents in the version that it was made for, so that a client refuses
 * it over newer text and can show it before it is made.
 */
import type { CodeAction, Diagnostic, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import { CodeActionKind } from 'vscode-languageserver';
import { lineStarts, pointAt } from '../../core/syntax/lines.js';
import type { Fix } from '../engine.js';

/** A fix with its edits as lines and characters, both from 0. */
export interface PlacedFix extends Pick<Fix, 'title' | 'note' | 'manner'> {
  readonly edits: readonly {
    readonly path: string;
    readonly start: Point;
    readonly end: Point;
    readonly text: string;
  }[];
}

interface Point {
  readonly line: number;
  readonly character: number;
}

/** `read` gives the texts that the fixes were made for. */
export function placed(
  fixes: readonly Fix[],
  read: (path: string) => string | undefined,
): readonly PlacedFix[] {
  return fixes.map(({ title, note, manner, edits }) => ({
    title,
    note,
    ...(manner === undefined ? {} : { manner }),
    edits: edits.map(({ path, start, end, text }) => {
      const starts = lineStarts(read(path) ?? '');
      const point = (offset: number): Point => {
        const { row, column } = pointAt(starts, offset);
        return { line: row, character: column };
      };
      return { path, start: point(start), end: point(end), text };
    }),
  }));
}

export interface FixContext {
  readonly uriOf: (path: string) => string;
  /** Version of an open document; null for a file that is not open. */
  readonly versionOf: (uri: string) => number | null;
  /** The client takes edits of documents in a version. */
  readonly versioned: boolean;
}

export function fixActions(
  fixes: readonly PlacedFix[],
  diagnostic: Diagnostic,
  context: FixContext,
): readonly CodeAction[] {
  return fixes.map(({ title, manner, edits }, index) => ({
    title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    ...(index === 0 && manner !== 'guard' ? { isPreferred: true } : {}),
    edit: workspaceEdit(edits, context),
  }));
}

function workspaceEdit(
  edits: PlacedFix['edits'],
  { uriOf, versionOf, versioned }: FixContext,
): WorkspaceEdit {
  const documents = [...new Set(edits.map(({ path }) => path))].map((path) => ({
    uri: uriOf(path),
    edits: edits
      .filter((edit) => edit.path === path)
      .map(({ start, end, text }): TextEdit => ({ range: { start, end }, newText: text })),
  }));
  return versioned
    ? {
        documentChanges: documents.map(({ uri, edits: own }) => ({
          textDocument: { uri, version: versionOf(uri) },
          edits: own,
        })),
      }
    : { changes: Object.fromEntries(documents.map(({ uri, edits: own }) => [uri, own])) };
}
