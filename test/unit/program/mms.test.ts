/** Whose tables: a path to an mm is the mm of the scenario where the walk begins from it, in its locks and in comparisons, too. */
import { describe, expect, it } from 'vitest';
import { linkedProgram, visible } from './c.js';

const WALK = `
struct dump { struct mm_struct *mm; };

static void walk_pgd(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud;

	if (mm != &init_mm)
		mmap_read_lock(&init_mm);
	pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr);
	g(pud_val(*pud));
	if (mm != &init_mm)
		mmap_read_unlock(&init_mm);
}

static void walk(struct dump *info, unsigned long addr)
{
	struct dump local = { .mm = info->mm };

	mmap_write_lock(info->mm);
	walk_pgd(local.mm, addr);
	mmap_write_unlock(info->mm);
}`;

function see(options: Parameters<typeof linkedProgram>[1], text = WALK) {
  const program = linkedProgram(text, options);
  if (typeof program === 'string') throw new Error(program);
  return { ops: visible(program.steps), assumptions: program.assumptions.map((each) => each.text) };
}

describe('a member of what a function is given', () => {
  it('is &init_mm among the tables of the kernel', () => {
    const { ops, assumptions } = see({});
    expect(ops).toEqual([
      'lock mmap_lock(init_mm) write',
      expect.stringMatching(/^load .*swapper/),
      'unlock mmap_lock(init_mm) write',
    ]);
    expect(assumptions).toContain('"info->mm" is &init_mm');
  });

  it('is the process among those of a process: another lock than that of init_mm', () => {
    const { ops } = see({ kernelRoot: undefined, userRoot: 'top' });
    expect(ops).toEqual([
      'lock mmap_lock(mm) write',
      'lock mmap_lock(init_mm) read',
      expect.stringMatching(/^load .*top/),
      'unlock mmap_lock(init_mm) read',
      'unlock mmap_lock(mm) write',
    ]);
  });
});

it('tables that the scenario does not have are not read, and that is told once', () => {
  const text = `
static void walk(struct vm_area_struct *vma, unsigned long addr)
{
	pud_t *own = pud_offset(p4d_offset(pgd_offset(vma->vm_mm, addr), addr), addr);
	pud_t *kernel = pud_offset(p4d_offset(pgd_offset_k(addr), addr), addr);

	g(pud_val(*own));
	if (!pud_none(*kernel))
		g(pmd_val(*pmd_offset(kernel, addr)));
}`;
  const { ops, assumptions } = see({ kernelRoot: undefined, userRoot: 'top' }, text);
  expect(ops).toEqual([expect.stringMatching(/^load .*top/)]);
  expect(assumptions.filter((each) => /none of those/.test(each))).toEqual([
    'the tables of "&init_mm", which walk() walks, are none of those that the freer frees',
  ]);
  expect(assumptions.filter((each) => /is not known/.test(each))).toEqual([]);
});
