/**
 * Fixes of the core as code actions. A fix is an edit of documents in the version that it was made for, so that a client refuses
 * it over newer text and can show it before it is made.
 */
import type {
  AnnotatedTextEdit,
  CodeAction,
  Diagnostic,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
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
  /** It can show a label with the edits, where they can be looked at before they are made. */
  readonly annotated: boolean;
}

export function fixActions(
  fixes: readonly PlacedFix[],
  diagnostic: Diagnostic,
  context: FixContext,
): readonly CodeAction[] {
  return fixes.map((fix, index) => ({
    title: fix.title,
    kind: CodeActionKind.QuickFix,
    diagnostics: [diagnostic],
    ...(index === 0 && fix.manner !== 'guard' ? { isPreferred: true } : {}),
    edit: workspaceEdit(fix, context),
  }));
}

const ANNOTATION = 'fix';

/** Edits of more than one file carry what they are for: a preview lists them under it. */
function workspaceEdit(
  { title, note, edits }: PlacedFix,
  { uriOf, versionOf, versioned, annotated }: FixContext,
): WorkspaceEdit {
  const paths = [...new Set(edits.map(({ path }) => path))];
  const hasLabel = versioned && annotated && paths.length > 1;
  const documents = paths.map((path) => ({
    uri: uriOf(path),
    edits: edits
      .filter((edit) => edit.path === path)
      .map(({ start, end, text }): TextEdit | AnnotatedTextEdit => ({
        range: { start, end },
        newText: text,
        ...(hasLabel ? { annotationId: ANNOTATION } : {}),
      })),
  }));
  if (!versioned) return { changes: Object.fromEntries(documents.map(({ uri, edits: own }) => [uri, own])) };
  return {
    documentChanges: documents.map(({ uri, edits: own }) => ({
      textDocument: { uri, version: versionOf(uri) },
      edits: own,
    })),
    ...(hasLabel
      ? { changeAnnotations: { [ANNOTATION]: { label: title, description: note, needsConfirmation: false } } }
      : {}),
  };
}
