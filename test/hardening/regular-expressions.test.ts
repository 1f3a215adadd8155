/**
 * No regular expression of the source takes more than linear time: each literal is given to a checker, which searches for a text on
 * which it blows up, and runs it. Those made with `new RegExp` are of constants and words, and are not looked at.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from 'recheck';
import ts from 'typescript';
import { expect, test } from 'vitest';

const SOURCE = join(import.meta.dirname, '..', '..', 'src');
/** Until the checker gives up on one expression: the slowest takes some 0.5 s. */
const MOST_MS = 30_000;

interface Literal {
  readonly file: string;
  readonly text: string;
}

function literalsIn(file: string): readonly Literal[] {
  const source = ts.createSourceFile(file, readFileSync(join(SOURCE, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Literal[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push({ file, text: node.text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** What makes it slow, or nothing. */
async function blowUp({ text }: Literal): Promise<string | undefined> {
  const end = text.lastIndexOf('/');
  const answer = await check(text.slice(1, end), text.slice(end + 1).replace('d', ''), { timeout: MOST_MS });
  if (answer.status === 'safe') return undefined;
  return answer.status === 'vulnerable'
    ? `${answer.complexity.summary}: ${answer.attack.pattern}`
    : answer.error.kind;
}

const literals = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file))
  .sort()
  .flatMap(literalsIn);

test('the checker sees a blow-up', async () => {
  expect(await blowUp({ file: '', text: '/\\s+$/' })).toContain('2nd degree');
  expect(await blowUp({ file: '', text: '/^(a|a)*$/' })).toContain('exponential');
});

test('no regular expression of the source blows up', async () => {
  expect(literals.length).toBeGreaterThan(100);
  const slow: string[] = [];
  for (const literal of literals) {
    const why = await blowUp(literal);
    if (why !== undefined) slow.push(`${literal.file} ${literal.text}: ${why}`);
  }
  expect(slow).toEqual([]);
});
