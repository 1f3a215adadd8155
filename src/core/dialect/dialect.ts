/**
 * Kernel C made parseable: the same length, the same lines, the same positions, but with nothing left in it that only the
 * kernel's own macros and checkers understand. The original text stays the truth; this one is for the parser.
 */
import { planAnnotations } from './annotations.js';
import { matchBrackets } from './brackets.js';
import { planConditionals } from './conditionals.js';
import { applyBlankings, type Blanking } from './edits.js';
import { directiveName } from './groups.js';
import { DIRECTIVE, lex, selectTokens, type Tokens } from './lex.js';
import type { Rename } from './sheet.js';
import { planTopLevel, type MacroLine, type Region } from './toplevel.js';

export type { Rename } from './sheet.js';
export type { MacroLine, Region } from './toplevel.js';

/** Something that the parser sees otherwise than the compiler does, and that a reader of the tree should know. */
export interface DialectNote {
  readonly offset: number;
  readonly what: 'arms-joined' | 'arm-left-out' | 'dead-arm';
}

export interface DialectText {
  /** As long as the original, with the same line ends. */
  readonly text: string;
  /** Top-level functions, in order: where they begin and end. */
  readonly regions: readonly Region[];
  /** What stands in the text under another name, sorted by offset. */
  readonly renames: readonly Rename[];
  /** Macro invocations at file scope (`module_init(f)`, `DEFINE_SHOW_ATTRIBUTE(x);`): blanked in the text. */
  readonly macroLines: readonly MacroLine[];
  readonly notes: readonly DialectNote[];
  /** Most brackets that are open at one place. */
  readonly depth: number;
}

export const NO_TEXT: DialectText = {
  text: '',
  regions: [],
  renames: [],
  macroLines: [],
  notes: [],
  depth: 0,
};

/** Rewrites kernel C for the parser. Pure, linear, idempotent on its own output; never throws. */
export function toParseable(original: string): DialectText {
  const all = lex(original);
  const blankings: Blanking[] = [];
  for (let i = 0; i < all.noise.length; i += 2)
    blankings.push({ start: all.noise[i] ?? 0, end: all.noise[i + 1] ?? 0, word: '' });
  const conditionals = planConditionals(all);
  const hidden = new Uint8Array(all.count);
  for (const [from, to] of conditionals.leftOut) hidden.fill(1, from, to);
  for (let token = 0; token < all.count; token++) {
    if (hidden[token] === 1)
      blankings.push({ start: all.start[token] ?? 0, end: all.end[token] ?? 0, word: '' });
    else if (all.kind[token] === DIRECTIVE)
      blankings.push(
        directiveBlanking(all, token, conditionals.kept.has(token), conditionals.inserted.get(token) ?? ''),
      );
  }
  const bare = applyBlankings(original, blankings);
  // what was put between arms is code too
  const isSame = conditionals.inserted.size === 0;
  const visible: Tokens = isSame ? { ...all, text: bare } : lex(bare);
  const isShown = (token: number): boolean =>
    visible.kind[token] !== DIRECTIVE && (!isSame || hidden[token] === 0);
  const code = selectTokens(visible, isShown);
  const annotations = planAnnotations(code, matchBrackets(code).match);
  const unmarked = applyBlankings(bare, annotations.blankings);
  const plain: Tokens = { ...selectTokens(code, (token) => annotations.gone[token] === 0), text: unmarked };
  const brackets = matchBrackets(plain);
  const top = planTopLevel(plain, brackets.match);
  const notes = [
    ...conditionals.joined.map((token): DialectNote => ({
      offset: all.start[token] ?? 0,
      what: 'arms-joined',
    })),
    ...conditionals.leftOut.map(([from]): DialectNote => ({
      offset: all.start[from] ?? 0,
      what: 'arm-left-out',
    })),
  ].sort((a, b) => a.offset - b.offset);
  return {
    text: applyBlankings(unmarked, top.blankings),
    regions: top.regions,
    renames: top.renames,
    macroLines: top.macroLines,
    notes,
    depth: brackets.depth,
  };
}

/** A kept line in its plainest form, or a blank one: conditions and macro bodies are read from the original. */
function directiveBlanking(tokens: Tokens, token: number, kept: boolean, inserted: string): Blanking {
  const start = tokens.start[token] ?? 0;
  const end = tokens.end[token] ?? 0;
  if (!kept) return { start, end, word: inserted };
  const { name } = directiveName(tokens.text.slice(start, Math.min(end, start + 40)));
  const plain = { if: '#if 1', elif: '#elif 1', else: '#else', endif: '#endif', define: '', other: '' }[name];
  return { start, end, word: plain.slice(0, end - start) };
}
