/** Reading a unified diff and putting it on a text; jsdiff makes diffs that this code did not. */
import { createTwoFilesPatch } from 'diff';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyDiff, withTexts } from '../../../src/core/review/apply/apply.js';
import { applyHunks } from '../../../src/core/review/apply/hunk.js';
import { readDiff } from '../../../src/core/review/patch/unified.js';
import { filesFromMap } from '../../../src/core/ports.js';

const linesOf = (text: string): readonly string[] => text.replace(/\n$/, '').split('\n');
const tree = (texts: Readonly<Record<string, string>>) => filesFromMap(new Map(Object.entries(texts)));
const put = (patch: string, texts: Readonly<Record<string, string>>) =>
  applyDiff(readDiff(linesOf(patch)), tree(texts));

const line = fc.constantFrom(
  '',
  '{',
  '}',
  '\treturn 0;',
  '\tint i;',
  'static int f(void)',
  '--',
  '-- ',
  '++ x',
  ' ',
);
const text = fc.tuple(fc.array(line, { maxLength: 40 }), fc.boolean()).map(([lines, isTerminated]) => {
  if (lines.length === 0) return '';
  return lines.join('\n') + (isTerminated ? '\n' : '');
});

test('a diff put on the text that it was made of gives the other text', () => {
  fc.assert(
    fc.property(text, text, fc.integer({ min: 0, max: 5 }), (before, after, context) => {
      const patch = createTwoFilesPatch('a/x.c', 'b/x.c', before, after, '', '', { context });
      const { files, defects } = readDiff(linesOf(patch));
      expect(defects).toEqual([]);
      const applied = applyHunks(
        before,
        files.flatMap(({ hunks }) => hunks),
      );
      expect(applied.text).toBe(after);
      expect(applied.outcomes.every((each) => each.kind === 'applied' && each.fuzz === 0)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a diff fits where lines were put before it, and tells by how many it moved', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join('');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 4, max: 15 }), (moved, at) => {
      const after = before.replace(`line ${at}\n`, 'changed\n');
      const { files } = readDiff(linesOf(createTwoFilesPatch('a/x', 'b/x', before, after)));
      const above = 'new\n'.repeat(moved);
      const applied = applyHunks(above + before, files[0]?.hunks ?? []);
      expect(applied.text).toBe(above + after);
      expect(applied.outcomes).toMatchObject([{ kind: 'applied', offset: moved, fuzz: 0 }]);
    }),
  );
});

test('places of lines are right before and after', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const patch = linesOf(createTwoFilesPatch('a/x.c', 'b/x.c', before, after));
      const { outcomes } = applyHunks(
        before,
        readDiff(patch).files.flatMap(({ hunks }) => hunks),
      );
      for (const outcome of outcomes) {
        for (const place of outcome.kind === 'applied' ? outcome.places : []) {
          const side = place.kind === 'removed' ? before : after;
          expect(side.split('\n')[place.line - 1]).toBe((patch[place.at - 1] ?? '').slice(1));
        }
      }
    }),
  );
});

test('any text is read without an error, and nothing that it says leaves the tree', () => {
  const parts = fc.constantFrom(
    'diff --git a/x b/x',
    'diff --git a/../x b/../x',
    '--- a/x',
    '+++ b/x',
    '--- /dev/null',
    '+++ /etc/passwd',
    '@@ -1 +1 @@',
    '@@ -1,2 +1,3 @@',
    '@@ -0,0 +1 @@',
    '@@ -99999,1 +1 @@',
    ' a',
    '-a',
    '+b',
    '\\ No newline at end of file',
    'rename from x',
    'rename to /y',
    'new file mode 120000',
    'GIT binary patch',
    'diff --cc x',
    '"a/\\303',
    '',
    'index 1..2 100644',
  );
  const files = tree({ x: 'a\n', 'mm/x.c': 'a\nb\n' });
  fc.assert(
    fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 30 }), (lines) => {
      const { texts } = applyDiff(readDiff(lines), files);
      for (const path of texts.keys()) expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)|^$/);
    }),
    { numRuns: 1000 },
  );
});

