/** Broken C out of good C: what a half-written file, a bad merge, a wrong encoding or an enemy makes of it. Deterministic by its seed. */

/** A number from 0 up to a limit, the next of its sequence at each call. */
export type Random = (limit: number) => number;

/** Numerical Recipes' linear congruential generator, which is enough to choose places. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * limit);
  };
}

type Mutation = (text: string, random: Random) => string;

const insert = (text: string, at: number, put: string): string => text.slice(0, at) + put + text.slice(at);
const anyPlace = (text: string, random: Random): number => random(text.length + 1);
const someOf = <T>(list: readonly T[], random: Random): T | undefined => list[random(list.length)];

/** What goes wrong in a text when it stands in a wrong place. */
const SPLINTERS = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '/*',
  '*/',
  '//',
  '\\\n',
  ';',
  ',',
  '#',
  '##',
  '\n#if 0\n',
  '\n#endif\n',
  '\n#else\n',
  '\n#ifdef CONFIG_X\n',
  '\n#define f(x) \\\n',
  '\n#include "x.c"\n',
  '\u0000',
  '\r',
  '\u2028',
  '\ufeff',
  '\ufffd',
  '\ud800',
  'goto out;',
  'case 1:',
  'default:',
  'else ',
  'do ',
  'while (',
  'if (',
  'asm goto("" : : : : out);',
  '__attribute__((',
  'for (;;) ',
  'static inline ',
  '0x',
  '"\\',
  "'\\",
  '...',
  '->',
  '?:',
] as const;

const MUTATIONS: readonly Mutation[] = [
  function cutOff(text, random) {
    return text.slice(0, anyPlace(text, random));
  },
  function cutOut(text, random) {
    const at = anyPlace(text, random);
    return text.slice(0, at) + text.slice(at + random(200));
  },
  function swap(text, random) {
    const [a = 0, b = 0] = [anyPlace(text, random), anyPlace(text, random)].sort((x, y) => x - y);
    const middle = a + Math.floor((b - a) / 2);
    return text.slice(0, a) + text.slice(middle, b) + text.slice(a, middle) + text.slice(b);
  },
  function splinter(text, random) {
    return insert(text, anyPlace(text, random), someOf(SPLINTERS, random) ?? '');
  },
  function splinters(text, random) {
    let now = text;
    for (let count = random(8); count >= 0; count -= 1)
      now = insert(now, anyPlace(now, random), someOf(SPLINTERS, random) ?? '');
    return now;
  },
  function doubled(text, random) {
    const at = anyPlace(text, random);
    return insert(text, anyPlace(text, random), text.slice(at, at + random(400)));
  },
  function nested(text, random) {
    const [open = '', close = ''] =
      someOf(
        [
          ['(', ')'],
          ['{', '}'],
          ['[', ']'],
          ['if (x) ', ''],
          ['!', ''],
          ['*', ''],
          ['a ? b : ', ''],
        ],
        random,
      ) ?? [];
    const depth = 1 + random(120);
    return insert(text, anyPlace(text, random), open.repeat(depth) + close.repeat(depth));
  },
  function anyBytes(text, random) {
    const bytes = Buffer.from(Array.from({ length: random(40) }, () => random(256)));
    return insert(text, anyPlace(text, random), bytes.toString('utf8'));
  },
  function dosLines(text) {
    return text.replace(/\n/g, '\r\n');
  },
  function oneLine(text) {
    return text.replace(/\n(?!#)/g, ' ');
  },
  function withoutLines(text, random) {
    return text
      .split('\n')
      .filter(() => random(6) > 0)
      .join('\n');
  },
  function shuffledLines(text, random) {
    const lines = text.split('\n');
    for (let times = 0; times < 4; times += 1) {
      const [a, b] = [random(lines.length), random(lines.length)];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
    }
    return lines.join('\n');
  },
];

/** One to three mutations, one after the other. */
export function mutated(text: string, random: Random): string {
  let now = text;
  for (let times = random(3); times >= 0; times -= 1)
    now = (someOf(MUTATIONS, random) ?? ((same) => same))(now, random);
  return now;
}
