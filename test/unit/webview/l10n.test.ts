/** No text of the page escapes its translators: what looks like words in a literal stands in t() or said(), or in what stays English. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { ENGLISH, translator } from '../../../src/webview/l10n.js';

const ROOT = join(import.meta.dirname, '..', '..', '..', 'src', 'webview');
/** Exports and the standalone file are English; what is wrong with a message is said to developers. */
const ENGLISH_FILES = ['svg.ts', 'copy-text.ts', 'matrix-page.ts', 'standalone.ts', 'protocol.ts'];
const SOURCES = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !ENGLISH_FILES.includes(name),
);

/** Attributes that nobody reads. */
const UNREAD = /^(class|id|type|role|d|key|style|name|viewBox|aria-(labelledby|hidden|live|current))$/;
const WORDS = /[A-Za-z]{3,} [A-Za-z]{2,}/;

/** `FILE:LINE: text` of the literals with words in them that are not handed to a translator. */
function escapedIn(name: string): readonly string[] {
  const source = ts.createSourceFile(
    name,
    readFileSync(join(ROOT, name), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node)) return;
    if (ts.isCallExpression(node) && /^(t|said)$/.test(node.expression.getText())) {
      node.arguments.slice(1).forEach(visit);
      return;
    }
    // A command that is quoted.
    if (ts.isJsxElement(node) && node.openingElement.tagName.getText() === 'code') return;
    if (ts.isJsxAttribute(node) && UNREAD.test(node.name.getText())) return;
    const text =
      ts.isJsxText(node) ||
      ts.isStringLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node) ||
      ts.isNoSubstitutionTemplateLiteral(node)
        ? node.text
        : '';
    const isWords = ts.isJsxText(node) ? /[A-Za-z]{2,}/.test(text) : WORDS.test(text);
    if (isWords) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${name}:${line + 1}: ${text.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

test('every literal with words in it is handed to a translator', () => {
  expect(SOURCES.length).toBeGreaterThan(20);
  expect(SOURCES.flatMap(escapedIn)).toEqual([]);
});

describe('a translation', () => {
  const t = translator({ 'step {0} of {1}': '{1} kohta, {0}.', constructor: 'x' });
  test('puts the values where its language has them, and stays English where there is none', () => {
    expect(t('step {0} of {1}', 3, 15)).toBe('15 kohta, 3.');
    expect(t('fold {0} steps', 4)).toBe('fold 4 steps');
    expect(ENGLISH('toString')).toBe('toString');
  });
  test('leaves alone what it has no value for, and values that look like places', () => {
    expect(ENGLISH('{0} and {1}', '{1}')).toBe('{1} and {1}');
  });
});