describe('git', () => {
  test('new, deleted, renamed and changed files', () => {
    const { texts, files } = put(
      `diff --git a/mm/new.c b/mm/new.c
new file mode 100644
index 0000000..1234567
--- /dev/null
+++ b/mm/new.c
@@ -0,0 +1,2 @@
+int a;
+int b;
diff --git a/mm/old.c b/mm/old.c
deleted file mode 100644
index 1234567..0000000
--- a/mm/old.c
+++ /dev/null
@@ -1 +0,0 @@
-int old;
diff --git a/mm/from.c b/mm/to.c
similarity index 66%
rename from mm/from.c
rename to mm/to.c
--- a/mm/from.c
+++ b/mm/to.c
@@ -1,2 +1,2 @@
 int one;
-int two;
+int three;
diff --git a/mm/moved.c b/mm/away.c
similarity index 100%
rename from mm/moved.c
rename to mm/away.c
diff --git a/script.sh b/script.sh
old mode 100644
new mode 100755
`,
      {
        'mm/old.c': 'int old;\n',
        'mm/from.c': 'int one;\nint two;\n',
        'mm/moved.c': 'x\n',
        'script.sh': 'true\n',
      },
    );
    expect(Object.fromEntries(texts)).toEqual({
      'mm/new.c': 'int a;\nint b;\n',
      'mm/old.c': undefined,
      'mm/from.c': undefined,
      'mm/to.c': 'int one;\nint three;\n',
      'mm/moved.c': undefined,
      'mm/away.c': 'x\n',
    });
    expect(files.map(({ problem }) => problem)).toEqual(Array(5).fill(undefined));
  });

  test('names in quotes, names with blanks, and no newline at the end', () => {
    const { texts } = put(
      `diff --git "a/mm/\\303\\244.c" "b/mm/\\303\\244.c"
--- "a/mm/\\303\\244.c"
+++ "b/mm/\\303\\244.c"
@@ -1 +1 @@
-a
+b
\\ No newline at end of file
diff --git a/a b.c b/a b.c
--- a/a b.c
+++ b/a b.c
@@ -1 +1,2 @@
 x
+y
`,
      { 'mm/ä.c': 'a\n', 'a b.c': 'x\n' },
    );
    expect(Object.fromEntries(texts)).toEqual({ 'mm/ä.c': 'b', 'a b.c': 'x\ny\n' });
  });

  test.each([
    [
      'diff --git a/../x.c b/../x.c\n--- a/../x.c\n+++ b/../x.c\n@@ -0,0 +1 @@\n+a\n',
      'refused: ../x.c leaves the tree',
    ],
    ['--- /dev/null\n+++ /etc/x.c\n@@ -0,0 +1 @@\n+a\n', 'refused: /etc/x.c is an absolute path'],
    ['--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+a\n', "refused: .git/hooks/x is git's own"],
    [
      'diff --git a/l b/l\nnew file mode 120000\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n',
      'not applied: a symbolic link',
    ],
    [
      'diff --git a/x b/x\nindex 1..2 100644\nGIT binary patch\nliteral 3\nabc\n',
      'not applied: a binary file',
    ],
    ['--- a/none.c\n+++ b/none.c\n@@ -1 +1 @@\n-a\n+b\n', 'there is no file none.c'],
    ['--- /dev/null\n+++ b/there.c\n@@ -0,0 +1 @@\n+a\n', 'there.c is there already'],
  ])('what is not done is told: %j', (patch, problem) => {
    const { texts, files } = put(patch, { 'there.c': 'a\n' });
    expect(files.map((each) => each.problem)).toEqual([problem]);
    expect([...texts.keys()]).toEqual([]);
  });

  test('a diff that ends before its first hunk is cut off; a rename, a mode, an empty file are whole', () => {
    const cut = readDiff(linesOf('diff --git a/x.c b/x.c\nindex 1..2 100644\n--- a/x.c\n'));
    expect(cut.defects).toEqual([{ at: 1, reason: 'no hunk follows: the diff is cut off' }]);
    for (const whole of [
      'similarity index 100%\nrename from x.c\nrename to y.c\n',
      'old mode 100644\nnew mode 100755\n',
      'new file mode 100644\nindex 0000000..e69de29\n',
      'deleted file mode 100644\nindex e69de29..0000000\n',
    ])
      expect(readDiff(linesOf(`diff --git a/x.c b/y.c\n${whole}`)).defects).toEqual([]);
  });

  test('a combined diff is not supported, and says so; what follows is read', () => {
    const { files, defects } = readDiff(
      linesOf(
        'diff --cc mm/x.c\nindex 1,2..3\n--- a/mm/x.c\n+++ b/mm/x.c\n@@@ -1,2 -1,2 +1,3 @@@\n  a\n +b\ndiff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n',
      ),
    );
    expect(defects).toEqual([
      { at: 1, reason: 'a combined diff of a merge is not supported: give the diff against one parent' },
    ]);
    expect(files.at(-1)?.newPath).toBe('y');
  });

  test('diff without git: the directories that were compared are no part of the name', () => {
    const { texts } = put(
      'diff -urN linux.orig/mm/x.c linux/mm/x.c\n--- linux.orig/mm/x.c\t2020-01-01\n+++ linux/mm/x.c\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n',
      { 'mm/x.c': 'a\n' },
    );
    expect(Object.fromEntries(texts)).toEqual({ 'mm/x.c': 'b\n' });
  });
});

