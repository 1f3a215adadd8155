/** From a walker up to what starts it: sources in kernel style in, roots with their context out. */
import { describe, expect, it } from 'vitest';
import {
  above,
  rootsOf,
  ROOT_BOUNDS,
  type RootBounds,
  type Roots,
} from '../../../src/core/analysis/roots.js';
import { createIndex, type TreeIndex } from '../../../src/core/index/index.js';
import type { FunctionRef } from '../../../src/core/index/link.js';
import { factReader } from '../../../src/core/index/reader.js';
import { segmentOfTexts, wordIndex } from '../../../src/core/index/words.js';

function treeOf(files: Record<string, string>): TreeIndex {
  const texts = new Map(Object.entries(files));
  return createIndex(
    wordIndex([segmentOfTexts(texts)]),
    factReader((file) => texts.get(file)),
  );
}

function functionOf(index: TreeIndex, file: string, name: string): FunctionRef {
  const found = index.functionsIn(file).find(({ facts }) => facts.name === name);
  if (found === undefined) throw new Error(`no ${name} in ${file}`);
  return found;
}

function render({ roots, cut }: Roots): string[] {
  return [
    ...roots.map(({ function: root, start, chain }) => {
      const path = [
        root.facts.name,
        ...chain.map(({ to, callback }) => (callback ? `(${to.facts.name})` : to.facts.name)),
      ];
      const around =
        start.kind === 'table' && start.around
          ? ` after ${start.around.map(({ facts }) => facts.name).join()}`
          : '';
      return `${start.context ?? '?'} by ${start.kind} ${start.name}${around}: ${path.join(' > ')}`;
    }),
    ...cut.map(({ facts }) => `cut above ${facts.name}`),
  ].sort();
}

const rootsIn = (
  files: Record<string, string>,
  file: string,
  name: string,
  bounds: RootBounds = ROOT_BOUNDS,
): string[] => {
  const index = treeOf(files);
  return render(rootsOf(index, functionOf(index, file, name), bounds));
};

describe('roots', () => {
  it('are system calls, files, initcalls and threads, each with its chain', () => {
    expect(
      rootsIn(
        {
          'mm/walk.c': `
static void walk_it(unsigned long addr) { }
static void helper(unsigned long addr) { walk_it(addr); }
SYSCALL_DEFINE1(look, unsigned long, addr)
{
	helper(addr);
}
static ssize_t dump_read(struct file *file) { helper(0); }
static const struct file_operations dump_fops = { .read = dump_read, };
static int __init check(void) { walk_it(0); }
device_initcall(check);
static int scan_thread(void *data) { helper(1); }
static void start(struct ops *ops) { kthread_run(scan_thread, NULL, "scan"); ops->poke = helper; }
`,
        },
        'mm/walk.c',
        'walk_it',
      ),
    ).toEqual([
      '? by stored poke: helper > walk_it',
      'boot by mark __init: check > walk_it',
      'file by table file_operations.read: dump_read > helper > walk_it',
      'kthread by registration kthread_run: scan_thread > helper > walk_it',
      'syscall by macro SYSCALL_DEFINE1: sys_look > helper > walk_it',
    ]);
  });

  it('are initcalls of all levels, compat system calls, attributes that are only written, and both calls of a CPU state', () => {
    expect(
      rootsIn(
        {
          'mm/walk.c': `
static void walk_it(void) { }
static int check_late(void) { walk_it(); }
late_initcall_sync(check_late);
COMPAT_SYSCALL_DEFINE1(look, compat_ulong_t, addr)
{
	walk_it();
}
static ssize_t poke_store(struct device_driver *driver, const char *buf, size_t count) { walk_it(); }
static DRIVER_ATTR_WO(poke);
static int box_online(unsigned int cpu) { walk_it(); }
static int box_offline(unsigned int cpu) { walk_it(); }
static int __init start(void) { cpuhp_setup_state_nocalls(CPUHP_AP_ONLINE_DYN, "box", box_online, box_offline); }
`,
        },
        'mm/walk.c',
        'walk_it',
      ),
    ).toEqual([
      'cpu-hotplug by registration cpuhp_setup_state_nocalls: box_offline > walk_it',
      'cpu-hotplug by registration cpuhp_setup_state_nocalls: box_online > walk_it',
      'initcall by macro late_initcall_sync: check_late > walk_it',
      'syscall by macro COMPAT_SYSCALL_DEFINE1: compat_sys_look > walk_it',
      'sysfs by macro DRIVER_ATTR_WO: poke_store > walk_it',
    ]);
  });

  it('of a table are what the table is registered as', () => {
    const file = (register: string): Record<string, string> => ({
      'mm/a.c': `
static int changed(struct notifier_block *nb, unsigned long action, void *data) { }
static struct notifier_block nb = { .notifier_call = changed };
static int __init start(void) { return ${register}(&nb); }
`,
    });
    expect(rootsIn(file('register_memory_notifier'), 'mm/a.c', 'changed')).toEqual([
      'memory-notifier by table notifier_block.notifier_call: changed',
    ]);
    expect(rootsIn(file('register_something'), 'mm/a.c', 'changed')).toEqual([
      'notifier by table notifier_block.notifier_call: changed',
    ]);
  });

  it('of a table on the stack of an initcall run later, where what it is passed to copies it', () => {
    const file = (register: string): Record<string, string> => ({
      'mm/a.c': `
static void check_accesses(struct damon_ctx *ctx) { }
static int __init start(void)
{
	struct damon_operations ops = { .check_accesses = check_accesses };

	return ${register}(&ops);
}
`,
    });
    expect(rootsIn(file('damon_register_ops'), 'mm/a.c', 'check_accesses')).toEqual([
      'kthread by table damon_operations.check_accesses: check_accesses',
    ]);
    expect(rootsIn(file('use_at_once'), 'mm/a.c', 'check_accesses')).toEqual([
      'boot by mark __init: start > (check_accesses)',
    ]);
  });

  it('of a seq_file show run after its start', () => {
    expect(
      rootsIn(
        {
          'fs/maps.c': `
static void *m_start(struct seq_file *m, loff_t *pos) { mmap_read_lock(mm); }
static void m_stop(struct seq_file *m, void *v) { mmap_read_unlock(mm); }
static int m_show(struct seq_file *m, void *v) { }
static const struct seq_operations ops = { .start = m_start, .stop = m_stop, .show = m_show };
`,
        },
        'fs/maps.c',
        'm_show',
      ),
    ).toEqual(['seq-file by table seq_operations.show after m_start: m_show']);
  });

  it('of a callback are those of who hands it over, when it is called at once', () => {
    expect(
      rootsIn(
        {
          'mm/each.c': `
int for_every(int (*fn)(pte_t *pte), void *data) { return fn(data); }
int keep(int (*fn)(pte_t *pte)) { saved = fn; }
`,
          'fs/a.c': `
static int one(pte_t *pte) { }
SYSCALL_DEFINE0(now) { for_every(one, NULL); }
SYSCALL_DEFINE0(later) { keep(one); }
`,
        },
        'fs/a.c',
        'one',
      ),
    ).toEqual(['? by registration keep: one', 'syscall by macro SYSCALL_DEFINE0: sys_now > (one)']);
  });

  it('of what is in a table of a walk, or on the stack, are those of who passes the table on', () => {
    expect(
      rootsIn(
        {
          'fs/smaps.c': `
static int entry(pmd_t *pmd, unsigned long addr, unsigned long next, struct mm_walk *walk) { }
static const struct mm_walk_ops ops = { .pmd_entry = entry, };
SYSCALL_DEFINE0(smaps) { walk_page_range(mm, 0, -1, &ops, NULL); }
SYSCALL_DEFINE0(rmap)
{
	struct rmap_control rwc = { .rmap_one = entry, .arg = NULL, };
	struct mm_walk_ops *later = &ops;
	rmap_each(page, &rwc);
}
`,
        },
        'fs/smaps.c',
        'entry',
      ),
    ).toEqual([
      'syscall by macro SYSCALL_DEFINE0: sys_rmap > (entry)',
      'syscall by macro SYSCALL_DEFINE0: sys_smaps > (entry)',
    ]);
  });

  it('that nobody can be seen to start are told', () => {
    expect(
      rootsIn({ 'mm/a.c': 'void lonely(void) { }\nEXPORT_SYMBOL_GPL(lonely);\n' }, 'mm/a.c', 'lonely'),
    ).toEqual(['? by unseen lonely: lonely']);
  });
});

