/** `walkrace: allow` comments: where they may stand, and what they must say. */
import { expect, test } from 'vitest';
import { allowancesIn, applySuppressions } from '../../../src/core/report/suppressions.js';
import type { Finding } from '../../../src/core/report/report.js';
import { finding } from './findings.js';

/** The source, and a finding at the line with `walk here`. */
function suppress(text: string, changes: Partial<Finding> = {}): ReturnType<typeof applySuppressions> {
  const line = text.split('\n').findIndex((each) => each.includes('walk here')) + 1;
  return applySuppressions([finding({ file: 'a.c', line, ...changes })], ['a.c'], () => text);
}
const rules = ({ findings }: ReturnType<typeof applySuppressions>): readonly string[] =>
  findings.map(({ rule }) => rule);

test.each([
  [
    'on the line above',
    'void f(void)\n{\n\t/* walkrace: allow kernel-walk/hot-remove: boot only */\n\twalk here;\n}\n',
  ],
  [
    'on the line itself',
    'void f(void)\n{\n\twalk here; /* walkrace: allow kernel-walk/hot-remove: boot only */\n}\n',
  ],
  [
    'as a line comment',
    'void f(void)\n{\n\t// walkrace: allow kernel-walk/hot-remove: boot only\n\twalk here;\n}\n',
  ],
  [
    'at the head of the function',
    '/* walkrace: allow kernel-walk/hot-remove: boot only */\nstatic void\nf(void)\n{\n\tx();\n\n\twalk here;\n}\n',
  ],
  [
    'inside of its comment',
    '/*\n * f() walks.\n * walkrace: allow kernel-walk/hot-remove: boot\n *   only\n */\nvoid f(void)\n{\n\tx();\n\twalk here;\n}\n',
  ],
])('%s', (_, text) => {
  const { findings, suppressed } = suppress(text);
  expect(findings).toEqual([]);
  expect(suppressed).toMatchObject([{ rule: 'kernel-walk/hot-remove', justification: 'boot only' }]);
});

test('another rule stays', () => {
  const text = 'void f(void)\n{\n\t/* walkrace: allow lock/wrong: because */\n\twalk here;\n}\n';
  expect(rules(suppress(text))).toEqual(['kernel-walk/hot-remove', 'suppression/unused']);
});

test('without a reason it allows nothing, and is told itself', () => {
  const text = 'void f(void)\n{\n\t/* walkrace: allow kernel-walk/hot-remove */\n\twalk here;\n}\n';
  const { findings } = suppress(text);
  expect(findings.map(({ rule }) => rule)).toEqual(['kernel-walk/hot-remove', 'suppression/no-reason']);
  expect(findings[1]).toMatchObject({ line: 3, column: 5, severity: 'warning', function: 'f' });
});

test('two lines further down it does not reach, unless it stands at the head of the function', () => {
  const text =
    'void f(void)\n{\n\t/* walkrace: allow kernel-walk/hot-remove: why */\n\tx();\n\twalk here;\n}\n';
  expect(rules(suppress(text))).toEqual(['kernel-walk/hot-remove', 'suppression/unused']);
});

test('an empty line parts a comment from the function below it', () => {
  const text = '/* walkrace: allow kernel-walk/hot-remove: why */\n\nvoid f(void)\n{\n\twalk here;\n}\n';
  expect(rules(suppress(text))).toEqual(['kernel-walk/hot-remove', 'suppression/unused']);
});

test('in a string it is no comment, and a file that was not looked at says nothing', () => {
  expect(allowancesIn('char *s = "/* walkrace: allow lock/wrong: x */";\n')).toEqual([]);
  expect(applySuppressions([], [], () => '/* walkrace: allow lock/wrong: x */').findings).toEqual([]);
});