describe('hunks that do not fit', () => {
  const file = 'int a;\nint b;\nint c;\nint d;\nint e;\n';
  const outcome = (hunk: string, of = file) => {
    const [only] = readDiff(linesOf(`--- a/x.c\n+++ b/x.c\n${hunk}`)).files;
    return applyHunks(of, only?.hunks ?? []).outcomes[0];
  };

  test.each([
    ['@@ -1,3 +1,3 @@\n int a;\n-int x;\n+int y;\n int c;\n', 'line 2 of the file is "int b;", not "int x;"'],
    ['@@ -5,2 +5,2 @@\n int e;\n-int f;\n+int g;\n', 'the file ends at line 5, where it wants "int f;"'],
    [
      '@@ -1,3 +1,3 @@\n int a;\n-int x;\n+int b;\n int c;\n',
      'what it makes is there already: it seems to be applied',
    ],
    ['@@ -1,3 +1,3 @@\n int a;\n-int b;\n', 'it has fewer lines than its header says: the text ends'],
  ])('%j: %s', (hunk, reason) => {
    expect(outcome(hunk)).toMatchObject({ kind: 'failed', reason });
  });

  test('other hunks of the file go on', () => {
    const [only] = readDiff(
      linesOf(
        '--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n-int z;\n+int y;\n int b;\n@@ -4,2 +4,2 @@\n int d;\n-int e;\n+int f;\n',
      ),
    ).files;
    const { text: after, outcomes } = applyHunks(file, only?.hunks ?? []);
    expect(after).toBe(file.replace('int e;', 'int f;'));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['failed', 'applied']);
  });

  test('with context that is another, it is put as patch(1) would, and that is told', () => {
    expect(outcome('@@ -1,5 +1,5 @@\n int A;\n int b;\n-int c;\n+int x;\n int d;\n int E;\n')).toMatchObject({
      kind: 'applied',
      fuzz: 1,
    });
  });

  test('a signature behind the last hunk is no removed line', () => {
    const { files } = readDiff(
      linesOf('--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n int a;\n-int b;\n+int z;\n-- \n2.39.5\n'),
    );
    expect(files[0]?.hunks[0]?.lines).toHaveLength(3);
  });
});

test('files with texts changed are listed and read as they are then', () => {
  const files = withTexts(
    tree({ 'mm/a.c': 'a', 'mm/b.c': 'b' }),
    new Map([
      ['mm/a.c', undefined],
      ['mm/c/d.c', 'd'],
    ]),
  );
  expect(files.list('mm/')).toEqual(['b.c', 'c/']);
  expect(files.read('mm/a.c')).toBeUndefined();
  expect(files.read('mm/c/d.c')).toBe('d');
});
