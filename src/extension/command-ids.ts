/** Every command that package.json contributes, once. test/unit/manifest.test.ts holds the two against each other. */
import { COMMANDS } from '../protocol/commands.js';

export const COMMAND_IDS = {
  replayRace: COMMANDS.replayRace,
  runRaceFile: 'walkrace.runRaceFile',
  explainRule: COMMANDS.explainRule,
  suppress: COMMANDS.suppress,
  scanFile: 'walkrace.scanFile',
  scanTree: 'walkrace.scanTree',
  openSample: 'walkrace.openSample',
  showLog: 'walkrace.showLog',
  copyInformation: 'walkrace.copyInformation',
  traceNext: 'walkrace.trace.next',
  tracePrevious: 'walkrace.trace.previous',
  traceNextSwitch: 'walkrace.trace.nextSwitch',
  tracePreviousSwitch: 'walkrace.trace.previousSwitch',
  traceWhatIf: 'walkrace.trace.whatIf',
  traceCopyLink: 'walkrace.trace.copyLink',
  traceExport: 'walkrace.trace.export',
  walkersOpenSource: 'walkrace.walkers.openSource',
  walkersGroup: 'walkrace.walkers.group',
  walkersFilter: 'walkrace.walkers.filter',
  walkersClearFilter: 'walkrace.walkers.clearFilter',
  reviewPatch: 'walkrace.reviewPatch',
  reviewCopyReply: 'walkrace.review.copyReply',
  reviewOpenChanges: 'walkrace.review.openChanges',
  reviewOpenSource: 'walkrace.review.openSource',
  reviewReplayBefore: 'walkrace.review.replayBefore',
  reviewReplayAfter: 'walkrace.review.replayAfter',
} as const;

export type CommandId = (typeof COMMAND_IDS)[keyof typeof COMMAND_IDS];
