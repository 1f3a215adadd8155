/** Quick fixes: C in, C with the fix made out. Each text is a function `sweep()` that walks, and what calls it. */
import { expect, test } from 'vitest';
import { applyEdits } from '../../../src/core/analysis/fixes/fix.js';
import { show } from './kernel-c.js';
import { sessionOf, type Texts } from './scan-text.js';

const FILE = 'mm/x.c';

/** The text with each fix of the first finding of the rule made, by kind, and by manner where it is a guard. */
function fixed(
  text: string,
  rule = 'kernel-walk/hot-remove',
  others: Texts = {},
): Readonly<Record<string, string>> {
  const session = sessionOf({ [FILE]: text, ...others });
  const finding = session.diagnose(FILE).findings.find((each) => each.rule === rule);
  expect(finding, `nothing found by ${rule}`).toBeDefined();
  const fixes = session.fixes(FILE, finding?.id ?? '');
  expect(session.read(FILE)).toBe(text);
  return Object.fromEntries(
    fixes.map(({ kind, manner, edits }) => [
      manner === 'guard' ? `${kind}, guard` : kind,
      applyEdits(text, edits),
    ]),
  );
}

/** What is left of a walk when it is not what a case is about. */
const WALK = 'seq_printf(m, "%llx", (u64)pud_val(*pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr)));';
const LOOP = 'for (addr = PAGE_OFFSET; addr < MODULES_END; addr += PGDIR_SIZE)';

const sweep = (body: string, head = 'static int sweep(struct seq_file *m, bool quick)'): string => `
${head}
{
${body.replace(/^\n/, '').trimEnd()}
}
${show('sweep(m, false);')}`;

const CASES: readonly (readonly [string, string, string])[] = [
  [
    'a loop: around it, before the value is returned',
    `
	unsigned long addr;

	/* Everything from the start of the linear map. */
	${LOOP}
		${WALK}
	return 0;`,
    `
	unsigned long addr;

	get_online_mems();
	/* Everything from the start of the linear map. */
	${LOOP}
		${WALK}
	put_online_mems();
	return 0;`,
  ],
  [
    'returns before and after the walk need nothing, those inside let go, in braces where there are none',
    `
	unsigned long addr;

	if (quick)
		return -EINVAL;
	${LOOP} {
		if (seq_has_overflowed(m))
			return -ENOSPC;
		if (signal_pending(current)) {
			return -EINTR;
		}
		${WALK}
	}
	return 0;`,
    `
	unsigned long addr;

	if (quick)
		return -EINVAL;
	get_online_mems();
	${LOOP} {
		if (seq_has_overflowed(m)) {
			put_online_mems();
			return -ENOSPC;
		}
		if (signal_pending(current)) {
			put_online_mems();
			return -EINTR;
		}
		${WALK}
	}
	put_online_mems();
	return 0;`,
  ],
  [
    'a goto out of the walk: one release behind the label, and the gotos before it hold the lock too',
    `
	unsigned long addr;
	int ret = -EINVAL;

	m->count = 0;
	if (quick)
		goto out;
	${LOOP} {
		if (seq_has_overflowed(m))
			goto out;
		${WALK}
	}
	ret = 0;
out:
	m->count = 1;
	return ret;`,
    `
	unsigned long addr;
	int ret = -EINVAL;

	m->count = 0;
	get_online_mems();
	if (quick)
		goto out;
	${LOOP} {
		if (seq_has_overflowed(m))
			goto out;
		${WALK}
	}
	ret = 0;
out:
	m->count = 1;
	put_online_mems();
	return ret;`,
  ],
  [
    'a label right before the return',
    `
	unsigned long addr;

	${LOOP} {
		if (quick)
			goto out;
		${WALK}
	}
out:
	return 0;`,
    `
	unsigned long addr;

	get_online_mems();
	${LOOP} {
		if (quick)
			goto out;
		${WALK}
	}
out:
	put_online_mems();
	return 0;`,
  ],
  [
    'a switch with returns in its cases',
    `
	unsigned long addr;

	${LOOP} {
		switch (m->count) {
		case 0:
			return 1;
		case 1: return 2;
		default:
			break;
		}
		${WALK}
	}
	return 0;`,
    `
	unsigned long addr;

	get_online_mems();
	${LOOP} {
		switch (m->count) {
		case 0:
			put_online_mems();
			return 1;
		case 1:
			put_online_mems();
			return 2;
		default:
			break;
		}
		${WALK}
	}
	put_online_mems();
	return 0;`,
  ],
  [
    'a walk in a scope inside: around the statement of the function that it is in; if and else stay one',
    `
	unsigned long addr;

	if (!quick) {
		${LOOP} {
			${WALK}
			if (seq_has_overflowed(m))
				return 1;
			else
				m->count++;
		}
	}
	return 0;`,
    `
	unsigned long addr;

	get_online_mems();
	if (!quick) {
		${LOOP} {
			${WALK}
			if (seq_has_overflowed(m)) {
				put_online_mems();
				return 1;
			} else
				m->count++;
		}
	}
	put_online_mems();
	return 0;`,
  ],
  [
    'a return of something computed: the value is kept in a local',
    `
	unsigned long addr;

	${LOOP} {
		${WALK}
		if (m->count)
			return m->count + 1;
	}
	return 0;`,
    `
	unsigned long addr;
	int ret;

	get_online_mems();
	${LOOP} {
		${WALK}
		if (m->count) {
			ret = m->count + 1;
			put_online_mems();
			return ret;
		}
	}
	put_online_mems();
	return 0;`,
  ],
  [
    'outside of a lock that is taken after it in the order of the kernel',
    `
	unsigned long addr;

	mmap_read_lock(&init_mm);
	${LOOP}
		${WALK}
	mmap_read_unlock(&init_mm);
	m->count = 0;
	return 0;`,
    `
	unsigned long addr;

	get_online_mems();
	mmap_read_lock(&init_mm);
	${LOOP}
		${WALK}
	mmap_read_unlock(&init_mm);
	put_online_mems();
	m->count = 0;
	return 0;`,
  ],
];

