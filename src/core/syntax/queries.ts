/** The queries of this room, compiled once per parser, and how they are run. */
import { Query, type Language, type Node } from 'web-tree-sitter';
import calls from './queries/calls.scm';
import functions from './queries/functions.scm';
import initializers from './queries/initializers.scm';
import references from './queries/references.scm';
import type { SyntaxTree } from './tree.js';

const TEXTS = { calls, functions, initializers, references };
export type QueryName = keyof typeof TEXTS;
export type Queries = ReadonlyMap<QueryName, Query>;

const NAMES = ['calls', 'functions', 'initializers', 'references'] as const satisfies readonly QueryName[];

export function compileQueries(language: Language): Queries {
  return new Map(NAMES.map((name) => [name, new Query(language, TEXTS[name])]));
}

/** Runs a query over a node: one map of captures, by name, for each match. */
export function matchesOf(
  tree: Pick<SyntaxTree, 'queries'>,
  name: QueryName,
  node: Node,
): readonly ReadonlyMap<string, Node>[] {
  const query = tree.queries.get(name);
  if (query === undefined) return [];
  return query
    .matches(node)
    .map((match) => new Map(match.captures.map((capture) => [capture.name, capture.node])));
}
