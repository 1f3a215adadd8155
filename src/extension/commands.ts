/** Registers every command of the manifest: a record by id, so that the compiler finds the one that was forgotten. */
import type { Disposable, ExtensionContext, LogOutputChannel } from 'vscode';
import { commands } from 'vscode';
import type { Client } from './client.js';
import { COMMAND_IDS } from './command-ids.js';
import type { CommandId } from './command-ids.js';
import { copyInformation } from './commands/copy-information.js';
import { explainRule } from './commands/explain-rule.js';
import { openSample } from './commands/open-sample.js';
import { replayRace } from './commands/replay-race.js';
import { runRaceFile } from './commands/run-race-file.js';
import { scanFile, scanTree } from './commands/scan.js';
import { suppress } from './commands/suppress.js';
import type { Reviews } from './review/reviews.js';
import type { TracePanels } from './trace/panels.js';
import type { WalkersView } from './walkers/view.js';

export interface Features {
  readonly context: ExtensionContext;
  readonly client: Client;
  readonly panels: TracePanels;
  readonly walkers: WalkersView;
  readonly reviews: Reviews;
  readonly log: LogOutputChannel;
}

export function registerCommands({
  context,
  client,
  panels,
  walkers,
  reviews,
  log,
}: Features): readonly Disposable[] {
  const run: Readonly<Record<CommandId, (argument: unknown) => unknown>> = {
    [COMMAND_IDS.replayRace]: (target) => replayRace(client, panels, target),
    [COMMAND_IDS.runRaceFile]: () => runRaceFile(panels),
    [COMMAND_IDS.explainRule]: (rule) => explainRule(context.extensionUri, rule),
    [COMMAND_IDS.suppress]: (target) => suppress(target),
    [COMMAND_IDS.scanFile]: () => scanFile(client, log),
    [COMMAND_IDS.scanTree]: () => scanTree(client, log),
    [COMMAND_IDS.openSample]: () => openSample(context),
    [COMMAND_IDS.showLog]: () => log.show(),
    [COMMAND_IDS.copyInformation]: () => copyInformation(client),
    [COMMAND_IDS.traceNext]: () => panels.go('next'),
    [COMMAND_IDS.tracePrevious]: () => panels.go('previous'),
    [COMMAND_IDS.traceNextSwitch]: () => panels.go('next-switch'),
    [COMMAND_IDS.tracePreviousSwitch]: () => panels.go('previous-switch'),
    [COMMAND_IDS.traceWhatIf]: () => panels.last()?.whatIf(),
    [COMMAND_IDS.traceCopyLink]: () => panels.last()?.copyLink(),
    [COMMAND_IDS.traceExport]: () => panels.last()?.save(),
    [COMMAND_IDS.walkersOpenSource]: (node) => walkers.open(node),
    [COMMAND_IDS.walkersGroup]: () => walkers.pickGrouping(),
    [COMMAND_IDS.walkersFilter]: () => walkers.askFilter(),
    [COMMAND_IDS.walkersClearFilter]: () => walkers.clearFilter(),
    [COMMAND_IDS.reviewPatch]: (file) => reviews.review(file),
    [COMMAND_IDS.reviewCopyReply]: (node) => reviews.copyReply(node),
    [COMMAND_IDS.reviewOpenChanges]: () => reviews.openChanges(),
    [COMMAND_IDS.reviewOpenSource]: (node) => reviews.openSource(node),
    [COMMAND_IDS.reviewReplayBefore]: (node) => reviews.replay(node, 'before'),
    [COMMAND_IDS.reviewReplayAfter]: (node) => reviews.replay(node, 'after'),
  };
  return Object.entries(run).map(([id, action]) => commands.registerCommand(id, action));
}
