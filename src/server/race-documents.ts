/** Open `.race` files: what can't be read is told where it stands, what can be read has a lens that runs it. No worker: reading takes no time. */
import { readFileSync } from 'node:fs';
import type { CodeLens, Connection, Diagnostic, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { DiagnosticSeverity } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { compile } from '../core/machine/compile.js';
import { sidesOf } from '../core/report/race-file-report.js';
import type { RaceError } from '../core/trace/language/ast.js';
import { parseRace } from '../core/trace/language/parse.js';
import { raceToScenario } from '../core/trace/language/to-scenario.js';
import type { ReplayTarget } from '../protocol/commands.js';
import { isRace } from './documents.js';
import { filePath } from './roots.js';

export interface RaceDocuments {
  readonly open: (uri: string, version: number, text: string) => void;
  readonly change: (uri: string, changes: readonly TextDocumentContentChangeEvent[], version: number) => void;
  readonly close: (uri: string) => void;
  /** The text as it is now, of a file that is not open as it was saved; undefined for any other document. */
  readonly text: (uri: string) => string | undefined;
  /** `command` is the one that replays in this client. */
  readonly lenses: (uri: string, command: string) => CodeLens[];
}

export function createRaceDocuments(connection: Connection): RaceDocuments {
  const documents = new Map<string, TextDocument>();
  const send = (uri: string, diagnostics: Diagnostic[], version?: number): void =>
    void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
  const hold = (document: TextDocument): void => {
    documents.set(document.uri, document);
    send(document.uri, raceDiagnostics(document.getText()), document.version);
  };
  return {
    open: (uri, version, text) => hold(TextDocument.create(uri, 'race', version, text)),
    change: (uri, changes, version) => {
      const document = documents.get(uri);
      if (document !== undefined) hold(TextDocument.update(document, [...changes], version));
    },
    close: (uri) => {
      if (documents.delete(uri)) send(uri, []);
    },
    text: (uri) => documents.get(uri)?.getText() ?? (isRace(uri, '') ? fileText(uri) : undefined),
    lenses: (uri, command) => raceLenses(uri, documents.get(uri)?.getText() ?? '', command),
  };
}

function fileText(uri: string): string | undefined {
  const path = filePath(uri);
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** What can't be read, or not be run, to the end of its line. */
function raceDiagnostics(text: string): Diagnostic[] {
  const lines = text.split(/\r?\n/);
  return errorsOf(text).map(({ line, column, message }) => ({
    source: 'walkrace',
    code: 'race-file',
    severity: DiagnosticSeverity.Error,
    range: {
      start: { line: line - 1, character: column - 1 },
      end: { line: line - 1, character: Math.max(column, lines[line - 1]?.length ?? 0) },
    },
    message,
  }));
}

function errorsOf(text: string): readonly RaceError[] {
  const { file, errors } = parseRace(text);
  if (errors) return errors;
  // A fragment has the freer's side alone: there is nothing to run it with.
  if (file.what.kind === 'freer') return [];
  const { errors: unfit = [] } = compile(raceToScenario(file));
  return unfit.map(({ of, message }) => ({ line: 1, column: 1, message: `${of}: ${message}` }));
}

/** `Run: ptdump_walk_pgd() against vmap_try_huge_pmd()` on the first line of a whole race. */
function raceLenses(uri: string, text: string, command: string): CodeLens[] {
  const { file, errors } = parseRace(text);
  if (errors || file.what.kind === 'freer') return [];
  const { walker, freer } = sidesOf(file.threads);
  if (walker === undefined) return [];
  const target = {
    document: uri,
    function: walker.title,
    freer: freer?.title ?? 'nothing',
  } satisfies ReplayTarget;
  return [
    {
      range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
      command: { title: `Run: ${walker.title} against ${target.freer}`, command, arguments: [target] },
    },
  ];
}
