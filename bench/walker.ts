/**
 * How one replay, from C to verdict, grows with its walker: statements at each entry, levels of tables, calls on the way, walkers at
 * once. The times are of the processor; the last column is how much time grew for each time that the states did (1: linear).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { segmentOfTexts } from '../src/core/index/words.js';
import { filesFromMap, SILENT_LOG } from '../src/core/ports.js';
import { createSession } from '../src/core/session.js';
import { createParser } from '../src/core/syntax/parser.js';
import { explore } from '../src/core/explorer/explore.js';
import { manyWalkers, raceOf } from '../test/support/races.js';

const root = process.env['WALKRACE_ROOT'] ?? process.cwd();
const { resolve } = createRequire(import.meta.url);
const parser = await createParser(
  readFileSync(resolve('web-tree-sitter/web-tree-sitter.wasm')),
  readFileSync(resolve('tree-sitter-c/tree-sitter-c.wasm')),
);

interface Walker {
  /** Reads of an entry in the innermost loop. */
  readonly reads: number;
  /** 2: from the pmd down; 4: from the pgd down. */
  readonly levels: 2 | 3 | 4;
  /** Functions between the root and the walk. */
  readonly calls: number;
}

const SMALL: Walker = { reads: 1, levels: 4, calls: 1 };
const ABOVE = ['pte', 'pmd', 'pud', 'pgd'] as const;
/** How a walk gets to its first table. */
const TOPS = {
  pte: 'virt_to_kpte(addr)',
  pmd: 'pmd_off_k(addr)',
  pud: 'pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr)',
  pgd: 'pgd_offset_k(addr)',
} as const;

/** A dump of the kernel's tables, each level a function, in the manner of the dumps that there are. */
function sourceOf({ reads, levels, calls }: Walker): string {
  const read = `\t\tnote(pte_val(READ_ONCE(*ptep)));\n`.repeat(reads);
  const dumps = ABOVE.slice(0, levels).map((level, at) => {
    const below = ABOVE[at - 1];
    const parent = ABOVE[at + 1];
    const top = at === levels - 1;
    const param = top ? 'unsigned long addr' : `${parent}_t *${parent}p, unsigned long addr`;
    const start = top ? TOPS[level] : `${level}_offset${at === 0 ? '_kernel' : ''}(${parent}p, addr)`;
    const body =
      below === undefined
        ? read
        : `\t\tif (!${level}_none(READ_ONCE(*${level}p)) && !${level}_leaf(READ_ONCE(*${level}p)))\n\t\t\tdump_${below}(${level}p, addr);\n`;
    return `static void dump_${level}(${param})\n{\n\t${level}_t *${level}p = ${start};\n\tint i;\n\n\tfor (i = 0; i < PTRS_PER_${level.toUpperCase()}; i++, ${level}p++) {\n${body}\t}\n}\n`;
  });
  const steps = Array.from(
    { length: calls },
    (_, at) =>
      `static void step${at + 1}(unsigned long addr)\n{\n\t${at === 0 ? `dump_${ABOVE[levels - 1] ?? 'pmd'}` : `step${at}`}(addr);\n}\n`,
  );
  return [
    ...dumps,
    ...steps,
    `static int walk_show(struct seq_file *m, void *v)\n{\n\tstep${calls}(PAGE_OFFSET);\n\treturn 0;\n}\nDEFINE_SHOW_ATTRIBUTE(walk);\n`,
  ].join('\n');
}

interface Measured {
  readonly states: number;
  readonly ms: number;
  readonly verdict: string;
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Median of some runs, each from nothing. */
function measured(run: () => { readonly states: number; readonly verdict: string }): Measured {
  const runs = Array.from({ length: 5 }, () => {
    const before = cpu();
    const answer = run();
    return { ...answer, ms: cpu() - before };
  }).sort((a, b) => a.ms - b.ms);
  return runs[2] ?? { states: 0, ms: 0, verdict: 'none' };
}

/** From text to verdict: index, lowering, linking, search. */
function replayed(walker: Walker): Measured {
  const files = new Map([['mm/walk.c', sourceOf(walker)]]);
  return measured(() => {
    const session = createSession({
      root: '/tree',
      tool: 'walkrace bench',
      files: filesFromMap(files),
      parser,
      log: SILENT_LOG,
      tree: { segments: [segmentOfTexts(files)], gone: new Set(), paths: [...files.keys()] },
    });
    const report = session.replay({
      file: 'mm/walk.c',
      function: 'walk_show',
      freer: 'memory-hot-remove',
      arch: 'arm64',
      with: ['get_online_mems()'],
    });
    return { states: report.states, verdict: report.verdict };
  });
}

function rows(what: string, measurements: readonly (readonly [number, Measured])[]): void {
  const [first] = measurements;
  for (const [size, { states, ms, verdict }] of measurements) {
    const growth =
      first === undefined || first[0] === size
        ? ''
        : (ms / first[1].ms / Math.max(1, states / first[1].states)).toFixed(2);
    console.log(
      `${`${size} ${what}`.padEnd(24)} ${String(states).padStart(9)} states ${ms.toFixed(0).padStart(7)} ms  ${verdict.padEnd(10)} ${growth}`,
    );
  }
}

replayed(SMALL); // warms up
rows(
  'reads of an entry',
  [1, 4, 16, 64].map((reads) => [reads, replayed({ ...SMALL, reads })]),
);
rows(
  'levels',
  ([2, 3, 4] as const).map((levels) => [levels, replayed({ ...SMALL, levels })]),
);
rows(
  'calls on the way',
  [1, 4, 8].map((calls) => [calls, replayed({ ...SMALL, calls })]),
);
const fragment = raceOf(readFileSync(join(root, 'src/core/kernel/freers/hot-remove-arm64.race'), 'utf8'));
rows(
  'walkers at once',
  [1, 2, 3].map((walkers) => [
    walkers,
    measured(() => {
      return explore(manyWalkers(fragment, walkers, 2));
    }),
  ]),
);
