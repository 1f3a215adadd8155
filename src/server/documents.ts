/** The documents that the client holds open, by URI. Changes come as ranges and are told on as offsets, for an incremental parse. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Range, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { TextEdit } from './engine.js';
import type { Location } from './roots.js';

export interface OpenDocument {
  readonly text: TextDocument;
  readonly location: Location;
}

/** Changed text, and the same change as edits that apply one after the other. */
export interface Change {
  readonly text: TextDocument;
  readonly edits: readonly TextEdit[];
}

export const isC = (uri: string, language: string): boolean => language === 'c' || /\.[ch]$/.test(uri);

export function applyChanges(
  before: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
): Change {
  let text = before;
  const edits: TextEdit[] = [];
  for (const change of changes) {
    const range: Range | undefined = 'range' in change ? change.range : undefined;
    edits.push({
      start: range === undefined ? 0 : text.offsetAt(range.start),
      end: range === undefined ? text.getText().length : text.offsetAt(range.end),
      text: change.text,
    });
    text = TextDocument.update(text, [change], version);
  }
  return { text, edits };
}
