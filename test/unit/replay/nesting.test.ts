/** One lock in the scenario for many in the kernel: the inner one is left out where it is sure that it is inner. */
import { expect, it } from 'vitest';
import type { Step, ThreadProgram } from '../../../src/core/program/ir.js';
import { END } from '../../../src/core/program/ir.js';
import { printOp } from '../../../src/core/program/print.js';
import { withoutNesting, withoutStray } from '../../../src/core/replay/nesting.js';

const ref = (name: string) => ({ class: name, name });
const take = (name: string): Omit<Step, 'next'> =>
  ({ op: 'lock', lock: ref(name), mode: 'write', text: '' }) as Step;
const drop = (name: string): Omit<Step, 'next'> =>
  ({ op: 'unlock', lock: ref(name), mode: 'write', text: '' }) as Step;

function program(...steps: readonly Omit<Step, 'next'>[]): ThreadProgram {
  return {
    steps: steps.map(
      (step, index) => ({ ...step, next: index === steps.length - 1 ? END : index + 1 }) as Step,
    ),
    assumptions: [],
  };
}

const left = (given: ThreadProgram): readonly string[] =>
  withoutNesting(given, (name) => name === 'ptl').steps.map(printOp);

it('the lock of a table inside that of another', () => {
  expect(left(program(take('ptl'), take('ptl'), drop('ptl'), drop('ptl')))).toEqual([
    'lock ptl write',
    'nop',
    'nop',
    'unlock ptl write',
  ]);
});

it('one after the other both stay', () => {
  const both = program(take('ptl'), drop('ptl'), take('ptl'), drop('ptl'));
  expect(withoutNesting(both, () => true)).toBe(both);
});

it('a lock of which there is one is taken twice: that is a deadlock, and stays', () => {
  const twice = program(take('mmap_lock(mm)'), take('mmap_lock(mm)'));
  expect(left(twice)).toEqual(['lock mmap_lock(mm) write', 'lock mmap_lock(mm) write']);
});

it('held on one way only: it can not be said which is the inner one', () => {
  const choice: Step = {
    op: 'branch',
    condition: { kind: 'unknown', text: 'x' },
    then: 1,
    else: 2,
    next: END,
    text: 'x',
  };
  const { steps } = program(choice, take('ptl'), take('ptl'), drop('ptl'));
  expect(left({ steps, assumptions: [] }).slice(1)).toEqual([
    'lock ptl write',
    'lock ptl write',
    'unlock ptl write',
  ]);
});

const kept = (given: ThreadProgram): readonly string[] => withoutStray(given, () => true).steps.map(printOp);

it('a lock that is let go by another name than it was taken by is left out', () => {
  expect(kept(program(take('lock(last_pool)'), take('other'), drop('lock(pool)'), drop('other')))).toEqual([
    'nop',
    'lock other write',
    'nop',
    'unlock other write',
  ]);
});

it('a lock that is taken and let go by one name stays', () => {
  const both = program(take('lock(pool)'), drop('lock(pool)'));
  expect(withoutStray(both, () => true)).toBe(both);
});
