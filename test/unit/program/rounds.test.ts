/** Numbers that a walk counts without end: they go round, and nothing that is asked of them is answered differently. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BinaryOperator, Expr, Step, ThreadProgram } from '../../../src/core/program/ir.js';
import { withNumbersGoingRound } from '../../../src/core/program/link/rounds.js';
import { binary } from '../../../src/core/machine/arithmetic.js';
import * as V from '../../../src/core/machine/value.js';

/** Addresses that the tables of a model with two entries have. */
const RANGE = 8;

const int = (value: number): Expr => ({ kind: 'int', value });
const variable = (name: string): Expr => ({ kind: 'var', name });
const of = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  operator,
  left,
  right,
});
const unknown: Expr = { kind: 'unknown', text: 'something' };

/** What a program lets its variables be, one after the other, and what it asks of them; then all of it again. */
interface Loop {
  readonly start: Readonly<Record<string, Expr>>;
  readonly body: readonly (readonly [string, Expr])[];
  readonly asked: readonly Expr[];
}

function programOf({ start, body, asked }: Loop): ThreadProgram {
  const lets = [...Object.entries(start), ...body];
  const steps = lets.map(([dst, value], index): Step => ({
    op: 'let',
    dst,
    value,
    next: index + 1,
    text: dst,
  }));
  const questions = asked.map((condition, index): Step => {
    const next = lets.length + index + 1;
    const isLast = index === asked.length - 1;
    const then = isLast ? Object.keys(start).length : next;
    return { op: 'branch', condition, then, else: next, next, text: 'if' };
  });
  return { steps: [...steps, ...questions], assumptions: [] };
}

interface Run {
  readonly answers: readonly string[];
  readonly most: number;
}

/** The loop gone round so often: what is answered, and how many values the variables have had between the rounds. */
function run(loop: Loop, rounds: number, isRound: boolean): Run {
  const program = programOf(loop);
  const { steps } = isRound ? withNumbersGoingRound(program, RANGE) : program;
  const vars = new Map<string, number>();
  const value = (expr: Expr): number => {
    switch (expr.kind) {
      case 'int':
        return V.int(expr.value);
      case 'var':
        return vars.get(expr.name) ?? V.UNKNOWN;
      case 'symbol':
        return V.symbol(1);
      case 'element':
        return V.element(0, value(expr.index));
      case 'binary':
        return binary(expr.operator, value(expr.left), value(expr.right));
      default:
        return V.UNKNOWN;
    }
  };
  const answers: string[] = [];
  const seen = new Set<string>();
  const before = Object.keys(loop.start).length;
  const go = (from: number, to: number): void => {
    for (const step of steps.slice(from, to)) if (step.op === 'let') vars.set(step.dst, value(step.value));
  };
  go(0, before);
  for (let round = 0; round < rounds; round++) {
    go(before, before + loop.body.length);
    seen.add([...vars.values()].join());
    for (const step of steps) {
      if (step.op !== 'branch') continue;
      const answer = value(step.condition);
      // All places past the end of a table of two entries are one.
      answers.push(
        V.isPointer(answer) && V.indexOfPointer(answer) >= 2 ? 'past the end' : answer.toString(16),
      );
    }
  }
  return { answers, most: seen.size };
}

function same(loop: Loop): Run {
  const round = run(loop, 100, true);
  expect(round.answers).toEqual(run(loop, 100, false).answers);
  return round;
}

const i = variable('i');
const addr = variable('addr');

describe('a number that goes on for ever', () => {
  test('has one value past all that it is compared with', () => {
    const { most } = same({
      start: { i: int(0) },
      body: [['i', of('+', i, int(1))]],
      asked: [of('<', i, int(2)), of('==', i, int(3))],
    });
    expect(most).toBeLessThanOrEqual(6);
  });

  test('keeps the bits that are looked at', () => {
    const bit = (shift: number): Expr => of('&', of('>>', addr, int(shift)), int(1));
    const { most } = same({
      start: { addr: int(0) },
      body: [['addr', of('+', addr, int(2))]],
      asked: [of('<', addr, int(7)), bit(0), bit(1), bit(2)],
    });
    expect(most).toBeLessThanOrEqual(RANGE + 8);
  });

  test('stays past the end of a table that it is the index of', () => {
    const { most } = same({
      start: { i: int(0) },
      body: [['i', of('+', i, int(1))]],
      asked: [{ kind: 'element', page: 'pte0', index: i }],
    });
    expect(most).toBeLessThan(20);
  });

  test('goes by way of another', () => {
    const next = variable('next');
    const { most } = same({
      start: { addr: int(0) },
      body: [
        ['next', of('&', of('+', addr, int(4)), int(-4))],
        ['addr', next],
      ],
      asked: [of('!=', next, int(8)), of('<', of('-', next, int(1)), int(7))],
    });
    expect(most).toBeLessThan(10);
  });

  test('goes by a number that is not written there', () => {
    const size = variable('size');
    const { most } = same({
      start: { addr: int(0), size: int(3) },
      body: [['addr', of('+', addr, size)]],
      asked: [of('<', addr, int(8))],
    });
    expect(most).toBeLessThan(20);
  });

  test('goes down', () => {
    const { most } = same({
      start: { i: int(2) },
      body: [['i', of('-', i, int(1))]],
      asked: [of('!=', i, int(0)), of('>', i, int(0)), of('<', i, int(-3))],
    });
    expect(most).toBeLessThan(20);
  });

  test('is not known where it begins with what is not known, or with an address', () => {
    for (const start of [unknown, { kind: 'symbol', name: '_text' } as const]) {
      const { most } = same({
        start: { i: start },
        body: [['i', of('+', i, int(1))]],
        asked: [of('<', i, int(5))],
      });
      expect(most).toBe(1);
    }
  });

  test('is left alone when it is compared with a large one', () => {
    const loop = {
      start: { i: int(0) },
      body: [['i', of('+', i, int(1))]] as const,
      asked: [of('<', i, int(0x1000))],
    };
    expect(withNumbersGoingRound(programOf(loop), RANGE)).toEqual(programOf(loop));
  });

  test('answers as it did, whatever it begins with, goes by and is compared with', () => {
    const limit = fc.integer({ min: -20, max: 20 });
    const compare = fc.constantFrom<BinaryOperator>('<', '<=', '>', '>=', '==', '!=');
    const question = fc.oneof(
      fc.tuple(compare, limit).map(([operator, number]) => of(operator, i, int(number))),
      fc
        .tuple(compare, limit, limit)
        .map(([operator, more, number]) => of(operator, of('+', i, int(more)), int(number))),
      fc.integer({ min: 0, max: 2 }).map((shift) => of('&', of('>>', i, int(shift)), int(1))),
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(question, { minLength: 1, maxLength: 4 }),
        (start, by, asked) => {
          const { most } = same({ start: { i: int(start) }, body: [['i', of('+', i, int(by))]], asked });
          return most < 100;
        },
      ),
      { numRuns: 300 },
    );
  });
});
