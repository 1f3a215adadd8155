/** The .race language: what is read, what is printed, what is said about mistakes. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import { parseRace } from '../../../src/core/trace/language/parse.js';
import { printRace } from '../../../src/core/trace/language/print.js';
import { raceToScenario, scenarioToRace } from '../../../src/core/trace/language/to-scenario.js';
import { randomRaceText } from '../../crosscheck/random-race.js';
import { raceOf, scenarioOf } from '../../support/races.js';

const ROOT = join(import.meta.dirname, '../../..');
const errorsOf = (text: string): readonly string[] =>
  (parseRace(text).errors ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`);
const body = (...lines: readonly string[]): string =>
  ['race 1', 'page top pud : none', 'lock m rwsem', 'thread a cpu 0', ...lines].join('\n');

it.each([
  ['arch x86', true, true],
  ['arch loongarch', true, true],
  ['arch arm64', false, true],
  ['arch nowhere', false, true],
  ['arch loongarch\nprofile flush-broadcasts', false, true],
  ['arch arm64\nprofile flush-waits rcu-ignores-irqs-off', true, false],
])('what an architecture does is in the table, where the file does not say it: %j', (lines, flush, rcu) => {
  const { arch } = raceToScenario(raceOf(`race 1\n${lines}\n`));
  expect([arch.flushWaitsForIrqsOff, arch.rcuWaitsForIrqsOff]).toEqual([flush, rcu]);
});

describe('mistakes are told with line and column, all at once', () => {
  it.each([
    ['race 2', ['1:7 only version 1 of the language is known']],
    ['', ['1:1 expected `race 1` or `freer ID`']],
    [
      'race 1\npage a pxd : none',
      ['2:8 expected a level (pgd, p4d, pud, pmd, pte, section, memmap, data), not pxd'],
    ],
    ['race 1\npage a pud : b', ['2:1 page a: b is neither none, leaf, bad nor a page']],
    ['race 1\nthread a cpu x', ['2:15 expected the number of a CPU, not x']],
    [body('  laod v top[0]'), ['5:3 laod is no statement']],
    [body('  load v top[0'), ['5:15 expected ]']],
    [body('  load v top[0] extra'), ['5:17 unexpected extra']],
    [body('  lock n read'), ['5:1 lock n is used but not declared: write `lock n KIND`']],
    [body('  if 1', '    flush'), ['5:1 `if` has no `end`']],
    [body('  end'), ['5:6 `end` without a block']],
    [body('  else'), ['5:7 `else` outside an `if`']],
    [body('  goto nowhere'), ['5:1 no label nowhere in thread a']],
    [body('  let x 1 && 2'), ['5:11 unexpected && 2']],
    [body('  flush @ nowhere'), ['5:10 expected a place: file:line, file:function or :line, not nowhere']],
    [
      body('  lock m raed', '  frobnicate'),
      ['5:10 expected a mode (read, write), not raed', '6:3 frobnicate is no statement'],
    ],
  ])('%j', (text, expected) => {
    expect(errorsOf(text)).toEqual(expected);
  });

  it('never throws, whatever the text', () => {
    const words = fc.constantFrom(
      'race 1',
      'page',
      'thread a cpu 0',
      'load',
      'if',
      'end',
      '[',
      ']',
      '(',
      '`',
      '"',
      '?',
      '@',
      '#',
      '->',
      '!!',
      ' ',
      '\n',
      '\r\n',
      '\0',
      '0x',
      '&',
      'none',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(words).map((parts) => parts.join(' ')),
        ),
        (text) => {
          const { file, errors } = parseRace(text);
          expect(file === undefined).toBe((errors?.length ?? 0) > 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('an expression of a million brackets is an error, not an overflow', () => {
    expect(errorsOf(body(`  let x ${'('.repeat(1_000_000)}`))).toHaveLength(1);
    expect(errorsOf(body(`  let x ${'!'.repeat(1_000_000)}`))).toHaveLength(1);
  });
});

describe('what is printed reads back as the same', () => {
  const fragments = join(ROOT, 'src/core/kernel/freers');
  it.each(readdirSync(fragments).filter((name) => name.endsWith('.race')))('%s', (name) => {
    const file = raceOf(readFileSync(join(fragments, name), 'utf8'));
    expect(raceOf(printRace(file))).toEqual(file);
  });

  it('random races', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const file = raceOf(randomRaceText(seed));
        expect(raceOf(printRace(file))).toEqual(file);
      }),
      { numRuns: 200 },
    );
  });

  it('names that are no words, and comments', () => {
    const file = raceOf(
      'race 1 # a comment\npage `odd name` pud : none\nthread `a b` cpu 0\n  let `walk->action` ?"is it # @ 1?" + 2 # why\n',
    );
    expect(printRace(file)).toBe(
      'race 1\n\npage `odd name` pud : none\n\nthread `a b` cpu 0\n  let `walk->action` ?"is it # @ 1?" + 2\n',
    );
    expect(raceOf(printRace(file))).toEqual(file);
  });

  it('places repeat the file that was named last', () => {
    const text =
      'race 1\n\nthread a cpu 0\n  flush                             @ mm/a.c:1\n  flush                             @ :2\n  flush                             @ mm/b.c:f:g\n';
    expect(printRace(raceOf(text))).toBe(text);
  });
});

describe('a scenario written down runs the same', () => {
  it('with the structure that its graph has', () => {
    const scenario = scenarioOf(
      body(
        '  for i',
        '    load v top[i]',
        '    if none v',
        '      flush',
        '    else',
        '      sleep',
        '    end',
        '  end',
      ),
    );
    expect(printRace(scenarioToRace(scenario)).split('\n').slice(8)).toEqual([
      '  let i 0',
      '  label L1',
      '  if i < 1',
      '    load v top[i]',
      '    if none v',
      '      flush',
      '    else',
      '      sleep',
      '    end',
      '    let i i + 1',
      '    goto L1',
      '  end',
      '',
    ]);
  });

  it('random races keep their states and violations', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const scenario = scenarioOf(randomRaceText(seed));
      const bounds = { maxStates: 5_000, maxMs: 10_000 };
      const before = explore(scenario, bounds);
      const after = explore(raceToScenario(raceOf(printRace(scenarioToRace(scenario)))), bounds);
      if (before.stopped !== undefined) continue;
      expect(
        after.violations.map(({ kind }) => kind),
        `seed ${seed}`,
      ).toEqual(before.violations.map(({ kind }) => kind));
      expect(after.states, `seed ${seed}`).toBe(before.states);
    }
  });
});

it('the example of docs/race-language.md gives what it expects', () => {
  const text = readFileSync(join(ROOT, 'docs/race-language.md'), 'utf8');
  const file = raceOf(/```\n(race 1[\s\S]*?)```/.exec(text)?.[1] ?? '');
  const { violations } = explore(raceToScenario(file));
  expect({ verdict: 'race', kinds: violations.map(({ kind }) => kind) }).toEqual(file.expect);
});
