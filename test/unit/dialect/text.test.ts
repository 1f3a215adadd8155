/** The smaller tools of the room: tokens, macro definitions, conditional arms, the word filter, edits. */
import { expect, test } from 'vitest';
import { annotationsIn } from '../../../src/core/dialect/annotations.js';
import { editBetween } from '../../../src/core/dialect/edits.js';
import { conditionalArms } from '../../../src/core/dialect/groups.js';
import { lex } from '../../../src/core/dialect/lex.js';
import { macroDefinitions } from '../../../src/core/dialect/macros.js';
import { wordFilter } from '../../../src/core/dialect/prefilter.js';

const tokensOf = (text: string): readonly string[] => {
  const { count, start, end } = lex(text);
  return Array.from({ length: count }, (_, token) => text.slice(start[token], end[token]));
};

test('tokens: comments are none, a preprocessor line is one, a broken literal ends with its line', () => {
  expect(tokensOf('a /* b */ = "c\\"d" + \'e\'; // f\n#define X \\\n\ty /* z\n*/ w\nb->c;')).toEqual([
    'a',
    '=',
    '"c\\"d"',
    '+',
    "'e'",
    ';',
    '#define X \\\n\ty /* z\n*/ w',
    ...'b - > c ;'.split(' '),
  ]);
  expect(tokensOf('"open\nnext')).toEqual(['"open', 'next']);
  expect(tokensOf("#error don't\nnext")).toEqual(["#error don't", 'next']);
  expect(tokensOf('0x1e+5 1e+5 1.5f')).toEqual(['0x1e', '+', '5', '1e+5', '1.5f']);
});

test('macro definitions: name, parameters, body', () => {
  const text =
    '#define A 1\n#define get(x, ...) \\\n\tlock(x)\n# define B() b()\n#define C\n#undef A\n/* #define D 1 */\n';
  expect(macroDefinitions(text).map(({ name, params, body }) => [name, params, body])).toEqual([
    ['A', undefined, '1'],
    ['get', ['x', '...'], 'lock(x)'],
    ['B', [], 'b()'],
    ['C', undefined, ''],
  ]);
});

test('conditional arms: what must be true for a stretch of text', () => {
  const text = '#ifdef A\na\n#elif B > 2 /* why */\nb\n#else\nc\n#ifndef D\nd\n#endif\n#endif\n';
  expect(
    conditionalArms(lex(text)).map(({ start, end, condition }) => [text.slice(start, end).trim(), condition]),
  ).toEqual([
    ['a', 'defined(A)'],
    ['b', '!(defined(A)) && B > 2'],
    ['c\n#ifndef D\nd\n#endif', '!(defined(A)) && !(B > 2)'],
    ['d', '!defined(D)'],
  ]);
});

test('annotations of a function, as written', () => {
  expect(annotationsIn('static noinline int __init f(char __user *p) __must_hold(&mm->mmap_lock)')).toEqual([
    'noinline',
    '__init',
    '__user',
    '__must_hold(&mm->mmap_lock)',
  ]);
});

test('the word filter finds whole words only', () => {
  const filter = wordFilter(['pmd_offset', 'pmd_offset_k', 'pud_offset']);
  expect(['pmd_offset(', 'x=pud_offset', 'a\npmd_offset_k'].map(filter)).toEqual([true, true, true]);
  expect(['pmd_offsets', 'my_pmd_offset', 'pmd_offse', '', 'pmd_offset_kernel'].map(filter)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(wordFilter([])('pmd_offset')).toBe(false);
});

test('the edit between two texts is the smallest stretch', () => {
  expect(editBetween('abcd', 'abXd')).toEqual({ start: 2, oldEnd: 3, newEnd: 3 });
  expect(editBetween('aaa', 'aaaa')).toEqual({ start: 3, oldEnd: 3, newEnd: 4 });
  expect(editBetween('ab', 'ab')).toBeUndefined();
});
