/** Both arms of an #if are code: which one is compiled is the configuration's, the same in the whole program. */
import type { Node } from 'web-tree-sitter';
import type { Expr } from '../ir.js';
import { codeChildren, fieldOf, placeOf, sourceOf, type Lowering } from './context.js';
import { configCondition } from './config.js';
import { lowerStatement } from './statements.js';

/** `#if`, `#ifdef`, `#ifndef`, and `#elif` as the alternative of one. */
export function lowerPreprocessor(lowering: Lowering, node: Node): void {
  const { graph } = lowering;
  const name = fieldOf(node, 'name');
  const condition = fieldOf(node, 'condition');
  const alternative = fieldOf(node, 'alternative');
  const [then, otherwise, end] = [graph.label(), graph.label(), graph.label()];
  const line = directiveOf(lowering, node);
  graph.branch(testOf(lowering, line), then, otherwise, line, placeOf(lowering, condition ?? name ?? node));
  graph.place(then);
  for (const child of codeChildren(node)) {
    if (child.id !== alternative?.id && child.id !== name?.id && child.id !== condition?.id)
      lowerStatement(lowering, child);
  }
  graph.jump(end);
  graph.place(otherwise);
  if (alternative) lowerStatement(lowering, alternative);
  graph.place(end);
}

/** `#ifdef CONFIG_X`, as the user wrote it: the tree may have `#if 1` there. */
function directiveOf(lowering: Lowering, node: Node): string {
  return (/^(?:[^\n\\]|\\[\s\S])*/.exec(sourceOf(lowering, node))?.[0] ?? '')
    .replace(/\/\*[\s\S]*?(?:\*\/|$)|\/\/.*/g, ' ')
    .replace(/\\\r?\n/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

function testOf(lowering: Lowering, line: string): Expr {
  const [, word = '', rest = ''] = /^#\s*(\w+)\s*(.*)$/s.exec(line) ?? [];
  const isNamed = word.endsWith('def');
  const test = configCondition(isNamed ? `defined(${rest})` : rest, (name) =>
    lowering.knowledge.isGeometry(name),
  );
  return word.endsWith('ndef') ? { kind: 'not', operand: test } : test;
}
