import { beforeAll, expect, test } from 'vitest';
import { referencesOf } from '../../../src/core/syntax/calls.js';
import { initializersOf } from '../../../src/core/syntax/initializers.js';
import { macroCallsOf } from '../../../src/core/syntax/macros.js';
import { withTree, type CParser } from '../../../src/core/syntax/parser.js';
import { parserForTests } from './parser-for-tests.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
});

const tables = (text: string): readonly string[] =>
  withTree(parser, text, (tree) =>
    initializersOf(tree).flatMap((table) => [
      `${table.isStatic ? 'static ' : ''}${table.type} ${table.variable ?? '(literal)'} at ${table.place.line}`,
      ...table.fields.map(
        (field) =>
          `  ${field.path.join('.')} = ${field.value}${field.name === undefined ? '' : ` (${field.name})`}`,
      ),
    ]),
  );

test('operation tables: members, nested ones, arrays, casts and addresses', () => {
  expect(
    tables(`
static const struct mm_walk_ops dump_ops __initconst = {
	.pmd_entry	= dump_pmd,
	.walk_lock	= PGWALK_RDLOCK,
};
const struct file_operations *fops = &dump_fops;
static struct notifier_block nb = { .notifier_call = (notifier_fn_t)memory_callback, .priority = 1 };
static struct driver drv = {
	.driver = { .name = "x", .probe = &drv_probe },
#ifdef CONFIG_PM
	.pm = drv_pm,
#endif
};
static const struct level levels[] = { [0] = { .f = a }, { b, 2 } };
`),
  ).toEqual([
    'static struct mm_walk_ops dump_ops at 2',
    '  pmd_entry = dump_pmd (dump_pmd)',
    '  walk_lock = PGWALK_RDLOCK (PGWALK_RDLOCK)',
    'static struct notifier_block nb at 7',
    '  notifier_call = (notifier_fn_t)memory_callback (memory_callback)',
    '  priority = 1',
    'static struct driver drv at 8',
    '  driver.name = "x"',
    '  driver.probe = &drv_probe (drv_probe)',
    '  pm = drv_pm (drv_pm)',
    'static struct level levels at 14',
    '  [0].f = a (a)',
    '  1.0 = b (b)',
    '  1.1 = 2',
  ]);
});

test('tables within functions and compound literals', () => {
  expect(
    tables(
      'void f(void)\n{\n\tstruct mm_walk_ops ops = { .pte_entry = g };\n\tuse(&(struct walk){ .ops = &ops });\n}\n',
    ),
  ).toEqual([
    'struct mm_walk_ops ops at 3',
    '  pte_entry = g (g)',
    'struct walk (literal) at 4',
    '  ops = &ops (ops)',
  ]);
});

test('objects that a macro declares', () => {
  expect(tables('static DEFINE_PER_CPU(struct pgtable_ops, ops) = { .walk = f };\n')).toEqual([
    'static struct pgtable_ops ops at 1',
    '  walk = f (f)',
  ]);
});

test('macro lines, with and without semicolon, on several lines', () => {
  const text =
    'module_init(start)\nDEFINE_SHOW_ATTRIBUTE(ptdump);\nstatic DECLARE_WORK(work,\n\t\t    work_fn);\nint x;\n';
  expect(
    withTree(parser, text, (tree) =>
      macroCallsOf(tree).map((call) => `${call.place.line} ${call.name}(${call.args.join('; ')})`),
    ),
  ).toEqual(['1 module_init(start)', '2 DEFINE_SHOW_ATTRIBUTE(ptdump)', '3 DECLARE_WORK(work; work_fn)']);
});

test('names used as values', () => {
  const text = `void f(void)
{
	apply_to_page_range(mm, addr, size, set_pte_fn, &data);
	ops->walk = walk_fn;
	ops->other = &other_fn;
	fn = c ? yes_fn : no_fn;
	kthread_run((int (*)(void *))thread_fn, 0);
	called_fn();
	return last_fn;
}
`;
  const names = withTree(parser, text, (tree) => referencesOf(tree).map((reference) => reference.name));
  expect(names.filter((name) => name.endsWith('_fn'))).toEqual([
    'set_pte_fn',
    'walk_fn',
    'other_fn',
    'yes_fn',
    'no_fn',
    'thread_fn',
    'last_fn',
  ]);
});
