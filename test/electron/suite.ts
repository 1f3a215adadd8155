/**
 * The suite that runs inside the extension host, with the very API that the extension has: in a desktop VS Code through
 * @vscode/test-electron (npm run test:electron), and in the server's VS Code through a page (test/editor/host-suite.test.ts).
 * Each case is told in a line; `run` rejects when one has failed.
 */
import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';

const ID = 'walkrace.walkrace';
const WALKER = 'arch/arm64/mm/dump_unprotected.c';

interface Case {
  readonly name: string;
  readonly run: () => Promise<void>;
}

const CASES: readonly Case[] = [
  {
    name: 'every command of the manifest is registered, and every one of ours is in the manifest',
    run: async () => {
      const extension = vscode.extensions.getExtension<unknown>(ID);
      assert.ok(extension, `${ID} is not installed`);
      const started = performance.now();
      await extension.activate();
      console.log(`# activation: ${(performance.now() - started).toFixed(0)} ms`);
      const manifest = extension.packageJSON as { contributes: { commands: { command: string }[] } };
      const contributed = manifest.contributes.commands.map(({ command }) => command).sort();
      // The client library registers the commands that the server runs.
      const registered = (await vscode.commands.getCommands(true)).filter(
        (command) =>
          command.startsWith('walkrace.') &&
          command !== 'walkrace.openTrace' &&
          !/\.(focus|open|resetViewLocation|toggleVisibility|removeView)$/.test(command),
      );
      assert.deepEqual(registered.sort(), contributed);
    },
  },
  {
    name: 'an unprotected walk has a diagnostic with rule, link and chain; the lock takes it away, and undo brings it back',
    run: async () => {
      const { document, editor } = await show(WALKER);
      const [finding] = await diagnostics(document, (found) => found.length > 0);
      assert.ok(finding);
      assert.equal(finding.source, 'walkrace');
      assert.ok(
        typeof finding.code === 'object' && String(finding.code.value).startsWith('kernel-walk/'),
        JSON.stringify(finding.code),
      );
      const walk = document.getText(finding.range);
      assert.match(walk, /\w+\(/, `the range is the walk's own expression: ${walk}`);
      const call = document.positionAt(document.getText().indexOf('\tdump_pgd(m, PAGE_OFFSET);'));
      assert.ok(
        await editor.edit((edit) => {
          edit.insert(call, '\tget_online_mems();\n');
          edit.insert(call.translate(1), '\tput_online_mems();\n');
        }),
      );
      await diagnostics(document, (found) => !found.some((one) => sameRule(one, finding)));
      await vscode.commands.executeCommand('undo');
      await diagnostics(document, (found) => found.some((one) => sameRule(one, finding)));
    },
  },
  {
    name: 'a walker has a lens, a hover and actions',
    run: async () => {
      const { document } = await show(WALKER);
      const [finding] = await diagnostics(document, (found) => found.length > 0);
      assert.ok(finding);
      const lenses = await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20);
      assert.ok(
        lenses.some((lens) => lens.command?.command === 'walkrace.replayRace'),
        'no lens replays',
      );
      const hovers = await ask<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        finding.range.start,
      );
      const contents = hovers.flatMap((hover) => hover.contents);
      const text = contents.map((one) => (one instanceof vscode.MarkdownString ? one.value : '')).join('\n');
      assert.match(text, /held on every path/);
      const actions = await ask<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        document.uri,
        finding.range,
      );
      assert.ok(
        actions.some(({ command }) => command?.command === 'walkrace.replayRace'),
        'no action replays',
      );
    },
  },
  {
    name: 'Replay Race opens a trace beside the source, once for a walker',
    run: async () => {
      const { document } = await show(WALKER);
      const [lens] = (
        await ask<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 20)
      ).filter(({ command }) => command?.title.startsWith('Replay race') === true);
      assert.ok(lens?.command);
      const [target] = (lens.command.arguments ?? []) as unknown[];
      await vscode.commands.executeCommand('walkrace.replayRace', target);
      await vscode.commands.executeCommand('walkrace.replayRace', target);
      await until('one trace', () => traceTabs().length === 1);
      await vscode.window.tabGroups.close(traceTabs());
    },
  },
  {
    name: 'a folder has a task that scans it, read by our problem matcher',
    run: async () => {
      const [task] = await vscode.tasks.fetchTasks({ type: 'walkrace' });
      assert.ok(task, 'no task is offered');
      assert.ok(task.execution instanceof vscode.ProcessExecution);
      assert.deepEqual(
        [task.execution.process, ...task.execution.args],
        ['walkrace', 'scan', '--min-severity', 'warning'],
      );
      assert.deepEqual(task.problemMatchers, ['$walkrace']);
    },
  },
  {
    name: 'Open Sample opens a copy of the sample, and its walk is found',
    run: async () => {
      void vscode.commands.executeCommand('walkrace.openSample');
      const opened = (): vscode.TextDocument | undefined =>
        vscode.workspace.textDocuments.find(({ uri }) =>
          /sample-[\d.]+.*dump_unprotected\.c$/.test(uri.path),
        );
      await until('the sample', () => opened() !== undefined);
      const document = opened();
      assert.ok(document);
      const [finding] = await diagnostics(document, (found) => found.length > 0);
      assert.ok(finding);
      assert.equal(ruleOf(finding), 'kernel-walk/hot-remove');
    },
  },
];

/** The entry that both launchers call. */
export async function run(): Promise<void> {
  const failed: string[] = [];
  for (const { name, run: runCase } of CASES) {
    try {
      await within(30_000, runCase());
      console.log(`ok - ${name}`);
    } catch (error) {
      failed.push(name);
      console.log(
        `not ok - ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
    }
  }
  console.log(`# ${CASES.length - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) throw new Error(`failed: ${failed.join('; ')}`);
}

async function show(path: string): Promise<{ document: vscode.TextDocument; editor: vscode.TextEditor }> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, 'no folder is open');
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder.uri, path));
  return { document, editor: await vscode.window.showTextDocument(document, vscode.ViewColumn.One) };
}

const ask = <T>(command: string, ...given: unknown[]): Thenable<T> =>
  vscode.commands.executeCommand<T>(command, ...given);

const ours = (document: vscode.TextDocument): readonly vscode.Diagnostic[] =>
  vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'walkrace');

const ruleOf = ({ code }: vscode.Diagnostic): string =>
  typeof code === 'object' ? String(code.value) : String(code);

const sameRule = (one: vscode.Diagnostic, other: vscode.Diagnostic): boolean =>
  ruleOf(one) === ruleOf(other) && one.message.split('(')[0] === other.message.split('(')[0];

/** Our diagnostics of the document, once they are as wanted. */
async function diagnostics(
  document: vscode.TextDocument,
  wanted: (found: readonly vscode.Diagnostic[]) => boolean,
): Promise<readonly vscode.Diagnostic[]> {
  await until('the wanted diagnostics', () => wanted(ours(document)));
  return ours(document);
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 50) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`waited in vain for ${what}`);
}

const traceTabs = (): readonly vscode.Tab[] =>
  vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(
      ({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith('walkrace.trace'),
    );

function within(ms: number, work: Promise<void>): Promise<void> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`took longer than ${ms} ms`)), ms)),
  ]);
}
