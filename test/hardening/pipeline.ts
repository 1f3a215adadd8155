/** One text through all that a scan does with a file by itself: words, dialect, parser, facts, and the lowering of every function. */
import { tablesOnly } from '../../src/core/analysis/file-names.js';
import { createPrograms } from '../../src/core/analysis/programs.js';
import { factsOf } from '../../src/core/index/extract.js';
import { segmentOfTexts } from '../../src/core/index/words.js';
import { knowledgeOf } from '../../src/core/program/lower/context.js';
import { withTree, type CParser } from '../../src/core/syntax/parser.js';
import type { Defect } from '../../src/core/syntax/tree.js';

export interface Passed {
  readonly functions: number;
  readonly steps: number;
  /** A limit that was met: what is not parsed is said, not lost. */
  readonly limits: readonly Defect['kind'][];
  readonly ms: number;
}

const KNOWLEDGE = knowledgeOf();
const LIMITS: ReadonlySet<Defect['kind']> = new Set<Defect['kind']>([
  'too-big',
  'too-deep',
  'too-slow',
  'parser-failed',
]);

/** Throws what any part throws: nothing may. */
export function passThrough(text: string, parser: CParser): Passed {
  const started = performance.now();
  const file = 'x.c';
  segmentOfTexts(new Map([[file, text]]));
  const limits = withTree(parser, text, ({ dialect, root, defects }) => {
    if (root !== undefined && dialect.text.length !== text.length)
      throw new Error(`the dialect made ${dialect.text.length} characters out of ${text.length}`);
    return defects.map(({ kind }) => kind).filter((kind) => LIMITS.has(kind));
  });
  const programs = createPrograms(
    parser,
    () => tablesOnly(KNOWLEDGE),
    () => text,
  );
  const lowered = factsOf(text).functions.flatMap((facts) => programs.of({ file, facts }) ?? []);
  return {
    functions: lowered.length,
    steps: lowered.reduce((sum, { steps }) => sum + steps.length, 0),
    limits,
    ms: performance.now() - started,
  };
}