describe('ways up', () => {
  it('that meet again are walked once, and recursion ends', () => {
    const levels = 30;
    const text = ['void f0(void) { }'];
    for (let n = 1; n <= levels; n++)
      text.push(
        `void f${n}(void) { f${n - 1}(); g${n - 1}(); }`,
        `void g${n}(void) { f${n - 1}(); g${n}(); }`,
      );
    const index = treeOf({ 'mm/a.c': text.join('\n') });
    const { roots, edges, cut } = rootsOf(index, functionOf(index, 'mm/a.c', 'f0'), {
      depth: 100,
      functions: 1000,
    });
    // 2^30 chains, yet each call once.
    expect(edges.length).toBeLessThan(5 * levels);
    expect(cut).toEqual([]);
    expect(roots.map(({ function: { facts } }) => facts.name)).toEqual([`f${levels}`]);
  });

  it('that are too long or too many are cut, and the cut is told', () => {
    const chain = Array.from(
      { length: 10 },
      (_, n) => `void f${n}(void) { ${n > 0 ? `f${n - 1}();` : ''} }`,
    ).join('\n');
    expect(rootsIn({ 'mm/a.c': chain }, 'mm/a.c', 'f0', { depth: 3, functions: 100 })).toEqual([
      'cut above f3',
    ]);
    expect(rootsIn({ 'mm/a.c': chain }, 'mm/a.c', 'f0', { depth: 100, functions: 5 })).toEqual([
      'cut above f4',
    ]);
    expect(rootsIn({ 'mm/a.c': chain }, 'mm/a.c', 'f0')).toEqual([
      '? by unseen f9: f9 > f8 > f7 > f6 > f5 > f4 > f3 > f2 > f1 > f0',
    ]);
  });

  it('tell the call that leads down', () => {
    const index = treeOf({ 'mm/a.c': 'void a(void) { }\nvoid b(int x)\n{\n\tif (x)\n\t\ta();\n}\n' });
    expect(
      above(index, functionOf(index, 'mm/a.c', 'a')).edges.map(({ call, callback }) => [call.line, callback]),
    ).toEqual([[5, false]]);
  });
});
