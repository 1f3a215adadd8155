/** Names that a file gives a meaning of its own: other names of locks and walks, macros around them, and functions that only sound so. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP, UNPROTECTED } from './kernel-c.js';
import { hotRemove, scanText } from './scan-text.js';

describe('another name of a lock', () => {
  const names =
    '#define tables_hold get_online_mems\n#define tables_drop put_online_mems /* the other half */\n';
  const good = show('tables_hold();\n\tsweep(m);\n\ttables_drop();');
  const bad = show('tables_hold();\n\ttables_drop();\n\tsweep(m);');

  it('in the same file', () => {
    expect(hotRemove(names + SWEEP + good)).toEqual([]);
    expect(hotRemove(names + SWEEP + bad)).toEqual([UNPROTECTED]);
  });

  it('in a header beside it', () => {
    const file = (text: string): Record<string, string> => ({
      'mm/x.c': `#include <linux/mm.h>\n#include "tables.h"\n${SWEEP}${text}`,
      'mm/tables.h': names,
    });
    expect(hotRemove(file(good))).toEqual([]);
    expect(hotRemove(file(bad))).toEqual([UNPROTECTED]);
  });

  it('of another name', () => {
    const twice = `${names}#define dump_begin tables_hold\n#define dump_end tables_drop\n`;
    expect(hotRemove(twice + dump('dump_begin();\n\tsweep(m);\n\tdump_end();'))).toEqual([]);
    expect(hotRemove(twice + dump('dump_end();\n\tsweep(m);'))).toEqual([UNPROTECTED]);
  });

  it('a macro without brackets that takes it', () => {
    const macros = '#define HOLD_TABLES get_online_mems()\n#define DROP_TABLES put_online_mems()\n';
    expect(hotRemove(macros + dump('HOLD_TABLES;\n\tsweep(m);\n\tDROP_TABLES;'))).toEqual([]);
    expect(hotRemove(macros + dump('HOLD_TABLES;\n\tDROP_TABLES;\n\tsweep(m);'))).toEqual([UNPROTECTED]);
  });

  it('a macro that picks the lock out of what it is given', () => {
    const macros = `
#define tables_lock(x)		down_write(&(x)->mmap_lock)
#define tables_unlock(x)	up_write(&(x)->mmap_lock)
`;
    const lines = (text: string): readonly string[] => scanText(macros + SWEEP + text).findings;
    const other = 'warning hot-remove: tables_show > sweep [mmap_lock(init_mm)]';
    expect(lines(show('tables_lock(&init_mm);\n\tsweep(m);\n\ttables_unlock(&init_mm);'))).toEqual([other]);
  });

  it('a macro that may fail to take it', () => {
    const macro = '#define try_tables(mm) ({ bool got = mmap_write_trylock(mm); got; })\n';
    const lines = (body: string): readonly string[] =>
      scanText(macro + SWEEP + show(body)).findings.filter((line) => line.includes('huge-vmap'));
    const open = 'warning huge-vmap: tables_show > sweep';
    expect(lines('if (!try_tables(&init_mm))\n\t\treturn 0;\n\tget_online_mems();\n\tsweep(m);')).toEqual([]);
    expect(lines('if (try_tables(&init_mm))\n\t\treturn 0;\n\tsweep(m);')).toEqual([open]);
  });
});

