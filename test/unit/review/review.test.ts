/** What a review says of patches on small trees: introduced, fixed, remaining; who is touched elsewhere; and nothing about the rest. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { NEVER_CANCELLED } from '../../../src/core/ports.js';
import type { Finding } from '../../../src/core/report/report.js';
import type { ReviewReport } from '../../../src/core/review/report.js';
import { PLAIN } from '../../../src/core/report/text.js';
import { reviewText } from '../../../src/core/review/text.js';
import { dump, show, SWEEP } from '../analysis/kernel-c.js';
import { sessionOf, type Texts } from '../analysis/scan-text.js';
import { changeLine, reviewOf, withEdit, type Edit } from './reviewing.js';

// Each confirms its findings by replay, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const LOCKED = 'get_online_mems();\n\tsweep(m);\n\tput_online_mems();';
const BARE = 'sweep(m);';
const hotRemove = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => line.includes(' hot-remove: '));

describe('one patch', () => {
  test('takes a lock away', async () => {
    const { findings, comments, patches } = await reviewOf({ 'mm/x.c': dump(LOCKED) }, [
      { 'mm/x.c': dump(BARE) },
    ]);
    expect(hotRemove(findings.map(changeLine))).toEqual([
      'introduced by 1 error hot-remove: sweep confirmed',
    ]);
    expect(patches[0]?.protections).toMatchObject([
      { function: 'sweep', before: ['mem_hotplug_lock'], after: [] },
    ]);
    const [comment] = comments;
    expect(comment?.text).toBe(
      "What keeps memory hot-remove (arm64, powerpc, riscv, s390, x86) from freeing a table while sweep() is in it? I don't see mem_hotplug_lock taken on the way from tables_show(). Stepping through both ends in use-after-free.",
    );
  });

  test('brings the lock', async () => {
    const { findings, comments } = await reviewOf({ 'mm/x.c': dump(BARE) }, [{ 'mm/x.c': dump(LOCKED) }]);
    expect(hotRemove(findings.map(changeLine))).toEqual(['fixed by 1 error hot-remove: sweep confirmed']);
    expect(comments).toEqual([]);
  });

  test('changes comments and what is none of ours', async () => {
    const { findings, patches, comments } = await reviewOf({ 'mm/x.c': dump(BARE), 'mm/y.c': 'int a;\n' }, [
      {
        'mm/x.c': dump(`/* all of it */\n\t${BARE}`),
        'mm/y.c': 'int b;\n',
        'Documentation/x.rst': 'words\n',
      },
    ]);
    expect(findings).toEqual([]);
    expect(patches[0]?.judged).toBe(0);
    expect(comments).toEqual([]);
  });

  test('a finding that was there before remains, and is no comment', async () => {
    const { findings, comments } = await reviewOf({ 'mm/x.c': dump(BARE) }, [
      { 'mm/x.c': dump(BARE).replace('%lx %llx', '%lx: %llx') },
    ]);
    expect(hotRemove(findings.map(changeLine))).toEqual(['remaining error hot-remove: sweep confirmed']);
    expect(comments).toEqual([]);
  });

  test('moves a walk to another file', async () => {
    const { findings, comments } = await reviewOf({ 'mm/x.c': dump(BARE) }, [
      { 'mm/x.c': null, 'mm/y.c': dump(BARE) },
    ]);
    expect(hotRemove(findings.map(changeLine))).toEqual(['remaining error hot-remove: sweep confirmed']);
    expect(findings[0]?.movedFrom).toMatchObject({ file: 'mm/x.c', function: 'sweep' });
    expect(comments).toEqual([]);
  });

  test('changes the text of a walk: the finding is the same', async () => {
    const { findings } = await reviewOf({ 'mm/x.c': dump(BARE) }, [
      {
        'mm/x.c': dump(BARE).replace(
          'pgd_t *pgd = pgd_offset_k(addr);',
          'pgd_t *pgd = pgd_offset(&init_mm, addr);',
        ),
      },
    ]);
    expect(hotRemove(findings.map(changeLine))).toEqual(['remaining error hot-remove: sweep confirmed']);
  });

  test('the lock goes from the walk to a caller, and another caller is forgotten', async () => {
    const walk = (lock: boolean): string =>
      `${SWEEP.replace('static void sweep', 'static void __sweep')}
