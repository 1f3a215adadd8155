/** What of a file has changed, as far as those care who rest on it. */
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/core/index/extract.js';
import { changeSince } from '../../../src/core/index/shape.js';
import { hashOfWord } from '../../../src/core/index/word-scan.js';

const FILE = `#include <linux/mm.h>

static int first(struct mm_struct *mm)
{
	return walk_it(mm);
}

DEFINE_SHOW_ATTRIBUTE(first);

void second(void)
{
	mmap_read_lock(mm);
}
`;

/** What is told of the file after a replacement; undefined: more than the insides of functions. */
function after(
  what: string,
  by: string,
):
  | { functions: string[]; has: (word: string) => boolean; lineNow: (line: number) => number | undefined }
  | undefined {
  const before = factsOf(FILE).shape;
  if (!before || !FILE.includes(what)) throw new Error(`no ${what}`);
  const change = changeSince(before, factsOf(FILE.replace(what, () => by)));
  return (
    change && {
      functions: [...change.functions].sort(),
      has: (word) => change.words.has(hashOfWord(word)),
      lineNow: change.lineNow,
    }
  );
}

describe('a change of a file', () => {
  it('of a comment behind all functions changes nothing', () => {
    expect(after('mmap_read_lock(mm);\n}\n', 'mmap_read_lock(mm);\n}\n\n/* the end */\n')?.functions).toEqual(
      [],
    );
  });

  it('inside of a function is one of that function, and of the words that it has now', () => {
    const change = after('walk_it(mm)', 'look_at(mm)');
    expect(change?.functions).toEqual(['first']);
    expect([change?.has('look_at'), change?.has('walk_it'), change?.has('mmap_read_lock')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('that moves functions is none of them: it is told where their lines and those of uses of macros are now', () => {
    const change = after('DEFINE_SHOW', '\n\nDEFINE_SHOW');
    expect([change?.functions, change?.has('mmap_read_lock')]).toEqual([[], false]);
    const [inFirst, use, second, inSecond, end] = [5, 8, 10, 12, 13];
    expect([inFirst, use, second, inSecond, end].map((line) => change?.lineNow(line))).toEqual([
      inFirst,
      use + 2,
      second + 2,
      inSecond + 2,
      end + 2,
    ]);
  });

  it('says of lines outside of functions, and inside of one that is another now, that nobody can tell where they are', () => {
    const change = after('return walk_it(mm);\n', 'return walk_it(mm);\n\n');
    expect(change?.functions).toEqual(['first']);
    const [include, first, inFirst, blank, use, inSecond] = [1, 3, 5, 7, 8, 12];
    expect([include, inFirst, blank].map((line) => change?.lineNow(line))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([first, use, inSecond].map((line) => change?.lineNow(line))).toEqual([
      first,
      use + 1,
      inSecond + 1,
    ]);
  });

  it.each([
    ['a header', 'static int first', 'int first'],
    ['a name', 'void second', 'void third'],
    ['an include', 'linux/mm.h', 'linux/pgtable.h'],
    ['a use of a macro', 'ATTRIBUTE(first)', 'ATTRIBUTE(second)'],
    ['a condition inside of a function', '\tmmap_read_lock(mm);', '#ifdef X\n\tmmap_read_lock(mm);\n#endif'],
    ['a macro inside of a function', '\tmmap_read_lock(mm);', '#define second third\n\tmmap_read_lock(mm);'],
    ['a new function', 'void second', 'void other(void)\n{\n}\n\nvoid second'],
  ])('of %s is more than that', (_, what, by) => {
    expect(after(what, by)).toBeUndefined();
  });
});

describe('a function that was read', () => {
  it('costs another look at the text only for what its header and body say', () => {
    let looks = 0;
    const [first, second] = factsOf(FILE, new Map(), () => {
      looks += 1;
      return FILE;
    }).functions;
    expect([first?.name, first?.line, first?.isStatic, first?.guards, second?.name, looks]).toEqual([
      'first',
      3,
      true,
      [],
      'second',
      0,
    ]);
    expect([first?.params, first?.annotations, looks]).toEqual([['mm'], [], 1]);
    expect([first?.calls.map(({ callee }) => callee), first?.references, looks]).toEqual([
      ['walk_it'],
      [],
      2,
    ]);
  });
});
