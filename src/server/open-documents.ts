/** The C documents that are open, each with its text and what was found in it. */
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Checked } from './engine.js';
import type { Known } from './known-verdicts.js';
import type { Location } from './roots.js';

/** What a check found, of which version of which document. */
export interface Check {
  readonly uri: string;
  readonly version: number;
  readonly location: Location;
  readonly text: TextDocument;
  readonly diagnosis: Checked;
  readonly ms: number;
}

export interface OpenDocument {
  readonly location: Location;
  readonly text: TextDocument;
  /** The version in which it was opened. */
  readonly opened: number;
  readonly check: Check | undefined;
  readonly running: { readonly version: number; readonly check: Promise<Check | undefined> } | undefined;
  /** What the last replay knew; kept while typing, until the next one corrects it. */
  readonly known: Known;
  /** Stops the replay that runs. */
  readonly cancel: (() => void) | undefined;
}

export interface OpenDocuments extends Iterable<readonly [uri: string, document: OpenDocument]> {
  readonly get: (uri: string) => OpenDocument | undefined;
  readonly set: (uri: string, document: OpenDocument) => void;
  /** Nothing where the document has been closed meanwhile. */
  readonly update: (uri: string, change: Partial<OpenDocument>) => void;
  readonly delete: (uri: string) => void;
}

export function createOpenDocuments(): OpenDocuments {
  const documents = new Map<string, OpenDocument>();
  return {
    get: (uri) => documents.get(uri),
    set: (uri, document) => void documents.set(uri, document),
    update: (uri, change) => {
      const document = documents.get(uri);
      if (document !== undefined) documents.set(uri, { ...document, ...change });
    },
    delete: (uri) => void documents.delete(uri),
    [Symbol.iterator]: () => documents[Symbol.iterator](),
  };
}

/** The changed text as a document of its own: the library changes the one that it is given, which a check may still hold. */
export function changed(
  document: TextDocument,
  changes: readonly TextDocumentContentChangeEvent[],
  version: number,
): TextDocument {
  return TextDocument.update(
    TextDocument.create(document.uri, document.languageId, document.version, document.getText()),
    [...changes],
    version,
  );
}
