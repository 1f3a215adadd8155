/** The smaller tools of the room: tokens, macro definitions, conditional arms, the word filter, edits. */
import { expect, test } from 'vitest';
import { annotationsIn } from '../../../src/core/dialect/annotations.js';
import { editBetween } from '../../../src/core/dialect/edits.js';
import { lex } from '../../../src/core/dialect/lex.js';

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

test('annotations of a function, as written', () => {
  expect(annotationsIn('static noinline int __init f(char __user *p) __must_hold(&mm->mmap_lock)')).toEqual([
    'noinline',
    '__init',
    '__user',
    '__must_hold(&mm->mmap_lock)',
  ]);
});

test('the edit between two texts is the smallest stretch', () => {
  expect(editBetween('abcd', 'abXd')).toEqual({ start: 2, oldEnd: 3, newEnd: 3 });
  expect(editBetween('aaa', 'aaaa')).toEqual({ start: 3, oldEnd: 3, newEnd: 4 });
  expect(editBetween('ab', 'ab')).toBeUndefined();
});
