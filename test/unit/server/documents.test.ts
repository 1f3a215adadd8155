import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { applyChanges, isC } from '../../../src/server/documents.js';
import type { TextEdit } from '../../../src/server/engine.js';

const applyEdits = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);

test('a typed letter is one small edit', () => {
  const before = TextDocument.create('file:///a.c', 'c', 1, 'int a;\nint b;\n');
  const range = { start: { line: 1, character: 4 }, end: { line: 1, character: 5 } };
  const { text, edits } = applyChanges(before, [{ range, text: 'bc' }], 2);
  expect(edits).toEqual([{ start: 11, end: 12, text: 'bc' }]);
  expect([text.getText(), text.version]).toEqual(['int a;\nint bc;\n', 2]);
});

test('a change without a range replaces the whole text', () => {
  const before = TextDocument.create('file:///a.c', 'c', 1, 'int a;');
  expect(applyChanges(before, [{ text: '' }], 2).edits).toEqual([{ start: 0, end: 6, text: '' }]);
});

test('the edits, one after the other, give the text that the protocol gives', () => {
  const position = fc.record({ line: fc.nat(6), character: fc.nat(12) });
  const change = fc.record({
    start: position,
    end: position,
    text: fc.string({ maxLength: 5, unit: fc.constantFrom('a', '\n', '😀', '{') }),
  });
  const before = fc.string({ maxLength: 40, unit: fc.constantFrom('x', '\n', '\r\n', 'é', '😀') });
  fc.assert(
    fc.property(before, fc.array(change, { maxLength: 4 }), (content, changes) => {
      const ordered = changes.map(({ start, end, text }) => {
        const inOrder =
          start.line < end.line || (start.line === end.line && start.character <= end.character);
        return { range: inOrder ? { start, end } : { start: end, end: start }, text };
      });
      const { text, edits } = applyChanges(TextDocument.create('file:///a.c', 'c', 1, content), ordered, 2);
      expect(applyEdits(content, edits)).toBe(text.getText());
    }),
  );
});

test('C is told by its language or its name', () => {
  expect([
    isC('untitled:1', 'c'),
    isC('file:///a.h', 'cpp'),
    isC('file:///a.S', 'asm'),
    isC('file:///c', 'plaintext'),
  ]).toEqual([true, true, false, false]);
});
