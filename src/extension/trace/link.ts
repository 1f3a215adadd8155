/**
 * What a link to a trace carries: the walk, the freer, the protections that it took, too, and the step. The replay of these always gives
 * the same trace, so that its schedule needs no room in the link.
 */
import type { ReplayParams } from '../../protocol/requests.js';

export interface Linked {
  readonly request: ReplayParams;
  readonly step?: number;
}

export function queryOf({ request, step }: Linked): string {
  const { document, function: name, freer, protections = [] } = request;
  const pairs: [string, string][] = [
    ['document', document],
    ['function', name],
  ];
  if (freer !== undefined) pairs.push(['freer', freer]);
  for (const protection of protections) pairs.push(['with', protection]);
  if (step !== undefined) pairs.push(['step', `${step}`]);
  return new URLSearchParams(pairs).toString();
}

/** Undefined for a query that names no walk. */
export function linkedBy(query: string): Linked | undefined {
  const given = new URLSearchParams(query);
  const [document, name, freer] = ['document', 'function', 'freer'].map((key) => given.get(key));
  if (document == null || name == null) return undefined;
  const step = Number.parseInt(given.get('step') ?? '', 10);
  return {
    request: {
      document,
      function: name,
      protections: given.getAll('with'),
      ...(freer == null ? {} : { freer }),
    },
    ...(Number.isNaN(step) ? {} : { step }),
  };
}

/** Whether no part of a path leads up again: `/linux/../etc/passwd` begins with `/linux`, and is elsewhere. */
export const isPlainPath = (path: string): boolean =>
  !path.split(/[/\\]/).some((part) => part === '..' || part === '.');