describe('another name of a walk', () => {
  const walk = (names: string, body: string): string => `${names}
static void look(unsigned long addr)
{
${body}
}

static ssize_t look_write(struct file *file, const char __user *buf, size_t count, loff_t *ppos)
{
	unsigned long addr;

	if (kstrtoul_from_user(buf, count, 16, &addr))
		return -EINVAL;
	LOCK
	look(addr);
	UNLOCK
	return count;
}
static const struct file_operations look_fops = { .write = look_write };
`;
  const open = (text: string): string => text.replace('LOCK\n', '').replace('UNLOCK\n', '');
  const locked = (text: string): string =>
    text.replace('UNLOCK\n', 'put_online_mems();\n').replace('LOCK\n', 'get_online_mems();\n');
  const told = ['warning hot-remove: look_write > look'];

  const cases = {
    'of its root': walk(
      '#define table_of pgd_offset_k\n',
      '\tpgd_t *pgd = table_of(addr);\n\tp4d_t *p4d = p4d_offset(pgd, addr);\n\tpud_t *pud = pud_offset(p4d, addr);\n\n\tpr_info("%lx\\n", pud_val(*pud));',
    ),
    'with its address filled in': walk(
      '#define kernel_pgd(where) pgd_offset(&init_mm, (where))\n',
      '\tpgd_t *pgd = kernel_pgd(addr);\n\tp4d_t *p4d = p4d_offset(pgd, addr);\n\tpud_t *pud = pud_offset(p4d, addr);\n\n\tpr_info("%lx\\n", pud_val(*pud));',
    ),
    'a macro that goes all the way': walk(
      '#define kernel_pmd(where) \\\n\tpmd_offset(pud_offset(p4d_offset(pgd_offset_k(where), where), where), where)\n',
      '\tpmd_t *pmd = kernel_pmd(addr);\n\n\tpr_info("%lx\\n", pmd_val(*pmd));',
    ),
    'a macro of statements': walk(
      '#define show_pud(where) do {					\\\n\tp4d_t *__p4d = p4d_offset(pgd_offset_k(where), where);	\\\n\tpud_t *__pud = pud_offset(__p4d, where);		\\\n\tpr_info("%lx\\n", pud_val(*__pud));			\\\n} while (0)\n',
      '\tshow_pud(addr);',
    ),
  };
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      expect(hotRemove(open(text))).toEqual(told);
      expect(hotRemove(locked(text))).toEqual([]);
    });
  }

  it('of a generic walker', () => {
    const text = `
#define for_tables walk_page_range
static int note_pte(pte_t *pte, unsigned long addr, unsigned long next, struct mm_walk *walk)
{
	return pte_none(*pte) ? 0 : 1;
}
static const struct mm_walk_ops note_ops = { .pte_entry = note_pte };

SYSCALL_DEFINE2(note, unsigned long, from, unsigned long, to)
{
	struct mm_struct *mm = current->mm;
	long found;

	LOCK
	found = for_tables(mm, from, to, &note_ops, NULL);
	UNLOCK
	return found;
}
`;
    const open = text.replace('LOCK\n', '').replace('UNLOCK\n', '');
    const held = text
      .replace('UNLOCK\n', 'mmap_read_unlock(mm);\n')
      .replace('LOCK\n', 'mmap_read_lock(mm);\n');
    expect(scanText(open).findings).toEqual(['warning unlocked: sys_note']);
    expect(scanText(held).findings).toEqual([]);
  });

  it('in a header of its directory', () => {
    const renamed = SWEEP.replaceAll('pgd_offset_k', 'kernel_pgd');
    const file = (body: string): Record<string, string> => ({
      'mm/x.c': `#include "tables.h"\n${renamed}${show(body)}`,
      'mm/tables.h': '#define kernel_pgd(where) pgd_offset_k(where)\n',
    });
    expect(hotRemove(file('sweep(m);'))).toEqual([UNPROTECTED]);
    expect(hotRemove(file('get_online_mems();\n\tsweep(m);\n\tput_online_mems();'))).toEqual([]);
  });
});

describe('a function of the file that only has the name of a walk', () => {
  const caller = show('seq_printf(m, "%lx", read_at((struct trap *)m->private, *(unsigned long *)v));');
  const reader = `
static unsigned long read_at(struct trap *trap, unsigned long addr)
{
	return *(unsigned long *)lookup_address(trap, addr);
}
`;

  it('is what it does, and no walk', () => {
    const own = `
static unsigned long lookup_address(struct trap *trap, unsigned long addr)
{
	return trap->base + (addr & 0xff);
}
`;
    const { findings, walkers } = scanText(`${own}${reader}${caller}`);
    expect(findings).toEqual([]);
    expect(walkers).toEqual([]);
  });

  it('is a walk of its own where it does walk', () => {
    const own = SWEEP.replace('sweep(struct seq_file *m)', 'lookup_address(struct seq_file *m)');
    expect(hotRemove(own + show('lookup_address(m);'))).toEqual([
      'warning hot-remove: tables_show > lookup_address',
    ]);
    expect(hotRemove(own + show('get_online_mems();\n\tlookup_address(m);\n\tput_online_mems();'))).toEqual(
      [],
    );
  });
});
