/** What the index reads out of one file. Snippets are ours, in the manner of the kernel. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf } from '../../../src/core/index/extract.js';
import { renderFacts } from './render.js';

const read = (text: string): string => renderFacts(factsOf(text));

describe('functions', () => {
  it('have a name, parameters, marks and lines', () => {
    expect(
      read(`
static int __init setup_dump(struct dump *st, unsigned long addr,
			     int (*note)(int level), char name[16])
{
	return register_dump(st);
}
`),
    ).toBe('2-6 static __init setup_dump(st, addr, note, name): register_dump()');
  });

  it('have parameters of any spelling', () => {
    const params = (list: string): string => read(`void f(${list}) { }`).replace(/^1-1 f\((.*)\):$/, '$1');
    expect(params('void')).toBe('');
    expect(params('void *__data, unsigned long __address, phys_addr_t __phys')).toBe(
      '__data, __address, __phys',
    );
    expect(params('struct page *page __maybe_unused, int node __unused')).toBe('page, node');
    expect(params('const void __user *from, char __user **to, u8 mac[6], __u64 start, ...')).toBe(
      'from, to, mac, start',
    );
    expect(params('int (*fn)(int a), struct x, char *, unsigned int')).toBe('fn');
  });

  it('keep their name between attributes that look like calls', () => {
    expect(
      read(`
__printf(1, 2) static void note(const char *fmt, ...) { }
void __printf(2, 3) warn(struct seq_file *m, const char *fmt, ...) { }
static void take(struct zone *z) __acquires(&z->lock) { spin_lock(&z->lock); }
__wsum fold(__wsum sum) { return sum; }
struct page __must_check *find(unsigned long pfn) { return look(pfn); }
`),
    ).toBe(
      [
        '2-2 static __printf(1, 2) note(fmt):',
        '3-3 __printf(2, 3) warn(m, fmt):',
        '4-4 static __acquires(&z->lock) take(z): spin_lock()',
        '5-5 __wsum fold(sum):',
        '6-6 __must_check find(pfn): look()',
      ].join('\n'),
    );
  });

  it('go on behind a table of their own that ends at the start of a line', () => {
    expect(
      read(`
static void dump(struct seq_file *m)
{
	const struct range ranges[] = {
#ifdef CONFIG_64BIT
	{ GUARD_END, ~0UL },
#endif
	{ 0, 0 }
};

	walk(m, ranges);
}
`),
    ).toContain('2-12 static dump(m): walk()');
  });

  it('may be made by a macro, and have the name that it makes of its first argument', () => {
    expect(
      read(`
SYSCALL_DEFINE2(look, unsigned long, start, size_t, len)
{
	return do_look(start, len);
}
`),
    ).toBe('2-5 SYSCALL_DEFINE2 sys_look(start, len): do_look()');
  });

  it('are told from prototypes, structs and tables', () => {
    expect(
      read(`
int proto(struct page *page);
extern void other(void) __attribute__((noreturn));
struct pair { int (*get)(int); int b; };
enum { ONE = 1, TWO = MAX(1, 2) };
typedef int (*fn_t)(pte_t *pte);
int (*hook)(int);
int real(void) { return hook(1); }
`),
    ).toBe('8-8 real(): hook()');
  });

  it('survive what is broken around them', () => {
    expect(
      read(`
static int broken(int a)
{
	if (a) {
		open_brace(a);
static int good(void)
{
	return after();
}
}}}
int last(void)
{
	final();
}
`),
    ).toBe(
      ['2-5 static broken(a): open_brace()', '6-9 static good(): after()', '11-14 last(): final()'].join(
        '\n',
      ),
    );
  });
});

describe('calls', () => {
  it('are direct, of a member, or of a pointer of the function itself', () => {
    expect(
      read(`
void f(struct ops *ops, fn_t fn)
{
	int (*local)(int) = pick(ops);
	ops->show(1);
	ops[2].store(fn(3));
	(*ops->open)(4);
	(*fn)(5);
	table[6](7);
	if (sizeof(x)) while (g()) ;
}
`),
    ).toBe('2-11 f(ops, fn): pick() ->show() ->store() *fn() ->open() *fn() *table() g()');
  });

  it('keep arguments that are one name and not their own variables, but for tables', () => {
    expect(
      read(`
void f(struct mm_struct *mm)
{
	struct walk st = { .mm = mm };
	const struct walk_ops *ops = &plain_ops;

	walk_range(mm, 0, -1, &range_ops, &st);
	walk_range(mm, PAGE_SIZE, 2, ops, (void *)note_page);
	run(worker, NULL, "name%d", worker_data[1]);
}
`),
    ).toBe(
      '2-10 f(mm): walk_range(3:&range_ops,4:&st) walk_range(4:note_page) run(0:worker) =plain_ops\ntable walk st in f: mm=mm',
    );
  });

  it('in arms of #if are all there, with their condition', () => {
    expect(
      read(`
void f(void)
{
#ifdef CONFIG_A
	if (a()) {
#else
	if (b()) {
#endif
		c();
	}
#if 0
	never();
#elif defined(CONFIG_B) && X > 1
	d();
#endif
}
#ifdef CONFIG_C
int g(void) { return e(); }
#endif
`),
    ).toBe(
      [
        '2-16 f(): a()#CONFIG_A b()#!CONFIG_A c() d()#!0 && defined(CONFIG_B) && X > 1',
        '18-18 #CONFIG_C g(): e()',
      ].join('\n'),
    );
  });

  it('are not found in comments, strings and for the guard of a header', () => {
    expect(
      read(`#ifndef _X_H
#define _X_H
/* a(1) */ // b(2)
static inline void f(void) { print("c(3) \\" d(4)", '"', '\\''); }
#endif
`),
    ).toBe('4-4 static f(): print()');
  });

  it('with both line ends', () => {
    const text = 'int f(int a,\n      int b)\n{\n#define X(a) \\\n\tg(a)\n\treturn X(b);\n}\n';
    expect(read(text.replaceAll('\n', '\r\n'))).toBe(read(text));
    expect(read(text)).toBe('1-7 f(a, b): X()\nmacro X(a): g()');
  });
});

describe('names used as values', () => {
  it('are those of functions here, and those assigned to members', () => {
    expect(
      read(`
