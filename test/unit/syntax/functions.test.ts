import { beforeAll, expect, test } from 'vitest';
import { callsOf } from '../../../src/core/syntax/calls.js';
import { functionsOf } from '../../../src/core/syntax/functions.js';
import { withTree, type CParser } from '../../../src/core/syntax/parser.js';
import { parserForTests } from './parser-for-tests.js';

let parser: CParser;
beforeAll(async () => {
  parser = await parserForTests();
});

/** Each function as one line: annotations, storage, name, parameters; then its calls. */
function outline(text: string): readonly string[] {
  return withTree(parser, text, (tree) => [
    ...functionsOf(tree).flatMap((f) => {
      const params = f.params.map((param) => `${param.type}|${param.name}`).join(', ');
      const head = [...f.annotations, ...(f.isStatic ? ['static'] : []), `${f.name}(${params})`].join(' ');
      return [
        head,
        ...callsOf(tree, f).map(
          (call) => `  ${call.kind} ${call.callee}(${call.args.map((arg) => arg.text).join('; ')})`,
        ),
      ];
    }),
    ...tree.defects.map((defect) => `defect ${defect.kind}`),
  ]);
}

test('a function: name, parameters, storage, annotations, calls', () => {
  expect(
    outline(`
static int __init dump_range(struct seq_file *m, unsigned long start, char __user *buf)
	__must_hold(&lock)
{
	pmd_t *pmdp = pmd_offset(pud_offset(p4d, start), start);
	return walk->ops->pmd_entry(pmdp);
}
`),
  ).toEqual([
    '__init __user __must_hold(&lock) static dump_range(struct seq_file *|m, unsigned long|start, char *|buf)',
    '  call pmd_offset(pud_offset(p4d, start); start)',
    '  call pud_offset(p4d; start)',
    '  call walk->ops->pmd_entry(pmdp)',
  ]);
});

test('iterator macros are blocks with a body', () => {
  expect(
    outline(`
void scan(void)
{
	for_each_online_pgdat(pgdat) {
		init(pgdat);
	}
	list_for_each_entry(page, &pages, lru)
		use(page);
	scoped_guard(mutex, &lock) {
		use(0);
	}
}
`),
  ).toEqual([
    'scan()',
    '  block for_each_online_pgdat(pgdat)',
    '  call init(pgdat)',
    '  block list_for_each_entry(page; &pages; lru)',
    '  call use(page)',
    '  block scoped_guard(mutex; &lock)',
    '  call use(0)',
  ]);
});

test('macros that define functions', () => {
  expect(
    outline(`
SYSCALL_DEFINE3(mprotect, unsigned long, start, size_t, len, unsigned long, prot)
{
	return do_mprotect(start, len, prot);
}
SYSCALL_DEFINE0(fork)
{
	return -EINVAL;
}
DEFINE_IDTENTRY(exc_page_fault)
{
	handle();
}
`),
  ).toEqual([
    'sys_mprotect(unsigned long|start, size_t|len, unsigned long|prot)',
    '  call do_mprotect(start; len; prot)',
    'sys_fork()',
    'exc_page_fault()',
    '  call handle()',
  ]);
});
