/** What a function leaves taken or let go for its caller, read from its body. */
import { describe, expect, it } from 'vitest';
import { translate } from '../../../src/core/analysis/call-outcomes.js';
import { createEffects } from '../../../src/core/analysis/effects.js';
import { keyOf } from '../../../src/core/analysis/held.js';
import { functionOfMacro } from '../../../src/core/analysis/macro-functions.js';
import { tablesOnly } from '../../../src/core/analysis/file-names.js';
import { createPrograms } from '../../../src/core/analysis/programs.js';
import { factsOf } from '../../../src/core/index/extract.js';
import { createIndex } from '../../../src/core/index/index.js';
import { factReader } from '../../../src/core/index/reader.js';
import { segmentOfTexts, wordIndex } from '../../../src/core/index/words.js';
import { knowledgeOf } from '../../../src/core/program/lower/context.js';
import { parserForTests } from '../syntax/parser-for-tests.js';

const parser = await parserForTests();

/** What the first function of a text does to the locks on every way out, and whether it touches any. */
function effectOf(text: string): string {
  const texts = new Map([['mm/x.c', text]]);
  const read = (file: string): string | undefined => texts.get(file);
  const index = createIndex(wordIndex([segmentOfTexts(texts)]), factReader(read));
  const effects = createEffects(
    index,
    createPrograms(parser, () => tablesOnly(knowledgeOf()), read),
    knowledgeOf(),
  );
  const [ref] = index.functionsIn('mm/x.c');
  if (!ref) throw new Error('no function');
  return `${effects.touchesLocks(ref) ? 'touches' : 'plain'}: ${keyOf(effects.of(ref)) || 'nothing'}`;
}

describe('effects', () => {
  it.each([
    ['takes', 'void f(struct mm_struct *mm) { mmap_read_lock(mm); }', 'touches: mmap_lock(mm):read:1'],
    ['lets go', 'void f(void) { put_online_mems(); }', 'touches: mem_hotplug_lock:read:-1'],
    ['gives back', 'void f(void) { get_online_mems(); put_online_mems(); }', 'touches: nothing'],
    ['takes on some ways', 'void f(int n) { if (n) rcu_read_lock(); }', 'touches: nothing'],
    ['guards itself', 'void f(void) { guard(rcu)(); }', 'touches: nothing'],
    ['does neither', 'void f(int n) { n++; }', 'plain: nothing'],
    ['asserts', 'void f(struct mm_struct *mm) { mmap_assert_locked(mm); }', 'touches: nothing'],
    [
      'takes through another',
      'void f(void) { g(); }\nvoid g(void) { h(); }\nvoid h(void) { get_online_mems(); }',
      'touches: mem_hotplug_lock:read:1',
    ],
    [
      'takes through a macro',
      '#define g(mm) mmap_write_lock(mm)\nvoid f(struct mm_struct *which) { g(which); }',
      'touches: mmap_lock(which):write:1',
    ],
    [
      'calls itself',
      'void f(int n) { get_online_mems(); if (n) f(n - 1); }',
      'touches: mem_hotplug_lock:read:1',
    ],
  ])('%s', (_, text, expected) => {
    expect(effectOf(text)).toBe(expected);
  });
});

describe('translate', () => {
  it('puts what the caller passes for the parameter', () => {
    const mm = { kind: 'symbol', name: 'init_mm' } as const;
    expect(translate('mmap_lock(mm)', ['mm'], [mm])).toBe('mmap_lock(init_mm)');
    expect(translate('mmap_lock(vma->vm_mm)', ['vma'], [{ kind: 'var', name: 'v' }])).toBe(
      'mmap_lock(v->vm_mm)',
    );
    expect(translate('mmap_lock(st->mm)', ['st'], [{ kind: 'address', of: 'state' }])).toBe(
      'mmap_lock(state.mm)',
    );
    expect(translate('mmap_lock(other)', ['mm'], [mm])).toBe('mmap_lock(other)');
    expect(translate('mem_hotplug_lock', ['mm'], [mm])).toBe('mem_hotplug_lock');
  });
});

describe('a macro as a function', () => {
  const asFunction = (text: string): string | undefined => {
    const [macro] = factsOf(text).macros;
    return macro && functionOfMacro(text, macro)?.replace(/\s+/g, ' ');
  };

  it('of an expression gives its value', () => {
    expect(asFunction('#define try_it(mm) mmap_read_trylock(mm)\n')).toBe(
      'static void *try_it(void *mm) { return mmap_read_trylock(mm); }',
    );
  });

  it('of statements over several lines', () => {
    expect(asFunction('#define both(mm) \\\n\tdo { \\\n\t\tget_online_mems(); \\\n\t} while (0)\n')).toBe(
      'static void *both(void *mm) { do { get_online_mems(); } while (0); }',
    );
  });

  it('of another name of a function passes on what it is given', () => {
    expect(asFunction('#define lock_it mmap_read_lock\n')).toBe(
      'static void *lock_it(void *a, void *b, void *c, void *d) { return mmap_read_lock(a, b, c, d); }',
    );
  });

  it('is none for a value that is used without brackets', () => {
    expect(asFunction('#define LOCK_IT mmap_read_lock(mm)\n')).toBeUndefined();
  });
});
