/** Every reader of somebody else's text takes time in proportion to the text, whatever is in it: no regular expression that runs wild. */
import { describe, expect, test } from 'vitest';
import { evaluate, parseKconfig } from '../../src/core/kernel/kconfig.js';
import { knowledgeOf } from '../../src/core/program/lower/context.js';
import { readProtection } from '../../src/core/replay/hold.js';
import { readBaseline } from '../../src/core/report/baseline.js';
import { allowancesIn } from '../../src/core/report/suppressions.js';
import { readSeries } from '../../src/core/review/read.js';
import { parseRace } from '../../src/core/trace/language/parse.js';

const KNOWLEDGE = knowledgeOf();

/** Readers of a text, each with how a text of its own begins. */
const READERS: readonly (readonly [string, string, (text: string) => unknown])[] = [
  ['.race files', 'race 1\ntitle x\n', parseRace],
  ['suppressions', '/* walkrace: allow a/b: c */\n', allowancesIn],
  ['Kconfig', 'config A\n\tbool "a"\n\tdepends on ', parseKconfig],
  ['Kconfig conditions', 'A && ', (text) => evaluate(text, () => 'yes')],
  ['protections', 'mmap_read_lock(', (text) => readProtection(text, KNOWLEDGE)],
  ['baselines', '{ "findings": [', readBaseline],
  ['patches', '--- a/x.c\n+++ b/x.c\n@@ -1,1 +1,1 @@\n', (text) => readSeries(Buffer.from(text))],
  [
    'mails',
    'From x Mon Sep 17 00:00:00 2001\nFrom: a <a@b>\nSubject: [PATCH] x\n\n',
    (text) => readSeries(Buffer.from(text)),
  ],
];

const PIECES = [
  '/*',
  '*/',
  '//',
  '"',
  "'",
  '\\',
  '(',
  ')',
  '[',
  '<',
  '{',
  '!',
  '&&',
  '||',
  '=',
  ' ',
  '\t',
  '\n',
  '\r',
  '\r\n',
  'a',
  '0',
  '-',
  '+',
  '@@ ',
  '> ',
  ' @ ',
  '`',
  '#',
  '/* ',
  ' *',
  '\n\n',
  '\n-',
  '\n+',
  '\n>',
  '\nFrom ',
  '\nSubject: x',
  '=?',
  '=?utf-8?q?',
  'if ',
  'lock a read\n',
  'page p pte : leaf\n',
  'walkrace: allow ',
  '\nconfig A\n',
  '\ndiff --git a/x b/x\n',
  '\n@@ -1 +1 @@\n',
  'a b',
  'a,',
  ' \n',
  '.',
  '\u0000',
  '\ud800',
] as const;
/** Characters of the shorter text; the longer one has four times as many. */
const LENGTH = 15_000;
/** What is done sooner is not told from noise. */
const NOISE_MS = 1_500;

async function timeOf(read: (text: string) => unknown, text: string): Promise<number> {
  const started = performance.now();
  await read(text);
  await read(`${text}\n`);
  return performance.now() - started;
}

/** How much longer four times the text takes; 0 when both are done at once. */
async function growth(read: (text: string) => unknown, head: string, piece: string): Promise<number> {
  const short = await timeOf(read, head + piece.repeat(LENGTH / piece.length));
  const long = await timeOf(read, head + piece.repeat((4 * LENGTH) / piece.length));
  return long > NOISE_MS ? long / short : 0;
}

/** In proportion it is 4; a square makes it 16. */
const WILD = 9;

describe.each(READERS)('%s', (_, head, read) => {
  test.each(PIECES)(
    '%j over and over',
    async (piece) => {
      let least = Infinity;
      // A busy machine makes a short text slow, or a long one; not three times the same.
      for (let tries = 0; tries < 3 && least > WILD; tries += 1)
        least = Math.min(least, await growth(read, head, piece));
      expect(least).toBeLessThan(WILD);
    },
    300_000,
  );
});
