/** The rows of the Walkers view: grouped, filtered and in order. Pure, so that it is tested without an editor. */
import type { OverviewRow } from '../../protocol/requests.js';

export const GROUPINGS = ['file', 'rule', 'verdict'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export interface RowGroup {
  /** A file, a rule or a verdict; empty for the walkers without a finding to show. */
  readonly key: string;
  readonly rows: readonly OverviewRow[];
}

/** Gravest first; a group is as grave as its gravest row, then the names decide. */
export function groupsOf(rows: readonly OverviewRow[], by: Grouping, filter: string): readonly RowGroup[] {
  const groups = new Map<string, OverviewRow[]>();
  for (const row of [...rows].filter((one) => matches(one, filter)).sort(inOrder)) {
    const key = keyOf(row, by);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].map(([key, members]) => ({ key, rows: members }));
}

/** Every word of the filter is somewhere in what the view says of the row; upper and lower case are one. */
export function matches(row: OverviewRow, filter: string): boolean {
  const { file, function: name, finding } = row;
  const said = [file, name, finding?.rule, finding?.severity, finding?.freer, finding?.verdict]
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** Errors and warnings: what the badge counts. The filter does not change it. */
export const graveOf = (rows: readonly OverviewRow[]): number =>
  rows.filter(({ finding }) => finding !== null && finding.severity !== 'info').length;

function keyOf({ file, finding }: OverviewRow, by: Grouping): string {
  switch (by) {
    case 'file':
      return file;
    case 'rule':
      return finding?.rule ?? '';
    case 'verdict':
      return finding?.verdict ?? '';
  }
}

const GRAVITY = { error: 0, warning: 1, info: 2 } as const;
const gravityOf = ({ finding }: OverviewRow): number => (finding === null ? 3 : GRAVITY[finding.severity]);

const inOrder = (one: OverviewRow, other: OverviewRow): number =>
  gravityOf(one) - gravityOf(other) || one.file.localeCompare(other.file) || one.line - other.line;