test.each(CASES)('%s', (_, before, after) => {
  expect(fixed(sweep(before))['protect-walk']).toBe(sweep(after));
});

test('the caller of the walk, when its value comes from it', () => {
  const text = (body: string): string => `
static int sweep(struct seq_file *m)
{
	unsigned long addr;

	${LOOP}
		${WALK}
	return 0;
}

static int tables_show(struct seq_file *m, void *v)
{
${body}
}
DEFINE_SHOW_ATTRIBUTE(tables);
`;
  expect(fixed(text('\treturn sweep(m);'))['protect-caller']).toBe(
    text('\tint ret;\n\n\tget_online_mems();\n\tret = sweep(m);\n\tput_online_mems();\n\treturn ret;'),
  );
});

const PLAIN = `
	unsigned long addr;

	${LOOP}
		${WALK}
	return 0;`;

test('another rule takes another lock', () => {
  expect(fixed(sweep(PLAIN), 'kernel-walk/huge-vmap')['protect-walk']).toBe(
    sweep(`
	unsigned long addr;

	mmap_write_lock(&init_mm);
	${LOOP}
		${WALK}
	mmap_write_unlock(&init_mm);
	return 0;`),
  );
});

test.each([
  [
    'under a spinlock of the caller',
    'spin_lock(&dump_lock);\n\tsweep(m, false);\n\tspin_unlock(&dump_lock);',
  ],
  ['in RCU of the caller', 'rcu_read_lock();\n\tsweep(m, false);\n\trcu_read_unlock();'],
  [
    'under a lock that comes later in the order',
    'mmap_read_lock(mm);\n\tsweep(m, false);\n\tmmap_read_unlock(mm);',
  ],
])('no sleeping lock in the walk %s; the caller may take it outside', (_, body) => {
  const fixes = fixed(sweep(PLAIN).replace(/\tsweep\(m, false\);/, `\t${body}`));
  expect(Object.keys(fixes)).toEqual(['protect-caller']);
  expect(fixes['protect-caller']).toContain(
    `\tget_online_mems();\n\t${body}\n\tput_online_mems();\n\treturn 0;`,
  );
});

test('not where another caller holds the lock already: a second reader waits for a writer that waits for the first', () => {
  const other = show('get_online_mems();\n\tsweep(m, true);\n\tput_online_mems();').replaceAll(
    'tables',
    'other',
  );
  expect(Object.keys(fixed(sweep(PLAIN) + other))).toEqual(['protect-caller']);
});

test('not around what takes the lock itself', () => {
  const helper = '\nstatic void helper(void)\n{\n\tget_online_mems();\n\tput_online_mems();\n}\n';
  expect(fixed(helper + sweep(PLAIN.replace(WALK, `{\n\t\thelper();\n\t\t${WALK}\n\t}`)))).toEqual({});
});

test('not in a function that gives a table to its caller', () => {
  const text = `
static pud_t *find(unsigned long addr)
{
	return pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);
}
`;
  const given = `${text}\nstatic void dump(struct seq_file *m)\n{\n\tunsigned long addr;\n\n\t${LOOP}\n\t\tseq_printf(m, "%llx", (u64)pud_val(*find(addr)));\n}\n`;
  const kinds = Object.keys(fixed(given + show('dump(m);')));
  expect(kinds).not.toContain('protect-walk');
});

test('an unused suppression goes with its line', () => {
  const text = 'int a;\n/* walkrace: allow kernel-walk/hot-remove: an old one */\nint b;\n';
  expect(fixed(text, 'suppression/unused')).toEqual({ 'remove-suppression': 'int a;\nint b;\n' });
});