static int one(void) { return 1; }
void f(struct ops *ops, bool big)
{
	ops->show = elsewhere;
	ops->get = big ? one : two;
	x = other;
}
`),
    ).toBe('2-2 static one():\n3-8 f(ops, big): .show=elsewhere =one');
  });
});

describe('tables', () => {
  it('have the names that a macro makes an element of', () => {
    expect(
      read(`
static const struct ioctl_desc ioctls[] = {
	IOCTL_DEF(GET, get_ioctl, 0),
	IOCTL_DEF(SET, set_ioctl, sizeof(long)),
	FLAGS | OTHER(f),
};`),
    ).toBe('table ioctl_desc ioctls: #0=get_ioctl #1=set_ioctl');
  });

  it('have the fields that hold one name, nested and in arrays', () => {
    expect(
      read(`
static const struct walk_ops ops = {
	.pmd_entry	= entry,
	.walk_lock	= PGWALK_RDLOCK,
	.name		= "text",
	.inner		= { .note = &note, .list = (struct range[]) {{ 0, end }} },
	.pm		= pm_ptr(&pm_ops),
	.size		= sizeof(struct thing),
};
static struct attribute *attrs[] = { &a.attr, first, NULL };
struct file { int x; } table[] = { [0] = { .open = f }, { .open = g } };
int (*hook)(int) = handler;
`),
    ).toBe(
      [
        'table walk_ops ops: pmd_entry=entry walk_lock=PGWALK_RDLOCK inner.note=&note pm=&pm_ops',
        'table range ops: #1=end',
        'table attribute attrs: #1=first',
        'table file table: open=f open=g',
        'table int hook: =handler',
      ].join('\n'),
    );
  });

  it('may be local to a function', () => {
    expect(read(`void f(void)\n{\n\tstruct walk_ops ops = { .test = t };\n\tg(&ops);\n}\n`)).toBe(
      '1-5 f(): g(0:&ops)\ntable walk_ops ops in f: test=t',
    );
  });
});

describe('macros', () => {
  it('used at the top level are told with their arguments', () => {
    expect(
      read(`
module_init(start)
DEFINE_SHOW_ATTRIBUTE(tables);
static DEFINE_MUTEX(lock);
EXPORT_SYMBOL_GPL(start);
`),
    ).toBe(
      [
        'use module_init(start)',
        'use DEFINE_SHOW_ATTRIBUTE(tables)',
        'use DEFINE_MUTEX(lock)',
        'use EXPORT_SYMBOL_GPL(start)',
      ].join('\n'),
    );
  });

  it('that call or rename are told, constants are not', () => {
    expect(
      read(`
#define SIZE 4096
#define FLAG (1 << 3)
#define offset_k(addr)	offset(&init_mm, (addr))
#define each(fn, x) \\
	do { fn(x); } while (0)
#define old_name new_name
`),
    ).toBe(
      [
        'macro offset_k(addr): offset(0:&init_mm)',
        'macro each(fn, x): *fn()',
        'macro old_name: new_name()',
      ].join('\n'),
    );
  });
});

describe('any text', () => {
  it('is read without an exception, and the places are inside of it', () => {
    const word = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '=',
      ';',
      ',',
      '\n',
      '#if X',
      '#else',
      '#endif',
      '\n#define a(b)',
      'int ',
      'f',
      ' .x',
      '"',
      "'",
      '/*',
      '*/',
      '\\',
      '&',
      '->',
      '[',
      ']',
      '\r\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(word, { maxLength: 60 }).map((words) => words.join('')),
        ),
        (text) => {
          for (const made of factsOf(text).functions) {
            expect(made.start).toBeLessThan(made.end);
            expect(made.end).toBeLessThanOrEqual(text.length);
            expect(made.line).toBeLessThanOrEqual(made.endLine);
            for (const call of made.calls) expect(text.startsWith(call.callee, call.offset)).toBe(true);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('takes a time that grows with its size only', () => {
    const bent = [
      '(',
      '{',
      'f(',
      '#if 1\n',
      '{.a=',
      'x,',
      '"',
      'f(a,&',
      '#define x(',
      'x y(',
      '{\n',
      '\nf(x)\n{',
      'x * y, ',
      '[0] = {',
    ];
    const closed: readonly (readonly [string, string])[] = [
      ['(', ')'],
      ['{', '}'],
      ['{', '\n}'],
      ['(', '}'],
      ['int x = {', '}'],
      ['f(', ')'],
      ['int f(', ')\n{'],
    ];
    for (const [opening, close] of [...bent.map((piece) => [piece, ''] as const), ...closed]) {
      const half = (size: number): string =>
        opening.repeat(size / opening.length) + close.repeat(close === '' ? 0 : size / close.length);
      const time = (text: string): number => {
        const started = process.cpuUsage();
        factsOf(`void f(void)\n{\n${text}`);
        factsOf(`struct s x = {\n${text}`);
        factsOf(text);
        return process.cpuUsage(started).user / 1000;
      };
      time(half(2_000));
      // A quadratic reading would take 100 times as long for ten times the size.
      expect(time(half(40_000)), JSON.stringify(opening + close)).toBeLessThan(40 * (time(half(4_000)) + 20));
    }
  }, 60_000);
});
