/** What the parser gets to see, construct by construct. Each text keeps its length; blanks at line ends are cut off here. */
import { describe, expect, test } from 'vitest';
import { toParseable } from '../../../src/core/dialect/dialect.js';

const seen = (text: string): string =>
  toParseable(text)
    .text.replace(/[ \t]+$/gm, '')
    .replace(/\n+$/, '\n');
const body = (...lines: readonly string[]): string =>
  `void f(void)\n{\n${lines.map((line) => `\t${line}\n`).join('')}}\n`;
/** The lines of a body, as the parser sees them. */
const inBody = (...lines: readonly string[]): readonly string[] =>
  seen(body(...lines))
    .split('\n')
    .slice(2, -2)
    .map((line) => line.replace(/^\t/, ''));

describe('marks that are no C', () => {
  test.each([
    ['static int __init f(char __user *p)\n{\n}\n', 'static int        f(char        *p)\n{\n}\n'],
    ['void f(struct mm *mm) __must_hold(&mm->lock)\n{\n}\n', 'void f(struct mm *mm)\n{\n}\n'],
    ['static __no_such_mark int f(void)\n{\n}\n', 'static                int f(void)\n{\n}\n'],
    ['static const struct ops x __initconst = { 1 };\n', 'static const struct ops x             = { 1 };\n'],
    ['static pte_t t[4] __no_such_section;\n', 'static pte_t t[4]                  ;\n'],
  ])('%j', (text, expected) => {
    expect(seen(text)).toBe(expected);
  });

  test('the same words as variables, members and functions stay', () => {
    const text = body('x = __free;', 'p->__unused = 1;', '__free(p);', 'y = __aligned(4);');
    expect(seen(text)).toBe(text);
  });
});

describe('statements', () => {
  test.each([
    [
      ['for_each_online_node(nid) {', '}'],
      ['while               (nid) {', '}'],
    ],
    [
      ['list_for_each_entry(p, &l, n)', '\tg(p);'],
      ['while              (p, &l, n)', '\tg(p);'],
    ],
    [
      ['walk_all(p)', '\tg(p);'],
      ['while   (p)', '\tg(p);'],
    ],
    [
      ['scoped_guard(mutex, &l) {', '}'],
      ['while       (mutex, &l) {', '}'],
    ],
    [
      ['do {', '} for_each_vma(vmi, vma);'],
      ['do {', '} while       (vmi, vma);'],
    ],
    [
      ['case 1 ... 5:', 'g();'],
      ['case 1      :', 'g();'],
    ],
    [['goto *p;'], ['goto  p;']],
    [['static DEFINE_RATELIMIT_STATE(rs, 5 * HZ, 10);'], ['       DEFINE_RATELIMIT_STATE(rs, 5 * HZ, 10);']],
  ])('%j', (lines, expected) => {
    expect(inBody(...lines)).toEqual(expected);
  });

  test('a macro without a semicolon gets one where there is room', () => {
    expect(seen(body('BEGIN(x)', 'g();'))).toBe('void f(void)\n{\n\tBEGIN(x)\n;g();\n}\n');
  });

  test('a label behind a macro without a semicolon is one', () => {
    expect(seen(body('BEGIN(x)', 'out:', 'scoped_guard(mutex, &l) {', '}'))).toContain(
      'while       (mutex, &l) {',
    );
  });

  test('a call that the grammar would take for a declaration', () => {
    expect(seen(body('y();', 'count(pages(n * size, unit));'))).toBe(
      'void f(void)\n{\n\ty();\n+count(pages(n * size, unit));\n}\n',
    );
  });
});

describe('expressions', () => {
  test.each([
    ['p = container_of(q, struct foo, bar);', 'p = container_of(q,        foo, bar);'],
    ['n = min_t(unsigned long, a, b);', 'n = min_t(         long, a, b);'],
    ['p = va_arg(ap, struct foo *);', 'p = va_arg(ap,        foo  );'],
    ['typeof(*p) q = *p;', 'auto_t     q = *p;'],
    ['asm volatile("x" : "=r" (a));', 'ASM                         ;'],
    ['register long r asm("r3") = 1;', 'register long r           = 1;'],
    ['printk(KERN_ERR PFX "x" PRI(a) "b");', 'printk(         PFX "x" PRI    "b");'],
    ['set((pud_t){ val(x) });', 'set((pud_t)( val(x) ));'],
    ['M(a, ==, return -1);', 'M(a, 0 ,        -1);'],
  ])('%s', (line, expected) => {
    expect(inBody(line)).toEqual([expected]);
  });
});

describe('functions that a macro defines', () => {
  test.each([
    [
      'SYSCALL_DEFINE2(munmap, unsigned long, addr, size_t, len)\n{\n}\n',
      'int             munmap( unsigned long  addr, size_t  len)\n{\n}\n',
      { offset: 16, kind: 'function', name: 'sys_munmap', macro: 'SYSCALL_DEFINE2' },
    ],
    [
      'SYSCALL_DEFINE0(fork)\n{\n}\n',
      'int fork(           )\n{\n}\n',
      { offset: 4, kind: 'function', name: 'sys_fork', macro: 'SYSCALL_DEFINE0' },
    ],
    [
      'DEFINE_IDTENTRY(exc_page_fault)\n{\n}\n',
      'int exc_page_fault(           )\n{\n}\n',
      { offset: 4, kind: 'function', name: 'exc_page_fault', macro: 'DEFINE_IDTENTRY' },
    ],
  ])('%j', (text, expected, rename) => {
    expect(seen(text)).toBe(expected);
    expect(toParseable(text).renames).toEqual([rename]);
  });
});

describe('#if', () => {
  test('whole statements stay in their arms', () => {
    expect(inBody('#ifdef CONFIG_A', 'g();', '#else', 'h();', '#endif').map((line) => line.trim())).toEqual([
      '#if 1',
      'g();',
      '#else',
      'h();',
      '#endif',
    ]);
  });

  const folded = (text: string): string => seen(text).replace(/\s+/g, ' ').trim();

  test.each([
    ['two openings of a block', ['if (a) {', 'if (b) {'], '}', 'if (a) { } if (b) { }'],
    ['two values', ['x = a', 'x = b'], ';', 'x = a ; x = b ;'],
    ['two conditions of one statement', ['if (a)', 'if (b)'], 'g();', 'if (a) if (b) g();'],
  ])('%s: the arms are joined', (_what, [first = '', second = ''], after, expected) => {
    expect(folded(body('#ifdef A', first, '#else', second, '#endif', after))).toBe(
      `void f(void) { ${expected} }`,
    );
  });

  test('arms of a list keep all members', () => {
    expect(folded('int x[] = {\n#ifdef A\n\ta,\n#else\n\tb,\n#endif\n};\n')).toBe('int x[] = { a, b, };');
  });

  test('dead arms are no code', () => {
    expect(inBody('#if 0', 'g();', '#endif', 'h();').filter((line) => line.trim() !== '')).toEqual(['h();']);
  });

  test('what was joined or left out is told', () => {
    const text = body('#ifdef A', 'if (a) {', '#else', 'if (b) {', '#endif', '}', '#if 0', 'g();', '#endif');
    expect(toParseable(text).notes.map((note) => note.what)).toEqual(['arms-joined', 'arm-left-out']);
  });
});
