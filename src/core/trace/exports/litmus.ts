/**
 * The two lanes of a race as a litmus test in C, for herd7 with the kernel's memory model (tools/memory-model). It has the steps that
 * matter: the entry's load and the table's, the entry's store and the free. Freeing is a store of 9, the page's next owner.
 */
import type { Trace, TraceStep } from '../trace.js';

/** What stands for what is left out, told in the test's comment. */
interface Lane {
  readonly lines: readonly string[];
  readonly notes: readonly string[];
}

/** Undefined for a trace that is no use after a free or descent through a changed entry: there is nothing for the memory model to say. */
export function exportLitmus(trace: Trace): string | undefined {
  const took = trace.steps.find((step) => step.mark === 'took');
  const freed = trace.steps.find((step) => step.mark === 'freed');
  const used = trace.steps.find((step) => step.mark === 'used');
  if (took === undefined || freed === undefined || used === undefined || took.t === freed.t) return undefined;
  const entry = cellOf(took.text);
  const page = / -> (\S+)/.exec(took.text)?.[1] ?? 'table';
  const isFree = trace.kind === 'use-after-free' || trace.kind === 'bogus-descent';
  const reader = readerOf(took, entry, isFree, page);
  const writer = writerOf(trace, freed, entry, isFree, page);
  const name = `C-${trace.kind ?? 'race'}-${took.t}-${freed.t}`.replace(/[^A-Za-z0-9-]/g, '-');
  const notes = [...reader.notes, ...writer.notes].map((note) => ` * ${note}`);
  return [
    `C ${name}`,
    '',
    '(*',
    ` * ${trace.headline.replaceAll('*)', '')}`,
    ` * P0 is ${took.t} (${took.at ?? '?'}, ${used.at ?? '?'}), P1 is ${freed.t} (${freed.at ?? '?'}).`,
    ...notes,
    ' * Not run by us: herd7 -conf linux-kernel.cfg THIS',
    ' *)',
    '',
    '{',
    `\t${entry}=${page};`,
    `\t${page}=1;`,
    '}',
    '',
    `P0(int **${entry})`,
    '{',
    '\tint *r0;',
    '\tint *r2;',
    '\tint r1;',
    '',
    '\tr1 = 0;',
    ...reader.lines,
    '}',
    '',
    `P1(int **${entry}, int *${page})`,
    '{',
    ...writer.lines,
    '}',
    '',
    isFree ? 'exists (0:r1=9)' : 'exists (0:r1=7)',
    '',
  ].join('\n');
}

/** `pmd0[0]` -> `pmd0_0` */
function cellOf(text: string): string {
  return (/(?<![^\s[])[^\s[]+\[[^\][]*\]/.exec(text)?.[0] ?? 'entry').replace(/\W+/g, '_').replace(/_$/, '');
}

function readerOf(took: TraceStep, entry: string, isFree: boolean, page: string): Lane {
  const [enter, leave] = took.held.includes('rcu') ? ['rcu_read_lock();', 'rcu_read_unlock();'] : ['', ''];
  const follow = isFree
    ? ['\tif (r0) {', '\t\tr1 = READ_ONCE(*r0);', '\t}']
    : ['\tif (r0) {', `\t\tr2 = READ_ONCE(*${entry});`, '\t\tif (r2 == 0)', '\t\t\tr1 = 7;', '\t}'];
  const others = took.held.filter((held) => held !== 'rcu');
  return {
    lines: [
      ...(enter === '' ? [] : [`\t${enter}`]),
      `\tr0 = READ_ONCE(*${entry});`,
      ...follow,
      ...(leave === '' ? [] : [`\t${leave}`]),
    ],
    notes: [
      ...others.map((held) => `P0 holds ${held}, which does not exclude P1 and is left out.`),
      ...(isFree
        ? [`${page} = 9 stands for the next owner of the page.`]
        : ['r1 = 7: the entry was none when it was read again.']),
    ],
  };
}

function writerOf(trace: Trace, freed: TraceStep, entry: string, isFree: boolean, page: string): Lane {
  if (!isFree) return { lines: [`\tWRITE_ONCE(*${entry}, 0);`], notes: [] };
  const index = trace.steps.indexOf(freed);
  const earlier = trace.steps.slice(0, index);
  const clears = earlier.findIndex((step) => step.text.startsWith('store') && cellOf(step.text) === entry);
  const between = clears < 0 ? [] : earlier.slice(clears + 1).map((step) => step.text);
  const free = `\tWRITE_ONCE(*${page}, 9);`;
  if (clears < 0)
    return {
      lines: [free, `\tWRITE_ONCE(*${entry}, 0);`],
      notes: [`${freed.t} frees before it clears the entry.`],
    };
  const order =
    between.some((text) => text.startsWith('synchronize_rcu')) || freed.t === 'rcu'
      ? '\tsynchronize_rcu();'
      : '\tsmp_mb();';
  const note = order.includes('mb') ? ['smp_mb() stands for the flush of the TLB between the two.'] : [];
  return { lines: [`\tWRITE_ONCE(*${entry}, 0);`, order, free], notes: note };
}
