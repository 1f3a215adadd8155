/** A trace for other eyes: picture, diagram, litmus test. Promela and C are checked against Spin and AddressSanitizer in test/crosscheck. */
import { describe, expect, it } from 'vitest';
import dump2019 from './races/dump-2019-arm64-hot-remove.race';
import { explore } from '../../../src/core/explorer/explore.js';
import type { ViolationKind } from '../../../src/core/machine/scenario.js';
import { exportLitmus } from '../../../src/core/trace/exports/litmus.js';
import { exportMermaid } from '../../../src/core/trace/exports/mermaid.js';
import { svgOfTrace } from '../../../src/core/trace/exports/svg.js';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import type { Trace } from '../../../src/core/trace/trace.js';
import { scenarioOf } from '../../support/races.js';

const tell = (kind: ViolationKind): Trace => {
  const scenario = scenarioOf(dump2019);
  return traceOf(scenario, explore(scenario), kind);
};

it('mermaid: one participant a lane, lane changes as arrows', () => {
  const lines = exportMermaid(tell('use-after-free')).split('\n');
  expect(lines.slice(0, 4)).toEqual([
    'sequenceDiagram',
    '  %% ptdump reads pte0[0] (dump.c:302) after hot-remove freed pte0 (mmu.c:1049); it holds nothing',
    '  participant L0 as CPU 0: ptdump',
    '  participant L1 as CPU 1: hot-remove',
  ]);
  expect(lines.filter((line) => line.includes('-->>'))).toEqual(['  L0-->>L1: .', '  L1-->>L0: .']);
  expect(lines).toContain(
    '  Note over L0: used: load pte pte0[0] !! use-after-free (arch/arm64/mm/dump.c:302)',
  );
});

it('svg: well-formed, with the headline as its title', () => {
  const svg = svgOfTrace(tell('use-after-free'));
  const open: string[] = [];
  for (const [, slash, name, attributes = ''] of svg.matchAll(
    /<(\/?)(\w+)((?:\s[\w:-]+="[^"<]*")*\s*\/?)>/g,
  )) {
    if (slash === '/') expect(open.pop()).toBe(name);
    else if (!attributes.endsWith('/')) open.push(name ?? '');
  }
  expect(open).toEqual([]);
  expect(svg.replace(/<[^>]*>/g, '')).not.toMatch(/[<>]/);
  expect(svg).toContain(
    '<title>ptdump reads pte0[0] (dump.c:302) after hot-remove freed pte0 (mmu.c:1049); it holds nothing</title>',
  );
});

describe('litmus', () => {
  it('a use after free: the reader follows, the freer clears and frees', () => {
    expect(exportLitmus(tell('use-after-free'))?.split('\n').slice(8)).toEqual([
      ' *)',
      '',
      '{',
      '\tpmd0_0=pte0;',
      '\tpte0=1;',
      '}',
      '',
      'P0(int **pmd0_0)',
      '{',
      '\tint *r0;',
      '\tint *r2;',
      '\tint r1;',
      '',
      '\tr1 = 0;',
      '\tr0 = READ_ONCE(*pmd0_0);',
      '\tif (r0) {',
      '\t\tr1 = READ_ONCE(*r0);',
      '\t}',
      '}',
      '',
      'P1(int **pmd0_0, int *pte0)',
      '{',
      '\tWRITE_ONCE(*pmd0_0, 0);',
      '\tsmp_mb();',
      '\tWRITE_ONCE(*pte0, 9);',
      '}',
      '',
      'exists (0:r1=9)',
      '',
    ]);
  });

  it('a second read: the entry was cleared between the two', () => {
    expect(exportLitmus(tell('null-descent'))).toContain('r2 = READ_ONCE(*pmd0_0);');
  });

  it('nothing where the memory model has nothing to say', () => {
    expect(exportLitmus(tell('stale-leaf'))).toBeUndefined();
  });
});
