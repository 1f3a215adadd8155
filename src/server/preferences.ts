/** What the client is and wants: what it told of itself, and its settings, given at the start, pushed when they change, or pulled. */
import type { Connection, InitializeParams } from 'vscode-languageserver';
import {
  DidChangeConfigurationNotification,
  MessageType,
  ShowMessageNotification,
} from 'vscode-languageserver';
import { reasonOf } from '../host/files.js';
import { readSettings, wrongSettings, type Settings } from '../protocol/settings.js';
import { foldersAfter, NO_CLIENT, readClient, type Client } from './client.js';

export interface Preferences {
  /** Before the client has said who it is, one that can nothing. */
  readonly client: () => Client;
  readonly settings: () => Settings;
  /** With what `initialize` tells. */
  readonly begin: (params: InitializeParams) => void;
}

/** `changed`: the settings were told again, and may be others; or the folders that are open are others. */
export function createPreferences(
  connection: Connection,
  changed: (what: 'settings' | 'folders') => void,
): Preferences {
  let client = NO_CLIENT;
  let settings = readSettings({});
  const told = new Set<string>();

  /** Once for each wrong value: a client may send all of them again at every change. */
  function tellWrong(value: unknown): void {
    for (const wrong of wrongSettings(value)) {
      if (told.has(wrong)) continue;
      told.add(wrong);
      void connection.sendNotification(ShowMessageNotification.type, {
        type: MessageType.Warning,
        message: `Walkrace: a setting is not used. ${wrong}`,
      });
    }
  }

  function apply(value: unknown): void {
    settings = readSettings(value);
    tellWrong(value);
    changed('settings');
  }

  async function pull(): Promise<void> {
    if (!client.pullsSettings) return;
    try {
      const pulled: unknown = await connection.workspace.getConfiguration('walkrace');
      apply(pulled);
    } catch (error) {
      connection.console.warn(`the settings were not read, and stay as they are: ${reasonOf(error)}`);
    }
  }

  connection.onInitialized(() => {
    if (client.registersSettings) {
      connection.client
        .register(DidChangeConfigurationNotification.type, { section: 'walkrace' })
        .catch(() => undefined);
    }
    if (client.changesFolders) {
      connection.workspace.onDidChangeWorkspaceFolders((change) => {
        client = { ...client, folders: foldersAfter(client.folders, change) };
        changed('folders');
      });
    }
    tellWrong(client.settings);
    void pull();
  });
  connection.onDidChangeConfiguration(({ settings: pushed }: { settings: unknown }) => {
    if (client.pullsSettings) void pull();
    else
      apply(
        typeof pushed === 'object' && pushed !== null && 'walkrace' in pushed ? pushed.walkrace : undefined,
      );
  });

  return {
    client: () => client,
    settings: () => settings,
    begin: (params) => {
      client = readClient(params);
      settings = readSettings(client.settings);
    },
  };
}
