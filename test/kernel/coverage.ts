/** How much of a kernel tree's page-table code the parser takes: functions with an error inside, call sites with their function. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchBrackets } from '../../src/core/dialect/brackets.js';
import { DIRECTIVE, lex, selectTokens, WORD } from '../../src/core/dialect/lex.js';
import { callsOf } from '../../src/core/syntax/calls.js';
import { functionsOf } from '../../src/core/syntax/functions.js';
import { lineStarts, pointAt } from '../../src/core/syntax/lines.js';
import { withTree, type CParser } from '../../src/core/syntax/parser.js';
import { DESCENTS, hasDescent } from './descents.js';

export interface Coverage {
  readonly files: number;
  /** Functions with a descent in them. */
  readonly functions: number;
  /** Those with a parse error inside: `file:line function`. */
  readonly damaged: readonly string[];
  /** Lines with a descent's call, outside of comments, macro definitions and declarations. */
  readonly sites: number;
  /** Those that no function has as a call: `file:line`. */
  readonly lost: readonly string[];
}

const WORDS: ReadonlySet<string> = new Set(DESCENTS);
/** User-space code with headers of its own, and prose: no kernel code. */
const SKIPPED = new Set(['tools', 'Documentation', '.git']);

export function* sourceFiles(root: string, directory = ''): Generator<string> {
  for (const entry of readdirSync(join(root, directory), { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
    if (entry.isDirectory() && !(directory === '' && SKIPPED.has(entry.name))) yield* sourceFiles(root, path);
    else if (entry.isFile() && /\.[ch]$/.test(entry.name)) yield path;
  }
}

/** Measures the files of a tree that contain a descent. */
export function measure(
  parser: CParser,
  root: string,
  paths: Iterable<string> = sourceFiles(root),
): Coverage {
  const total = { files: 0, functions: 0, sites: 0 };
  const damaged: string[] = [];
  const lost: string[] = [];
  for (const path of paths) {
    const text = readFileSync(join(root, path), 'utf8');
    if (!hasDescent(text)) continue;
    total.files++;
    const sites = siteLines(text);
    total.sites += sites.size;
    withTree(parser, text, (tree) => {
      const attributed = new Set<number>();
      for (const f of functionsOf(tree, path)) {
        const calls = callsOf(tree, f, path).filter((call) => WORDS.has(call.callee));
        if (calls.length === 0) continue;
        total.functions++;
        if (f.node.hasError) damaged.push(`${path}:${f.place.line} ${f.name}`);
        for (const call of calls) attributed.add(call.place.line);
      }
      for (const line of sites) if (!attributed.has(line)) lost.push(`${path}:${line}`);
    });
  }
  return { ...total, damaged, lost };
}

/** Lines (from 1) where a descent's name stands before a `(` within braces, whatever the braces are. */
function siteLines(text: string): ReadonlySet<number> {
  const all = lex(text);
  const tokens = selectTokens(all, (token) => all.kind[token] !== DIRECTIVE);
  const { match } = matchBrackets(tokens);
  const starts = lineStarts(text);
  const lines = new Set<number>();
  const bodyEnd: number[] = [];
  for (let token = 0; token < tokens.count; token++) {
    if (tokens.word[token] === '{') bodyEnd.push(match[token] ?? -1);
    else if (tokens.word[token] === '}') bodyEnd.pop();
    if (bodyEnd.length === 0 || tokens.kind[token] !== WORD || !WORDS.has(tokens.word[token] ?? '')) continue;
    if (tokens.word[token + 1] === '(') lines.add(pointAt(starts, tokens.start[token] ?? 0).row + 1);
  }
  return lines;
}