/** Two debugfs files, and a memory notifier, whose caller has the lock for write. */
const NOTIFIED = `
static int sweep(struct seq_file *m)
{
	unsigned long addr;

	${LOOP}
		${WALK}
	return 0;
}

static int a_show(struct seq_file *m, void *v)
{
	seq_puts(m, "a");
	return sweep(m);
}
DEFINE_SHOW_ATTRIBUTE(a);

static int b_show(struct seq_file *m, void *v)
{
	sweep(m);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(b);

static int sweep_notify(struct notifier_block *nb, unsigned long action, void *arg)
{
	return sweep(arg);
}
static struct notifier_block sweep_nb = { .notifier_call = sweep_notify };

static int sweep_probe(struct platform_device *pdev)
{
	return register_memory_notifier(&sweep_nb);
}
`;

test('no single place: the fewest that protect every way, all in one fix; not where the freer itself comes', () => {
  const fixes = fixed(NOTIFIED);
  expect(Object.keys(fixes)).toEqual(['protect-places']);
  const text = fixes['protect-places'] ?? '';
  expect(text).toContain('\tget_online_mems();\n\tret = sweep(m);\n\tput_online_mems();\n\treturn ret;');
  expect(text).toContain('\tget_online_mems();\n\tsweep(m);\n\tput_online_mems();\n\treturn 0;');
  expect(text.match(/get_online_mems/g)).toHaveLength(2);
});

test('a way that no place protects: nothing is offered', () => {
  const interrupted = NOTIFIED.replace(
    'register_memory_notifier(&sweep_nb)',
    'request_irq(4, sweep_irq, 0, "sweep", pdev)',
  ).replace(
    'static struct notifier_block',
    'static irqreturn_t sweep_irq(int irq, void *data)\n{\n\tsweep(data);\n\treturn IRQ_HANDLED;\n}\nstatic struct notifier_block',
  );
  expect(fixed(interrupted)).toEqual({});
});

/** A tree that has guards for mmap_lock, as 7.3 has, but none for the hotplug lock. */
const WITH_GUARDS: Texts = {
  'include/linux/mmap_lock.h': `
DEFINE_GUARD(mmap_read_lock, struct mm_struct *,
	     mmap_read_lock(_T), mmap_read_unlock(_T))
DEFINE_GUARD(mmap_write_lock, struct mm_struct *,
	     mmap_write_lock(_T), mmap_write_unlock(_T))
`,
};

const GUARDED: readonly (readonly [string, string, string])[] = [
  [
    'of the function, where only a return follows: returns inside need nothing',
    `
	unsigned long addr;

	/* All of it. */
	${LOOP} {
		if (seq_has_overflowed(m))
			return m->count + 1;
		${WALK}
	}
	return 0;`,
    `
	unsigned long addr;

	guard(mmap_write_lock)(&init_mm);
	/* All of it. */
	${LOOP} {
		if (seq_has_overflowed(m))
			return m->count + 1;
		${WALK}
	}
	return 0;`,
  ],
  [
    'of a scope, where more follows: the comment goes in, blank lines stay empty, what stands before is not touched',
    `
	unsigned long addr;

	*m->private = 0;
	/* All of it. */
	${LOOP} {
		if (seq_has_overflowed(m))
			return -ENOSPC;

		${WALK}
	}
	m->count = 1;
	return 0;`,
    `
	unsigned long addr;

	*m->private = 0;
	scoped_guard(mmap_write_lock, &init_mm) {
		/* All of it. */
		${LOOP} {
			if (seq_has_overflowed(m))
				return -ENOSPC;

			${WALK}
		}
	}
	m->count = 1;
	return 0;`,
  ],
];

test.each(GUARDED)('a guard %s', (_, before, after) => {
  const fixes = fixed(sweep(before), 'kernel-walk/huge-vmap', WITH_GUARDS);
  expect(fixes['protect-walk, guard']).toBe(sweep(after));
  expect(fixes['protect-walk']).toContain('\tmmap_write_unlock(&init_mm);');
});

test.each([
  ['a goto, which must not be mixed with guards', 'goto out;', 'out:\n\tm->count = 1;\n\treturn 0;'],
  [
    'a directive among the lines that would move in',
    '{ }\n#ifdef CONFIG_X\n\t\tm->count++;\n#endif',
    'm->count = 1;\n\treturn 0;',
  ],
])('no guard in a function with %s; its caller may have one', (_, inside, end) => {
  const text = sweep(`
	unsigned long addr;

	${LOOP} {
		if (quick)
			${inside}
		${WALK}
	}
	${end}`);
  expect(Object.keys(fixed(text, 'kernel-walk/huge-vmap', WITH_GUARDS))).toEqual([
    'protect-walk',
    'protect-caller',
    'protect-caller, guard',
  ]);
});

test('no guard for a lock that the tree has none for', () => {
  const kinds = Object.keys(fixed(sweep(PLAIN), 'kernel-walk/hot-remove', WITH_GUARDS));
  expect(kinds).toEqual(['protect-walk', 'protect-caller']);
});
