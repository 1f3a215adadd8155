/** Generators of kernel C for the property tests. */
import fc from 'fast-check';

/** Pieces of kernel C, whole and broken; joined at random they make code that nobody would write, and half of what people type. */
export const PIECES: readonly string[] = [
  'static int __init f(struct foo *p, int n)\n{\n',
  'SYSCALL_DEFINE2(x, int, a, char __user *, b)\n{\n',
  'DEFINE_IDTENTRY(exc)\n{\n',
  '}\n',
  '};\n',
  '\tif (a) {\n',
  '\t} else {\n',
  '\telse\n',
  '\tfor_each_thing(p, q) {\n',
  '\tlist_for_each(p, q)\n\t\tg(p);\n',
  '\tdo {\n',
  '\t} while_each(p);\n',
  '#ifdef CONFIG_A\n',
  '#if 0\n',
  '#else\n',
  '#elif defined(B)\n',
  '#endif\n',
  '#define M(x) \\\n\tg(x)\n',
  'EXPORT_SYMBOL(f);\n',
  'module_init(f)\n',
  'static const struct ops o = { .a = f, .b = { 1, 2 }, [3] = g };\n',
  'DEFINE_PER_CPU(struct x, y) = { .z = 1 };\n',
  '\tasm volatile("x" : "=r" (a) : "r" (b));\n',
  '\ttypeof(*p) q = (typeof(*p)){ 1 };\n',
  '\tx = min_t(unsigned long, a, sizeof(struct foo));\n',
  '\tcase 1 ... 5:\n',
  'out:\n',
  '\tg(h(n * x, y));\n',
  '\tprintk(KERN_ERR PFX "x" PRI(a) "b");\n',
  '\tscoped_guard(mutex, &l)\n',
  '\tguard(mutex)(&l);\n',
  '\tMACRO(a)\n',
  '\tMACRO(, ==, return -1; g())\n',
  'struct s { u32 a : 1, : 3; DECLARE_BITMAP(b, 4); };\n',
  '/* comment */',
  '/* open\n',
  '// line\n',
  '"open string\n',
  "'",
  '(',
  ')',
  '{',
  '\\\n',
  '\r\n',
  '\0',
  '\u00e9',
  'x',
  ' ',
  '\t',
];

export const brokenC = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 40 })
  .map((pieces) => pieces.join(''));

/** Kernel C in which every bracket and every #if is closed. */
export const { file: wholeC } = fc.letrec<{ file: string; statement: string; block: string }>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'block' },
    fc.constantFrom(...PIECES.filter((piece) => /^\t[^{}]*;\n$/.test(piece))),
    tie('block').map((block) => `\tif (a) {\n${block}\t} else {\n${block}\t}\n`),
    tie('block').map((block) => `\tfor_each_thing(p, q) {\n${block}\t}\n`),
    tie('block').map((block) => `\tdo {\n${block}\t} while_each(p);\n`),
    tie('block').map((block) => `\tscoped_guard(mutex, &l) {\n${block}\t}\n`),
    tie('block').map((block) => `#ifdef CONFIG_A\n${block}#else\n${block}#endif\n`),
    tie('block').map((block) => `#ifdef CONFIG_A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n${block}\t}\n`),
    fc.constantFrom(
      '\tMACRO(a)\n',
      'out:\n',
      '/* comment */',
      '\tif (a)\n#ifdef B\n\t\tg();\n#else\n\t\th();\n#endif\n',
    ),
  ),
  block: fc
    .array(tie('statement'), { maxLength: 4, depthIdentifier: 'block' })
    .map((statements) => statements.join('')),
  file: fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...PIECES.filter((piece) => /^(?:[a-zA-Z].*;|module_init.*|#define[^]*)\n$/.test(piece)),
        ),
        fc
          .tuple(fc.constantFrom(...PIECES.filter((piece) => piece.endsWith('\n{\n'))), tie('block'))
          .map(([head, block]) => `${head}${block}}\n`),
      ),
      { maxLength: 6 },
    )
    .map((items) => items.join('')),
}));
