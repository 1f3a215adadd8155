/** What a node of the Walkers view looks like. A row is also the argument of Replay Race: it names document, function and freer. */
import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState, l10n } from 'vscode';
import type { OverviewRow } from '../../protocol/requests.js';
import { COMMAND_IDS } from '../command-ids.js';
import type { Grouping, RowGroup } from './rows.js';

export interface GroupNode {
  readonly kind: 'group';
  readonly by: Grouping;
  readonly group: RowGroup;
}
export interface RowNode {
  readonly kind: 'row';
  readonly by: Grouping;
  readonly row: OverviewRow;
  readonly document: string;
  readonly function: string;
  readonly freer?: string;
  /** For Explain Rule. */
  readonly rule?: string;
}
export type WalkersNode = GroupNode | RowNode;

export function rowNode(row: OverviewRow, by: Grouping): RowNode {
  const { document, function: name, finding } = row;
  return {
    kind: 'row',
    by,
    row,
    document,
    function: name,
    ...(finding === null ? {} : { rule: finding.rule }),
    ...(finding === null || finding.freer === null ? {} : { freer: finding.freer }),
  };
}

export const itemOf = (node: WalkersNode): TreeItem =>
  node.kind === 'group' ? groupItem(node) : rowItem(node);

function groupItem({ by, group: { key, rows } }: GroupNode): TreeItem {
  const slash = by === 'file' ? key.lastIndexOf('/') : -1;
  const item = new TreeItem(
    key === '' ? l10n.t('no finding') : key.slice(slash + 1),
    key === '' ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded,
  );
  item.id = `${by}:${key}`;
  item.description = slash < 0 ? String(rows.length) : key.slice(0, slash);
  item.contextValue = 'group';
  if (by === 'file') item.iconPath = ThemeIcon.File;
  return item;
}

function rowItem(node: RowNode): TreeItem {
  const { row, by } = node;
  const { finding } = row;
  const item = new TreeItem(`${row.function}()`);
  const place = `${row.file}:${row.line + 1}`;
  item.description = descriptionOf(row, by, place);
  item.iconPath = iconOf(row);
  item.contextValue = finding === null ? 'walker' : finding.freer === null ? 'finding' : 'finding.replayable';
  item.tooltip = new MarkdownString().appendText(
    finding === null
      ? l10n.t('{0}: {1}() walks, and has no finding of a severity that is shown.', place, row.function)
      : `${place}: ${finding.message}`,
  );
  item.accessibilityInformation = { label: `${row.function}, ${item.description}` };
  item.command = { title: l10n.t('Open'), command: COMMAND_IDS.walkersOpenSource, arguments: [node] };
  return item;
}

/** What the group does not say already. */
function descriptionOf({ finding, line }: OverviewRow, by: Grouping, place: string): string {
  if (finding === null) return by === 'file' ? l10n.t('line {0}', line + 1) : place;
  const { rule, freer, verdict } = finding;
  switch (by) {
    case 'file':
      return `${verdict === 'not-run' ? '' : `${verdict}, `}${freer ?? rule}`;
    case 'rule':
      return `${place}${verdict === 'not-run' ? '' : `, ${verdict}`}`;
    case 'verdict':
      return `${rule}, ${place}`;
  }
}

function iconOf({ finding }: OverviewRow): ThemeIcon {
  switch (finding?.severity) {
    case 'error':
      return new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground'));
    case 'warning':
      return new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
    case 'info':
      return new ThemeIcon('info', new ThemeColor('problemsInfoIcon.foreground'));
    case undefined:
      return new ThemeIcon('circle-outline');
  }
}
