/** Questions about statements of a thread. */
import type { RaceThread, Statement } from './ast.js';
import { LIFE_OPS } from './ast.js';

/** A statement and all statements inside it. */
export function flatten(body: readonly Statement[]): readonly Statement[] {
  return body.flatMap((statement): readonly Statement[] => {
    switch (statement.kind) {
      case 'if':
        return [statement, ...flatten(statement.then), ...flatten(statement.else)];
      case 'for':
      case 'loop':
        return [statement, ...flatten(statement.body)];
      case 'choose':
        return [statement, ...statement.ways.flatMap(flatten)];
      default:
        return [statement];
    }
  });
}

/** A thread that frees is a freer, one that only reuses is the environment, any other a walker; `role` says otherwise. */
export function roleOf(body: readonly Statement[]): RaceThread['role'] {
  const kinds = new Set(flatten(body).map((statement) => statement.kind));
  if (LIFE_OPS.some((op) => kinds.has(op))) return 'freer';
  return kinds.has('reuse') ? 'environment' : 'walker';
}

/** Names of the locks that a thread works on. */
export function locksOf(body: readonly Statement[]): readonly string[] {
  return flatten(body).flatMap((statement) => ('lock' in statement ? [statement.lock] : []));
}
