/** "Which files may mention or define a name?", asked of the words of all files. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordSet, hashOfWord, scanWords } from '../../../src/core/index/word-scan.js';
import { segmentOfTexts, wordIndex, wordsOfText } from '../../../src/core/index/words.js';

const tree = new Map([
  ['mm/walk.c', 'int walk_it(pmd_t *pmd)\n{\n\treturn leave(pmd); /* hidden */\n}\n'],
  ['fs/show.c', '#define show_all(x) walk_it(x)\nstatic int show(void)\n{\n\tputs("quoted");\n}\n'],
  ['include/walk.h', '#define WALK_MAX 0x10\n#define walk_old walk_it\nint walk_it(pmd_t *pmd);\n'],
  ['arch/a/b.c', 'int\nsplit_header(int a,\n\tint b)\n{\n}\nint table[] = { walk_it(1) };\n'],
]);

describe('a word index', () => {
  const words = wordIndex([segmentOfTexts(tree)]);

  it('finds the files that have a word, and no others', () => {
    expect(words.mentioning(['walk_it'])).toEqual(['arch/a/b.c', 'fs/show.c', 'include/walk.h', 'mm/walk.c']);
    expect(words.mentioning(['leave', 'puts'])).toEqual(['fs/show.c', 'mm/walk.c']);
    expect(words.mentioning(['walk'])).toEqual([]);
  });

  it('passes over comments, strings and numeric constants', () => {
    expect(words.mentioning(['hidden', 'quoted', 'WALK_MAX'])).toEqual([]);
  });

  it('knows definitions from prototypes, calls and tables', () => {
    expect(words.defining(['walk_it'])).toEqual(['mm/walk.c']);
    expect(words.defining(['show'])).toEqual(['fs/show.c']);
    expect(words.defining(['split_header'])).toEqual(['arch/a/b.c']);
    expect(words.defining(['show_all', 'walk_old'])).toEqual(['fs/show.c', 'include/walk.h']);
  });

  it('answers for changed, new and deleted files by what they are now', () => {
    const edited = segmentOfTexts(
      new Map([
        ['mm/walk.c', 'void other(void) { }'],
        ['mm/new.c', 'walk_it'],
      ]),
    );
    const changed = wordIndex([segmentOfTexts(tree), edited], new Set(['fs/show.c']));
    expect(changed.mentioning(['walk_it'])).toEqual(['arch/a/b.c', 'include/walk.h', 'mm/new.c']);
    expect(changed.defining(['other', 'show'])).toEqual(['mm/walk.c']);
  });
});

describe('scanning', () => {
  it('finds every word of three letters that stands alone, whatever is around', () => {
    const word = fc.stringMatching(/^[a-z_][a-z0-9_]{2,12}$/).filter((name) => name !== 'define');
    const gap = fc.constantFrom(
      ' ',
      '\n',
      ' ( ',
      ';',
      '->',
      ' /* x */ ',
      '{',
      ' "s" ',
      "'c'",
      '\r\n',
      '\t',
      ' 0x1f ',
      '// y\n',
      '*',
      '\n#if ',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, gap)), (pieces) => {
        const found = new Set(wordsOfText(pieces.flat().join('')).words);
        for (const [name] of pieces) expect(found.has(hashOfWord(name))).toBe(true);
      }),
    );
  });

  it('ends for any bytes, and leaves the sets empty for the next file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const buffer = new Uint8Array(bytes.length + 3);
        buffer.set(bytes);
        const words = new WordSet();
        const definitions = new WordSet();
        scanWords(buffer, bytes.length, words, definitions);
        words.take();
        definitions.take();
        expect(words.take()).toHaveLength(0);
        expect(definitions.take()).toHaveLength(0);
      }),
    );
  });

  it('grows its set for a file with very many words', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `name_${index}`);
    expect(new Set(wordsOfText(names.join(' ; ')).words).size).toBe(20_000);
  });
});
