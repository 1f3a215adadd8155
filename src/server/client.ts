/** What the client told of itself in `initialize`; its options are validated, and whatever is wrong in them is left out. */
import * as v from 'valibot';
import type { InitializeParams, WorkspaceFoldersChangeEvent } from 'vscode-languageserver';
import { filePath } from './roots.js';

export interface Client {
  readonly pullsSettings: boolean;
  readonly registersSettings: boolean;
  readonly relatedInformation: boolean;
  readonly progress: boolean;
  readonly refreshesLenses: boolean;
  /** Takes edits of documents in a version. */
  readonly versionedEdits: boolean;
  /** Shows a label with edits. */
  readonly annotatedEdits: boolean;
  readonly showsDocuments: boolean;
  /** Tells when a file changes that it is asked to look after. */
  readonly watchesFiles: boolean;
  /** Tells when folders are opened and closed. */
  readonly changesFolders: boolean;
  /** Absolute paths of the folders that are open. */
  readonly folders: readonly string[];
  /** Commands of ours that the client runs itself (lenses and code actions name them). */
  readonly commands: ReadonlySet<string>;
  /** Where the rules' pages are, without a `/` at the end; undefined: those beside the server. */
  readonly rulePages: string | undefined;
  /** Settings of a client that has no workspace/configuration. */
  readonly settings: unknown;
}

type Told = Pick<InitializeParams, 'capabilities' | 'initializationOptions' | 'workspaceFolders'>;

const options = v.object({
  commands: v.fallback(v.array(v.string()), []),
  rulePages: v.fallback(v.optional(v.pipe(v.string(), v.url())), undefined),
  settings: v.optional(v.unknown()),
});

/** One that has said nothing. */
export const NO_CLIENT: Client = readClient({ capabilities: {} });

export function readClient(params: Told): Client {
  const { capabilities } = params;
  const given: unknown = params.initializationOptions ?? {};
  const parsed = v.safeParse(
    options,
    typeof given === 'object' ? { commands: [], ...given } : { commands: [] },
  );
  const told = parsed.success ? parsed.output : { commands: [], rulePages: undefined, settings: undefined };
  return {
    pullsSettings: capabilities.workspace?.configuration ?? false,
    registersSettings: capabilities.workspace?.didChangeConfiguration?.dynamicRegistration ?? false,
    relatedInformation: capabilities.textDocument?.publishDiagnostics?.relatedInformation ?? false,
    progress: capabilities.window?.workDoneProgress ?? false,
    refreshesLenses: capabilities.workspace?.codeLens?.refreshSupport ?? false,
    versionedEdits: capabilities.workspace?.workspaceEdit?.documentChanges ?? false,
    annotatedEdits: capabilities.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    showsDocuments: capabilities.window?.showDocument?.support ?? false,
    watchesFiles: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    changesFolders: capabilities.workspace?.workspaceFolders ?? false,
    folders: foldersOf(params),
    commands: new Set(told.commands),
    rulePages: told.rulePages?.replace(/(?<!\/)\/+$/, ''),
    settings: told.settings,
  };
}

/** An older client names one root, in a field that newer ones only keep for older servers. */
function foldersOf(params: Told): readonly string[] {
  const root: unknown = Reflect.get(params, 'rootUri');
  const uris = params.workspaceFolders?.map(({ uri }) => uri) ?? (typeof root === 'string' ? [root] : []);
  return uris.flatMap((uri) => filePath(uri) ?? []);
}

/** The folders that are open after a change of them. */
export function foldersAfter(
  before: readonly string[],
  { added, removed }: WorkspaceFoldersChangeEvent,
): readonly string[] {
  const gone = new Set(removed.map(({ uri }) => filePath(uri)));
  return [
    ...before.filter((folder) => !gone.has(folder)),
    ...added.flatMap(({ uri }) => filePath(uri) ?? []),
  ];
}
