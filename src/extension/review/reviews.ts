/**
 * Patch review: Review Patch… asks the server, and shows what it found as a view (series, patch, finding), as comment threads on a diff
 * of the two sides, as diagnostics on the patch, and as a reply to the mail.
 */
import type { Uri } from 'vscode';
import { EventEmitter, Range, commands, env, l10n, window } from 'vscode';
import { REVIEW } from '../../protocol/review.js';
import type { ReviewAnswer, ReviewParams } from '../../protocol/review.js';
import type { Client } from '../client.js';
import { askWithProgress } from '../progress.js';
import type { TracePanels } from '../trace/panels.js';
import { childrenOf } from './nodes.js';
import type { ReviewNode } from './nodes.js';
import { registerSides, sideUri } from './sides.js';
import { chooseSource } from './source.js';
import { createRemarks } from './threads.js';
import { itemOf } from './tree-items.js';

const VIEW = 'walkrace.review';
/** Context key: there is a review, and its commands have something to show. */
const REVIEWED = 'walkrace.reviewed';

export interface Reviews {
  readonly dispose: () => void;
  /** `given`: the file of a menu; anything else means that it is asked for. */
  readonly review: (given: unknown) => Promise<void>;
  /** All files of the series, before and after. */
  readonly openChanges: () => Promise<void>;
  /** The line of the tree, or of the patch, that a node is about. */
  readonly openSource: (node: unknown) => Promise<void>;
  readonly replay: (node: unknown, side: 'before' | 'after') => Promise<void>;
  /** The answer to the mail of a patch: the node's, or the one that is picked. */
  readonly copyReply: (node: unknown) => Promise<void>;
}

interface Shown {
  readonly answer: ReviewAnswer;
  readonly document: Uri | undefined;
}

export function createReviews(client: Client, panels: TracePanels): Reviews {
  const changed = new EventEmitter<undefined>();
  const sides = registerSides();
  const remarks = createRemarks();
  let shown: Shown | undefined;
  const view = window.createTreeView<ReviewNode>(VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: itemOf,
      getChildren: (node) => [...childrenOf(node, shown?.answer.report)],
    },
  });

  async function review(given: unknown): Promise<void> {
    const chosen = await chooseSource(given);
    if (chosen === undefined) return;
    const params: ReviewParams = { tree: chosen.tree, source: chosen.source, progress: false };
    const title = l10n.t('Walkrace: reviewing');
    const answer = await askWithProgress<ReviewAnswer>(client, REVIEW, params, { title });
    if (answer === undefined) return;
    shown = { answer, document: chosen.document };
    sides.add(answer);
    remarks.show(answer, chosen.document);
    changed.fire(undefined);
    await commands.executeCommand('setContext', REVIEWED, true);
    await commands.executeCommand(`${VIEW}.focus`);
    if (answer.texts.length > 0) await openChanges();
  }

  async function openChanges(): Promise<void> {
    if (shown !== undefined) await showChanges(shown.answer);
  }

  async function openSource(given: unknown): Promise<void> {
    const node = nodeOf(given);
    if (shown === undefined || node === undefined) return;
    if (node.kind === 'note' && node.line !== undefined && shown.document !== undefined)
      await showLine(shown.document, node.line);
    if (node.kind !== 'finding') return;
    const { finding } = node;
    const root = shown.answer.sides[finding.change === 'fixed' ? 'before' : 'after'];
    await showLine(sideUri(root, finding.file), finding.line);
  }

  async function replay(given: unknown, side: 'before' | 'after'): Promise<void> {
    const node = nodeOf(given);
    if (shown === undefined || node?.kind !== 'finding' || node.finding.freer === null) return;
    const { file, function: name, freer, movedFrom } = node.finding;
    const there = side === 'before' && movedFrom !== undefined ? movedFrom : { file, function: name };
    const document = sideUri(shown.answer.sides[side], there.file).toString(true);
    await panels.show({ document, function: there.function, freer, protections: [] });
  }

  async function copyReply(given: unknown): Promise<void> {
    if (shown === undefined) return;
    const node = nodeOf(given);
    await copyReplyOf(shown.answer, node?.kind === 'patch' ? node.number : undefined);
  }

  return {
    review,
    openChanges,
    openSource,
    replay,
    copyReply,
    dispose: () => {
      view.dispose();
      remarks.dispose();
      sides.dispose();
      changed.dispose();
    },
  };
}

/** The files of a series, before and after, in the editor's view of many changes. */
async function showChanges({ report, sides, texts }: ReviewAnswer): Promise<void> {
  const pairs = texts.map(({ path, before, after }) => [
    sideUri(sides.after, path),
    before === null ? undefined : sideUri(sides.before, path),
    after === null ? undefined : sideUri(sides.after, path),
  ]);
  await commands.executeCommand('vscode.changes', report.patch, pairs);
}

/** The reply to one patch of a review into the clipboard; without its number, the one that is picked. */
async function copyReplyOf({ replies, report }: ReviewAnswer, number: number | undefined): Promise<void> {
  const items = replies
    .filter(({ patch }) => number === undefined || patch === number)
    .map(({ patch, mail }) => ({ label: report.patches[patch - 1]?.title ?? report.patch, mail }));
  if (items.length === 0) {
    void window.showInformationMessage(l10n.t('There is nothing to say to this mail.'));
    return;
  }
  const picked =
    items.length === 1
      ? items[0]
      : await window.showQuickPick(items, { title: l10n.t('Answer to which mail?') });
  if (picked === undefined) return;
  await env.clipboard.writeText(picked.mail);
  void window.showInformationMessage(l10n.t('The reply is in the clipboard: “{0}”.', picked.label));
}

async function showLine(uri: Uri, line: number): Promise<void> {
  const at = Math.max(0, line - 1);
  await window.showTextDocument(uri, { selection: new Range(at, 0, at, 0) });
}

/** The argument of a menu's command is the node itself; by the palette there is none. */
const nodeOf = (given: unknown): ReviewNode | undefined => (isNode(given) ? given : undefined);
const isNode = (given: unknown): given is ReviewNode =>
  typeof given === 'object' &&
  given !== null &&
  'kind' in given &&
  (given.kind === 'series' || given.kind === 'patch' || given.kind === 'finding' || given.kind === 'note');