void sweep(struct seq_file *m)
{
	${lock ? 'get_online_mems();\n\t__sweep(m);\n\tput_online_mems();' : '__sweep(m);'}
}
`;
    const base = {
      'mm/walk.c': walk(true),
      'arch/arm64/mm/dump.c': show(BARE).replaceAll('tables', 'arm_tables'),
      'arch/x86/mm/dump.c': show(BARE).replaceAll('tables', 'x86_tables'),
    };
    const { findings } = await reviewOf(base, [
      { 'mm/walk.c': walk(false), 'arch/arm64/mm/dump.c': show(LOCKED).replaceAll('tables', 'arm_tables') },
    ]);
    const [finding] = findings.filter(({ rule }) => rule === 'kernel-walk/hot-remove');
    expect(finding?.change).toBe('introduced');
    expect(finding?.open).toEqual([
      { file: 'arch/x86/mm/dump.c', function: 'x86_tables_show', architecture: 'x86', held: [] },
    ]);
  });

  test('one of two callers takes the lock: the other is told', async () => {
    const file = (name: string, body: string): string => show(body).replaceAll('tables', name);
    const base = {
      'mm/walk.c': SWEEP.replace('static void', 'void'),
      'arch/arm64/mm/dump.c': file('arm_tables', BARE),
      'arch/x86/mm/dump.c': file('x86_tables', BARE),
    };
    const report = await reviewOf(base, [{ 'arch/arm64/mm/dump.c': file('arm_tables', LOCKED) }]);
    expect(report.comments.map(({ text }) => text)).toEqual([
      'arm_tables_show() (arm64) is protected from memory hot-remove with this, but x86_tables_show() (x86) still reaches sweep() without: is that left for later?',
    ]);
    const text = reviewText(report, { paints: PLAIN, changes: ['introduced', 'fixed'] });
    expect(text).toMatch(/^ {2}fixed in part: mm\/walk\.c:\d+:\d+: \w+: sweep\(\) walks kernel page tables/m);
    expect(text).toContain(
      'arm_tables_show() (arm64) is protected from memory hot-remove with this; x86_tables_show() (x86) is not.',
    );
    expect(text).toMatch(/^nothing introduced; fixed in part: 1 error; remaining: /m);
  });

  test('information, but the patch itself takes the lock away: it is asked about', async () => {
    const count = (take: string, give: string): string => `
