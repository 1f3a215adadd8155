import { expect, test } from 'vitest';
import { isC } from '../../../src/server/documents.js';

test.each([
  ['untitled:1', 'c', true],
  ['file:///a.h', 'cpp', true],
  ['file:///a.c', 'plaintext', true],
  ['file:///a.S', 'asm', false],
  ['file:///c', 'plaintext', false],
])('C is told by its language or its name: %s as %s', (uri, language, expected) => {
  expect(isC(uri, language)).toBe(expected);
});
