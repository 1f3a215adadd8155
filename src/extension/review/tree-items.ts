/** What a node of the review view looks like, and what a click on it does. */
import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n } from 'vscode';
import type { Change, ReviewFinding } from '../../protocol/review.js';
import { COMMAND_IDS } from '../command-ids.js';
import type { ReviewNode } from './nodes.js';

export function itemOf(node: ReviewNode): TreeItem {
  switch (node.kind) {
    case 'series': {
      const item = new TreeItem(node.report.patch, TreeItemCollapsibleState.Expanded);
      item.description = l10n.t('on {0}', node.report.base);
      item.iconPath = new ThemeIcon('mail');
      item.contextValue = 'series';
      return item;
    }
    case 'patch': {
      const { patch, number } = node;
      const item = new TreeItem(patch.title, TreeItemCollapsibleState.Expanded);
      item.id = `patch:${number}`;
      item.description = summaryOf(patch.findings);
      item.iconPath = new ThemeIcon('git-commit');
      item.contextValue = 'patch';
      return item;
    }
    case 'finding':
      return findingItem(node);
    case 'note': {
      const item = new TreeItem(node.text);
      item.iconPath = new ThemeIcon(node.icon);
      item.tooltip = node.text;
      item.contextValue = 'note';
      if (node.line !== undefined)
        item.command = { title: l10n.t('Open'), command: COMMAND_IDS.reviewOpenSource, arguments: [node] };
      return item;
    }
  }
}

function findingItem(node: Extract<ReviewNode, { kind: 'finding' }>): TreeItem {
  const { finding } = node;
  const item = new TreeItem(`${finding.function}()`);
  const change = changeText(finding.change);
  item.description = `${change}, ${finding.freer ?? finding.rule}${finding.verdict === 'not-run' ? '' : `, ${finding.verdict}`}`;
  item.iconPath = new ThemeIcon(ICONS[finding.change], new ThemeColor(COLOURS[finding.change]));
  item.tooltip = new MarkdownString().appendText(
    `${finding.file}:${finding.line}: ${finding.message}${finding.reason === '' ? '' : ` (${finding.reason})`}`,
  );
  item.accessibilityInformation = { label: `${finding.function}, ${item.description}` };
  item.contextValue = finding.freer === null ? 'finding' : 'finding.replayable';
  item.command = { title: l10n.t('Open'), command: COMMAND_IDS.reviewOpenSource, arguments: [node] };
  return item;
}

/** Told apart by shape, not by colour alone. */
const ICONS: Readonly<Record<Change, string>> = {
  introduced: 'diff-added',
  fixed: 'pass',
  remaining: 'circle-outline',
};
const COLOURS: Readonly<Record<Change, string>> = {
  introduced: 'problemsErrorIcon.foreground',
  fixed: 'testing.iconPassed',
  remaining: 'descriptionForeground',
};

function changeText(change: Change): string {
  switch (change) {
    case 'introduced':
      return l10n.t('introduced');
    case 'fixed':
      return l10n.t('fixed');
    case 'remaining':
      return l10n.t('remaining');
  }
}

/** `1 introduced, 2 fixed`; what remains is not counted. */
function summaryOf(findings: readonly ReviewFinding[]): string {
  const told = (['introduced', 'fixed'] as const).flatMap((change) => {
    const count = findings.filter((finding) => finding.change === change).length;
    return count === 0 ? [] : [`${count} ${changeText(change)}`];
  });
  return told.length === 0 ? l10n.t('nothing introduced') : told.join(', ');
}