static int online_show(struct seq_file *m, void *v)
{
	unsigned long pfn, used = 0;

	${take}
	for (pfn = min_low_pfn; pfn < max_pfn; pfn++) {
		struct page *page = pfn_to_online_page(pfn);

		if (page && page_count(page))
			used++;
	}
	${give}
	seq_printf(m, "%lu\\n", used);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(online);
`;
    const [locked, bare] = [count('get_online_mems();', 'put_online_mems();'), count('', '')];
    const dropped = await reviewOf({ 'mm/x.c': locked }, [{ 'mm/x.c': bare }]);
    expect(dropped.findings.map(changeLine)).toEqual([
      'introduced by 1 info check-then-use: online_show not-run',
    ]);
    expect(dropped.comments.map(({ text }) => text)).toEqual([
      'As far as I can see, online_show() reads a struct page that pfn_to_online_page() found online: nothing keeps the memory from being taken offline and removed in between; the window is narrow; get_online_mems() over both, or a reference to the page, closes it. Is that intended?',
    ]);
    const written = await reviewOf({}, [{ 'mm/x.c': bare }]);
    expect(written.findings.map(changeLine)).toEqual(dropped.findings.map(changeLine));
    expect(written.comments).toEqual([]);
  });

  test('who reaches it unprotected: those of one name together, and nobody who holds the lock', async () => {
    const walk = SWEEP.replace('static void', 'void');
    const file = (name: string, body: string): string => show(body).replaceAll('tables', name);
    const base = {
      'mm/walk.c': walk,
      'arch/arm64/mm/dump.c': file('dump', LOCKED),
      'arch/x86/mm/dump.c': file('dump', LOCKED),
      'mm/locked.c': file('locked', LOCKED),
      'mm/other.c': file('other', LOCKED),
    };
    const { comments } = await reviewOf(base, [
      {
        'arch/arm64/mm/dump.c': file('dump', BARE),
        'arch/x86/mm/dump.c': file('dump', BARE),
        'mm/other.c': file('other', BARE),
      },
    ]);
    expect(comments).toHaveLength(1);
    expect(comments[0]?.text).toContain(
      'It is reached unprotected from dump_show() (arm64, x86), other_show().',
    );
  });

  test('a helper demands a lock that not every caller holds', async () => {
    const helper = (demand: string): string => `
static void note(struct mm_struct *mm)
{
	${demand}touch(mm);
}
static int held_show(struct seq_file *m, void *v)
{
	mmap_read_lock(m->private);
	note(m->private);
	mmap_read_unlock(m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(held);
static int bare_show(struct seq_file *m, void *v)
{
	note(m->private);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(bare);
`;
    const { patches, comments } = await reviewOf({ 'mm/x.c': helper('') }, [
      { 'mm/x.c': helper('mmap_assert_locked(mm);\n\t') },
    ]);
    expect(patches[0]?.requirements).toMatchObject([
      { function: 'note', lock: 'mmap_lock(mm)', missing: [{ function: 'bare_show' }] },
    ]);
    expect(comments.map(({ text }) => text)).toEqual([
      "note() now expects mmap_lock(mm) to be held. Does everybody? I don't see it taken on the way from bare_show().",
    ]);
  });

  test('facts of the tree change with the code: who calls it from a new file is seen', async () => {
    const makefile = (sublevel: number): string => `VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = ${sublevel}\n`;
    const base = { Makefile: makefile(1), 'mm/walk.c': SWEEP.replace('static void', 'void') + show(LOCKED) };
    const { findings } = await reviewOf(base, [
      { Makefile: makefile(2), 'mm/new.c': show(BARE).replaceAll('tables', 'new') },
    ]);
    expect(hotRemove(findings.map(changeLine))).toEqual([
      'introduced by 1 error hot-remove: sweep confirmed',
    ]);
    expect(findings[0]?.open?.map((root) => root.function)).toEqual(['new_show']);
  });

  test('only a Kconfig: an architecture has a freer with it, and its walkers are judged', async () => {
    const kconfig = (more: string): string => `config RISCV\n\tdef_bool y\n${more}`;
    const base = {
      'arch/Kconfig': 'config HAVE_ARCH_HUGE_VMAP\n\tbool\n',
      'arch/riscv/Kconfig': kconfig(''),
      'arch/riscv/mm/pgtable.c': `int pmd_free_pte_page(pmd_t *pmdp, unsigned long addr)
{
	pte_t *table = pte_offset_kernel(pmdp, addr);

	pmd_clear(pmdp);
	pte_free_kernel(NULL, table);
	return 1;
}
`,
      'arch/riscv/mm/dump.c': dump(LOCKED)
        .replace('PAGE_OFFSET', 'VMALLOC_START')
        .replace('MODULES_END', 'VMALLOC_END'),
    };
    const { findings, patches } = await reviewOf(base, [
      { 'arch/riscv/Kconfig': kconfig('\tselect HAVE_ARCH_HUGE_VMAP\n') },
    ]);
    expect(patches[0]?.support).toMatchObject([{ freer: 'huge-vmap', architecture: 'riscv', isLive: true }]);
    expect(findings.map(changeLine)).toContain('introduced by 1 error huge-vmap: sweep confirmed');
  });

  test('a guard that the series itself defines', async () => {
    const header = (guard: string): string =>
      `void get_online_mems(void);\nvoid put_online_mems(void);\n${guard}`;
    const defined = header(`
/* for those who return early */
DEFINE_LOCK_GUARD_0(hotplug, get_online_mems(), put_online_mems())
`);
    const base = { 'include/linux/memory_hotplug.h': header(''), 'mm/x.c': dump(LOCKED) };
    const changes = async (body: string): Promise<readonly string[]> => {
      const { findings } = await reviewOf(base, [
        { 'include/linux/memory_hotplug.h': defined },
        { 'mm/x.c': dump(body) },
      ]);
      return hotRemove(findings.map(changeLine));
    };
    expect(await changes('guard(hotplug)();\n\tsweep(m);')).toEqual([]);
    expect(await changes('scoped_guard(hotplug)\n\t\tsweep(m);')).toEqual([]);
    expect(await changes('scoped_guard(hotplug)\n\t\tseq_puts(m, "x");\n\tsweep(m);')).toEqual([
      'introduced by 2 error hot-remove: sweep confirmed',
    ]);
  });

  test('a hunk that does not apply is told, and the rest is judged', async () => {
    const { patches, findings } = await reviewOf({ 'mm/x.c': dump(LOCKED), 'mm/y.c': 'int a;\n' }, [
      { 'mm/x.c': dump(BARE), 'mm/y.c': 'int b;\n' },
      { 'mm/y.c': 'int c;\n' },
    ]);
    expect(hotRemove(findings.map(changeLine))).toHaveLength(1);
    expect(patches[1]?.files[0]?.failed).toEqual([]);
  });
});

/**
 * Stands for a patch of 2019: the debugfs file of a page-table dump takes the memory hotplug lock around the walk. It was right on
 * the tree of then; in a tree whose common walker takes the lock by itself it is taken twice.
 */
describe('the debugfs file of a dump takes the hotplug lock', () => {
  const WALKER = (lock: boolean): string => `${SWEEP}
void dump_walk(struct seq_file *m)
{
	${lock ? LOCKED : BARE}
}
`;
  const file = (lock: boolean): string =>
    show(lock ? 'get_online_mems();\n\tdump_walk(m);\n\tput_online_mems();' : 'dump_walk(m);');
  const MESSAGE = `Memory that is hot-removed takes its tables with it, while they may be dumped.

get_online_mems() keeps memory hot-remove out, and the walk is safe then.`;
  const on = (lock: boolean): Promise<ReviewReport> =>
    reviewOf(
      { 'mm/walk.c': WALKER(lock), 'arch/arm64/mm/dump.c': file(false) },
      [{ 'arch/arm64/mm/dump.c': file(true) }],
      [MESSAGE],
    );
  const changes = ({ findings }: ReviewReport): readonly string[] =>
    findings.filter(({ change }) => change !== 'remaining').map(changeLine);

  test('on a tree whose walker takes nothing', async () => {
    const report = await on(false);
    expect(changes(report)).toEqual(['fixed by 1 error hot-remove: sweep confirmed']);
    expect(report.patches[0]?.claims).toMatchObject([{ isRight: true }]);
    expect(report.comments).toEqual([]);
  });

  test('on a tree whose walker takes it: a fair lock is taken twice', async () => {
    const report = await on(true);
    expect(changes(report)).toEqual(['introduced by 1 error recursive-read: tables_show confirmed']);
    const [comment] = report.comments;
    expect(comment).toMatchObject({ file: 'arch/arm64/mm/dump.c', patch: 1 });
    expect(comment?.text).toBe(
      'As far as I can see, tables_show() calls dump_walk() while it holds mem_hotplug_lock for read, and dump_walk() takes mem_hotplug_lock: the second read waits behind any writer that has come between, and that writer waits for the first read to end. Is that intended?',
    );
  });
});

test('a patch of half a tree: what walks in the changed files, and what calls it', async () => {
  const many = (value: number): string =>
    Array.from({ length: 450 }, (_, at) => `static int f${at}(void)\n{\n\treturn ${value};\n}\n`).join('\n');
  const base = { 'mm/many.c': many(0), 'mm/x.c': dump(LOCKED), 'mm/y.c': dump(BARE) };
  const { findings, patches } = await reviewOf(base, [
    { 'mm/many.c': many(1), 'mm/x.c': dump(BARE), 'mm/y.c': `${dump(BARE)}\nstatic int z;\n` },
  ]);
  expect(hotRemove(findings.map(changeLine))).toEqual(['introduced by 1 error hot-remove: sweep confirmed']);
  expect(patches[0]).toMatchObject({
    isCut: true,
    cut: 'it changes 451 functions: all that walks in 2 files of it was judged, and not what reaches them from elsewhere',
  });
});

describe('a series', () => {
  test('opens what a later patch closes', async () => {
    const { findings, notes, patches } = await reviewOf({ 'mm/x.c': dump(LOCKED) }, [
      { 'mm/x.c': dump(BARE) },
      { 'mm/x.c': dump(LOCKED) },
    ]);
    expect(findings.filter(({ change }) => change !== 'remaining')).toEqual([]);
    expect(hotRemove((patches[0]?.findings ?? []).map(changeLine))).toEqual([
      'introduced error hot-remove: sweep confirmed',
    ]);
    expect(hotRemove((patches[1]?.findings ?? []).map(changeLine))).toEqual([
      'fixed error hot-remove: sweep confirmed',
    ]);
    expect(notes).toContain(
      'patch 1 opens sweep() (kernel-walk/hot-remove), patch 2 closes it: between them a bisection meets it',
    );
  });
});

describe('what the message says', () => {
  const claims = async (message: string): Promise<readonly string[]> => {
    const { patches } = await reviewOf({ 'mm/x.c': dump(BARE) }, [{ 'mm/x.c': dump(LOCKED) }], [message]);
    return (patches[0]?.claims ?? []).map(
      ({ isRight, answer }) => `${isRight ? 'right' : 'wrong'}: ${answer}`,
    );
  };

  test.each([
    [
      'Take the memory hotplug lock, which protects the walk against huge vmap mappings being installed.',
      'wrong: get_online_mems() does not keep the install of a huge vmap mapping out: no memory is removed: the hotplug lock has no part in it',
    ],
    [
      'Hold get_online_mems() over the walk to prevent memory hot-remove from freeing tables.',
      'right: get_online_mems() keeps memory hot-remove out',
    ],
    [
      'The walk is safe against huge vmap installs now: mmap_read_lock(&init_mm) protects it.',
      'wrong: mmap_read_lock(&init_mm) does not keep the install of a huge vmap mapping out: the freer holds the same lock for read: readers do not exclude each other, each is trusted to own its range',
    ],
    [
      'Holding mem_hotplug_lock guarantees that tables will not be freed by a concurrent memory hot-unplug.',
      'right: get_online_mems() keeps memory hot-remove out',
    ],
    [
      'RCU ensures that the tables stay around even when memory is hot-removed.',
      'wrong: rcu_read_lock() does not keep memory hot-remove out: neither tables of the kernel nor struct pages are freed by RCU',
    ],
    [
      'lock_device_hotplug() prevents memory hot-remove during the walk.',
      'wrong: lock_device_hotplug() keeps memory hot-remove out only in part: it serialises what sysfs and ACPI start; memunmap_pages() of ZONE_DEVICE does not take it',
    ],
    [
      'cpus_read_lock() is enough to block memory hotplug removal, memory hot-remove that is.',
      'wrong: cpus_read_lock() does not keep memory hot-remove out: mem_hotplug_begin() takes cpus_read_lock(): a reader excludes no reader, only cpus_write_lock() keeps it out',
    ],
    [
      'pfn_to_online_page() makes sure that the page cannot be hot-removed by memory hotplug.',
      expect.stringMatching(
        /^wrong: the question whether a frame is online does not keep memory hot-remove out/,
      ),
    ],
    [
      'mmap_read_lock(mm) protects the walk against munmap().',
      'right: mmap_read_lock() of the process keeps munmap() and exit out',
    ],
  ])('%s', async (message, wanted) => {
    expect(await claims(message)).toEqual([wanted]);
  });

  test('a sentence in parts', async () => {
    expect(
      await claims(
        'The init_mm mmap lock protects the walk against memory hot-remove, so nothing else is needed.',
      ),
    ).toEqual([
      expect.stringMatching(/^wrong: mmap_write_lock\(&init_mm\) does not keep memory hot-remove out/),
    ]);
  });

  test.each([
    'The memory hotplug lock does not protect against huge vmap installs.',
    'This only moves code.',
    'What protects this against memory hot-remove? RCU?',
    'CPU 0 runs the walk while memory hot-remove frees tables.',
    'mmap_read_lock(mm) does not protect against huge vmap installs.',
    'mmap_read_lock(mm) is taken, so that huge vmap installs are kept out.',
    'It is not clear that get_online_mems() protects against memory hot-remove.',
    'This prevents deadlocks when memory is removed.',
  ])('nothing is read into: %s', async (message) => {
    expect(await claims(message)).toEqual([]);
  });
});

test('a review of an edit says what two scans differ in', async () => {
  const bodies = [
    BARE,
    LOCKED,
    'rcu_read_lock();\n\tsweep(m);\n\trcu_read_unlock();',
    'seq_puts(m, "x");',
    `if (m)\n\t\t${BARE}`,
  ];
  const wrapped = bodies.map(
    (body) => `${SWEEP}static void inner(struct seq_file *m)\n{\n\t${body}\n}\n${show('inner(m);')}`,
  );
  const file = fc.constantFrom(...bodies.map(dump), ...wrapped, 'int nothing;\n', `${SWEEP}\n`);
  const texts: fc.Arbitrary<Readonly<Record<string, string>>> = fc.record({ 'mm/a.c': file, 'mm/b.c': file });
  await fc.assert(
    fc.asyncProperty(texts, texts, async (before, after) => {
      const edit: Edit = Object.fromEntries(
        Object.entries(after).filter(([path, text]) => before[path] !== text),
      );
      const { findings } = await reviewOf(before, [edit]);
      const [was, is] = [scanned(before), scanned(withEdit(before, edit))];
      const ids = (change: string): readonly string[] =>
        findings
          .filter((each) => each.change === change)
          .map(({ id }) => id)
          .sort();
      const moved = new Set(findings.flatMap((each) => (each.movedFrom ? [each.id] : [])));
      expect(ids('introduced')).toEqual(without(is, was).filter((id) => !moved.has(id)));
      expect(ids('fixed').length + moved.size).toBe(without(was, is).length);
    }),
    { numRuns: 10 },
  );
}, 120_000);

function scanned(texts: Texts): readonly Finding[] {
  return sessionOf(texts).scan(
    [],
    { replay: true },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  ).findings;
}

/** Ids that weigh more on the one side than on the other; what replay refutes weighs nothing. */
function without(left: readonly Finding[], right: readonly Finding[]): readonly string[] {
  const weightOf = ({ severity, verdict }: Finding): number =>
    verdict === 'refuted' ? 0 : 3 - ['error', 'warning', 'info'].indexOf(severity);
  const known = new Map(right.map((finding) => [finding.id, weightOf(finding)]));
  return left
    .filter((finding) => weightOf(finding) > (known.get(finding.id) ?? 0))
    .map(({ id }) => id)
    .sort();
}
