import { expect, test } from 'vitest';
import { childrenOf, type ReviewNode } from '../../../src/extension/review/nodes.js';
import type { PatchReview, ReviewFinding, ReviewReport } from '../../../src/protocol/review.js';
import { finding } from '../server/samples.js';

const found = (change: ReviewFinding['change'], id: string): ReviewFinding => ({
  ...finding({ id }),
  change,
});

const patch = (changes: Partial<PatchReview> = {}): PatchReview => ({
  title: 'mm/ptdump: drop the hotplug lock',
  files: [],
  judged: 3,
  isCut: false,
  findings: [],
  protections: [],
  requirements: [],
  support: [],
  claims: [],
  defects: [],
  ...changes,
});

const report = (patches: readonly PatchReview[], findings: readonly ReviewFinding[] = []): ReviewReport => ({
  version: 1,
  tool: 'walkrace test',
  root: '/linux',
  patch: 'a series',
  base: 'the tree as it is',
  files: [],
  findings,
  comments: [],
  patches,
  notes: [],
  ms: 1,
});

const lines = (nodes: readonly ReviewNode[]): readonly string[] =>
  nodes.map((node) => {
    switch (node.kind) {
      case 'series':
        return `series ${node.report.patch}`;
      case 'patch':
        return `patch ${node.number}`;
      case 'finding':
        return `${node.finding.change} ${node.finding.id}`;
      case 'note':
        return `${node.icon}: ${node.text}`;
    }
  });

test('before the first review there is nothing', () => {
  expect(childrenOf(undefined, undefined)).toEqual([]);
});

test('a series lists what it does over all, then its patches', () => {
  const whole = report([patch(), patch()], [found('remaining', 'r'), found('introduced', 'i')]);
  expect(lines(childrenOf(undefined, whole))).toEqual(['series a series']);
  expect(lines(childrenOf({ kind: 'series', report: whole }, whole))).toEqual([
    'introduced i',
    'remaining r',
    'patch 1',
    'patch 2',
  ]);
});

test('one patch by itself is told once', () => {
  const whole = report([patch()], [found('introduced', 'i')]);
  expect(lines(childrenOf({ kind: 'series', report: whole }, whole))).toEqual(['patch 1']);
});

test('a patch lists findings, claims, demands and what could not be applied', () => {
  const own = patch({
    findings: [found('fixed', 'f'), found('introduced', 'i')],
    claims: [
      { id: 'c', quote: 'q', line: 7, isRight: false, answer: 'it does not', source: 'mm/vmalloc.c:f' },
    ],
    requirements: [
      {
        file: 'mm/x.c',
        function: 'walk',
        line: 3,
        lock: 'mem_hotplug_lock',
        missing: [{ file: 'a.c', function: 'g', held: [] }],
      },
    ],
    files: [
      {
        path: 'mm/y.c',
        from: 'mm/y.c',
        kind: 'modified',
        hunks: [],
        failed: [{ kind: 'failed', at: 9, reason: 'line 12 is another' }],
      },
    ],
    defects: [{ line: 40, reason: 'the hunk ends early' }],
  });
  const whole = report([own]);
  const nodes = childrenOf({ kind: 'patch', patch: own, number: 1 }, whole);
  expect(lines(nodes)).toEqual([
    'introduced i',
    'fixed f',
    'question: it does not',
    'lock: walk() now asks for mem_hotplug_lock; 1 callers do not hold it',
    'error: mm/y.c: line 12 is another',
    'warning: the hunk ends early',
  ]);
  expect(nodes.flatMap((node) => (node.kind === 'note' ? [node.line] : []))).toEqual([
    7,
    undefined,
    undefined,
    40,
  ]);
});

test('a patch that touches no walker says so: that is not the same as good', () => {
  const own = patch({ judged: 0 });
  expect(lines(childrenOf({ kind: 'patch', patch: own, number: 1 }, report([own])))).toEqual([
    'circle-slash: nothing of it is about a walker',
  ]);
});
