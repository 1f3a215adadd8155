/**
 * Tasks that run the `walkrace` command over a folder; the problem matcher reads what it prints. The command is not part of the
 * extension: it is looked for where the terminal looks (`npm install --global` of the project puts it there).
 */
import type { Disposable, TaskDefinition, WorkspaceFolder } from 'vscode';
import { ProcessExecution, Task, TaskGroup, l10n, tasks, workspace } from 'vscode';
import { scanArguments } from './definition.js';

const TYPE = 'walkrace';
const MATCHER = '$walkrace';

export const registerTasks = (): Disposable =>
  tasks.registerTaskProvider(TYPE, {
    provideTasks: () =>
      (workspace.workspaceFolders ?? [])
        .filter(({ uri }) => uri.scheme === 'file')
        .flatMap((folder) => taskOf({ type: TYPE }, folder, l10n.t('scan')) ?? []),
    resolveTask: ({ definition, scope, name }) =>
      typeof scope === 'object' ? taskOf(definition, scope, name) : undefined,
  });

function taskOf(definition: TaskDefinition, folder: WorkspaceFolder, name: string): Task | undefined {
  const given = scanArguments(definition);
  if (given === undefined) return undefined;
  const execution = new ProcessExecution('walkrace', [...given], { cwd: folder.uri.fsPath });
  const task = new Task(definition, folder, name, 'walkrace', execution, MATCHER);
  task.group = TaskGroup.Build;
  return task;
}
