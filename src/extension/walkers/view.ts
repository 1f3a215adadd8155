/**
 * The Walkers view: what the server knows of the open files and of the last scan, by file, rule or verdict. It asks again when
 * the server comes to rest, and keeps grouping and filter over a reload. The badge counts errors and warnings.
 */
import type { ExtensionContext } from 'vscode';
import { EventEmitter, Range, Uri, commands, l10n, window } from 'vscode';
import { OVERVIEW } from '../../protocol/requests.js';
import type { OverviewAnswer, OverviewRow } from '../../protocol/requests.js';
import type { Client } from '../client.js';
import { GROUPINGS, graveOf, groupsOf } from './rows.js';
import type { Grouping } from './rows.js';
import { itemOf, rowNode } from './tree-items.js';
import type { RowNode, WalkersNode } from './tree-items.js';

const VIEW = 'walkrace.walkers';
/** Context key: a filter hides rows, and Clear Filter is offered. */
const FILTERED = 'walkrace.walkersFiltered';
const REST_MS = 150;

export interface WalkersView {
  readonly dispose: () => void;
  readonly pickGrouping: () => Promise<void>;
  readonly askFilter: () => Promise<void>;
  readonly clearFilter: () => Promise<void>;
  /** Opens the source of a node; anything else is ignored. */
  readonly open: (node: unknown) => Promise<void>;
}

export function createWalkersView({ workspaceState: memory }: ExtensionContext, client: Client): WalkersView {
  const changed = new EventEmitter<undefined>();
  let rows: readonly OverviewRow[] = [];
  let timer: NodeJS.Timeout | undefined;

  const grouping = (): Grouping => {
    const kept = memory.get<string>(`${VIEW}.grouping`);
    return GROUPINGS.find((one) => one === kept) ?? 'file';
  };
  const filter = (): string => memory.get<string>(`${VIEW}.filter`, '');

  const view = window.createTreeView<WalkersNode>(VIEW, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: itemOf,
      getChildren: (node) => {
        const by = grouping();
        if (node === undefined)
          return groupsOf(rows, by, filter()).map((group) => ({ kind: 'group', by, group }));
        return node.kind === 'group' ? node.group.rows.map((row) => rowNode(row, node.by)) : [];
      },
    },
  });

  function draw(): void {
    const [count, words] = [graveOf(rows), filter()];
    view.badge =
      count === 0 ? undefined : { value: count, tooltip: l10n.t('{0} errors and warnings', count) };
    view.description = words === '' ? '' : l10n.t('filter: {0}', words);
    const hidden = rows.length > 0 && groupsOf(rows, grouping(), words).length === 0;
    view.message = hidden ? l10n.t('No walker matches the filter.') : '';
    void commands.executeCommand('setContext', FILTERED, words !== '');
    changed.fire(undefined);
  }

  async function refresh(): Promise<void> {
    const before = JSON.stringify(rows);
    rows = (await client.ask<OverviewAnswer>(OVERVIEW, {})).rows;
    if (JSON.stringify(rows) !== before) draw();
  }

  /** The server tells its state at each check: one question when it rests. A server that is gone says so elsewhere. */
  const following = client.onStatus(({ state }) => {
    if (state !== 'idle') return;
    clearTimeout(timer);
    timer = setTimeout(() => void refresh().catch(() => undefined), REST_MS);
  });
  draw();

  async function keep(what: 'grouping' | 'filter', value: string): Promise<void> {
    await memory.update(`${VIEW}.${what}`, value);
    draw();
  }

  return {
    pickGrouping: async () => {
      const picked = await chosenGrouping();
      if (picked !== undefined) await keep('grouping', picked);
    },
    askFilter: async () => {
      const given = await writtenFilter(filter());
      if (given !== undefined) await keep('filter', given);
    },
    clearFilter: () => keep('filter', ''),
    open: async (node) => {
      if (isRow(node)) await showSource(node);
    },
    dispose: () => {
      clearTimeout(timer);
      following.dispose();
      view.dispose();
      changed.dispose();
    },
  };
}

async function chosenGrouping(): Promise<Grouping | undefined> {
  const labels: Readonly<Record<Grouping, string>> = {
    file: l10n.t('By file'),
    rule: l10n.t('By rule'),
    verdict: l10n.t('By verdict'),
  };
  const items = GROUPINGS.map((by) => ({ label: labels[by], by }));
  return (await window.showQuickPick(items, { title: l10n.t('Group the walkers') }))?.by;
}

async function writtenFilter(present: string): Promise<string | undefined> {
  const given = await window.showInputBox({
    title: l10n.t('Filter the walkers'),
    prompt: l10n.t('Words of file, function, rule, freer, severity or verdict; all must match.'),
    value: present,
  });
  return given?.trim();
}

async function showSource({ document, row: { line, character } }: RowNode): Promise<void> {
  await window.showTextDocument(Uri.parse(document), {
    selection: new Range(line, character, line, character),
  });
}

/** The argument of a menu's command is the node itself; by the palette there is none. */
const isRow = (node: unknown): node is RowNode =>
  typeof node === 'object' && node !== null && 'kind' in node && node.kind === 'row';
