/** One VS Code with the VSIX and a folder, from the first test of a suite to its last. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { availability } from './host/available.js';
import type { Shown } from './host/browser.js';
import { showFolder } from './host/browser.js';
import type { ServerOptions, VsCodeServer } from './host/server.js';
import { startServer } from './host/server.js';
import * as workbench from './host/workbench.js';
import { packVsix } from './vsix.js';

/** A folder to open, and the file of it that is open from the start (both absolute paths). */
export interface Subject {
  readonly folder: string;
  readonly file: string;
  /** Absent: the folder is left as it is. */
  readonly remove?: () => void;
}

export interface SessionOptions extends Omit<ServerOptions, 'vsix'> {
  /** Which VS Code; absent: the newest. */
  readonly vscode?: 'newest' | 'oldest';
}

export interface EditorSession {
  /** The page of the workbench; an error when it did not come up. */
  readonly page: () => Page;
  /** What the page wrote to its console with level error. */
  readonly errors: () => readonly string[];
  /** Runs one step, and draws the picture NAME.png after it; NAME-FAILED.png when it failed. */
  readonly step: (name: string, run: (page: Page) => Promise<void>) => Promise<void>;
}

const VIEW = { width: 1600, height: 1000 } as const;

/**
 * Registers what the suite around it needs: one session for all of its tests, each skipped (with the reason) where VS Code, the
 * browser or the subject is missing. `make` is asked once, before the first test; a text that it gives is such a reason.
 */
export function editorSession<T extends Subject>(
  make: () => T | string,
  { vscode = 'newest', ...options }: SessionOptions = {},
): EditorSession & { readonly subject: () => T } {
  const available = availability(vscode);
  let missing = 'missing' in available ? available.missing : undefined;
  let subject: T | undefined;
  let server: VsCodeServer | undefined;
  let shown: Shown | undefined;

  beforeAll(async () => {
    if ('missing' in available) return;
    const made = make();
    if (typeof made === 'string') {
      missing = made;
      return;
    }
    subject = made;
    server = await startServer(available.host, { ...options, vsix: packVsix() });
    shown = await showFolder(available.host, server, made.folder, { ...VIEW, file: made.file });
    await workbench.fileIsOpen(shown.page, made.file, 60_000);
  });
  afterAll(async () => {
    await shown?.close();
    await server?.close();
    subject?.remove?.();
  });
  beforeEach((context) => {
    if (missing !== undefined) context.skip(missing);
  });

  const page = (): Page => there(shown, 'workbench').page;
  return {
    page,
    errors: () => there(shown, 'workbench').errors(),
    subject: () => there(subject, 'folder'),
    step: async (name, run) => {
      try {
        await run(page());
        await workbench.screenshot(page(), name);
      } catch (error) {
        await workbench.screenshot(page(), `${name}-FAILED`);
        throw error;
      }
    },
  };
}

function there<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`the ${name} is not there`);
  return thing;
}
