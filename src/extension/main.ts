/**
 * The extension: nothing but wiring. It starts with the first C document (or one of our commands), starts the language server in
 * a process of its own, and hands the rest to one file per feature. No feature keeps state outside of what it registers.
 */
import type { ExtensionContext } from 'vscode';
import * as vscode from 'vscode';
import { startClient } from './client.js';
import { registerCommands } from './commands.js';
import { createLanguageStatus } from './language-status.js';
import { createReviews } from './review/reviews.js';
import { registerTasks } from './tasks/provider.js';
import { createTracePanels } from './trace/panels.js';
import { registerUriHandler } from './trace/deep-link.js';
import { createWalkersView } from './walkers/view.js';

export function activate(context: ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Walkrace', { log: true });
  const client = startClient(context, log);
  const panels = createTracePanels(context, client);
  const walkers = createWalkersView(context, client);
  const reviews = createReviews(client, panels);
  context.subscriptions.push(
    log,
    client,
    panels,
    walkers,
    reviews,
    createLanguageStatus(client),
    registerUriHandler(({ request, step }) => panels.show(request, step)),
    registerTasks(),
    ...registerCommands({ context, client, panels, walkers, reviews, log }),
  );
}
