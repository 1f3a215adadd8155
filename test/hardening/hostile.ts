/** Texts that somebody wrote to hurt: long, deep, unbalanced, or no text at all. Each with its name. */

const DEEP = 200_000;
const LONG = 10_000_000;

export const HOSTILE: readonly (readonly [string, () => string])[] = [
  ['a line of 10 MB', () => `int x = ${'1 + '.repeat(LONG / 4)}1;\n`],
  ['10 MB with no line end and no blank', () => 'a'.repeat(LONG)],
  ['10 MB of blanks', () => ' '.repeat(LONG)],
  ['10 MB of line ends', () => '\n'.repeat(LONG)],
  ['brackets that nobody closes', () => `void f(void)\n{\n\t${'('.repeat(DEEP)}\n}\n`],
  ['braces that nobody closes', () => `void f(void)\n${'{'.repeat(DEEP)}\n`],
  ['braces that close nothing', () => `void f(void)\n{\n${'}'.repeat(DEEP)}\n`],
  ['deep conditions', () => `void f(void)\n{\n\t${'if (x) '.repeat(DEEP)};\n}\n`],
  ['a long chain of else if', () => `void f(void)\n{\n\t${'if (x) y(); else '.repeat(20_000)}z();\n}\n`],
  ['deep unary operators', () => `int f(void)\n{\n\treturn ${'!'.repeat(DEEP)}x;\n}\n`],
  ['a long sum', () => `int f(void)\n{\n\treturn ${'x + '.repeat(50_000)}x;\n}\n`],
  ['a long comma list', () => `int f(void)\n{\n\treturn g(${'x, '.repeat(50_000)}x);\n}\n`],
  ['quotes that nobody closes', () => `void f(void)\n{\n${'\tg("x);\n'.repeat(20_000)}}\n`],
  ['a comment that nobody closes', () => `void f(void)\n{\n}\n/*${' * '.repeat(DEEP)}`],
  ['arms in arms', () => `${'#ifdef A\n'.repeat(20_000)}int x;\n${'#endif\n'.repeat(20_000)}`],
  ['arms that nobody ends', () => `void f(void)\n{\n${'#if A\n\tg();\n#else\n'.repeat(5_000)}}\n`],
  ['a macro that goes on and on', () => `#define f(x) \\\n${'\tg(x); \\\n'.repeat(50_000)}\n`],
  [
    'macros of macros',
    () => Array.from({ length: 5_000 }, (_, at) => `#define M${at} M${at + 1} M${at + 1}\n`).join(''),
  ],
  [
    'many labels and jumps',
    () =>
      `void f(void)\n{\n${Array.from({ length: 5_000 }, (_, at) => `l${at}:\n\tgoto l${4_999 - at};\n`).join('')}}\n`,
  ],
  [
    'many cases',
    () =>
      `void f(int x)\n{\n\tswitch (x) {\n${Array.from({ length: 20_000 }, (_, at) => `\tcase ${at}: g(); break;\n`).join('')}\t}\n}\n`,
  ],
  ['many functions', () => Array.from({ length: 20_000 }, (_, at) => `void f${at}(void)\n{\n}\n`).join('')],
  ['NUL bytes', () => `void f(void)\n{\n${'\u0000'.repeat(100_000)}}\n`],
  ['lone surrogates', () => `void f(void)\n{\n\tg("${'\ud800'.repeat(10_000)}");\n}\n`],
  ['bad UTF-8, as it is read', () => Buffer.alloc(200_000, 0xc3).toString('utf8')],
  ['backslashes at line ends', () => '\\\n'.repeat(DEEP)],
  ['stars', () => `/${'*'.repeat(DEEP)}`],
  ['an attribute in an attribute', () => `int x ${'__attribute__(('.repeat(2_000)};\n`],
];
