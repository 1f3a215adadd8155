/** Whose mmap lock is held: that of another process keeps nobody from unmapping this one. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

const ioctl = (locals: string, locked: string, walked: string): readonly string[] =>
  scanText(`
static unsigned long look(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr);

	return pmd_val(*pmd_offset(pud, addr));
}

static long peek_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct peek *ctx = file->private_data;
	unsigned long found;
	${locals}

	mmap_read_lock(${locked});
	found = look(${walked}, addr);
	mmap_read_unlock(${locked});
	return put_user(found, &ctx->found);
}
static const struct file_operations peek_fops = { .unlocked_ioctl = peek_ioctl, };
`).findings.filter((line) => line.includes(' unlocked: '));

describe('the lock of another process', () => {
  it("is the caller's own, and the mm that of another task", () => {
    const locals = 'struct mm_struct *mm = get_task_mm(ctx->task);';
    expect(ioctl(locals, 'current->mm', 'mm')).toEqual([
      'warning unlocked: peek_ioctl > look [mmap_lock(current->mm):read]',
    ]);
    expect(ioctl(locals, 'mm', 'mm')).toEqual([]);
    expect(ioctl('struct mm_struct *mm = get_task_mm(current);', 'current->mm', 'mm')).toEqual([]);
  });

  it('is another member of the same object', () => {
    const locals = 'struct mm_struct *from = ctx->src_mm, *to = ctx->dst_mm;';
    expect(ioctl(locals, 'from', 'to')).toEqual([
      'warning unlocked: peek_ioctl > look [mmap_lock(ctx->src_mm):read]',
    ]);
    expect(ioctl(locals, 'to', 'to')).toEqual([]);
  });

  it('may be the same: that of the process that opened the file, or of a VMA', () => {
    expect(ioctl('', 'current->mm', 'ctx->mm')).toEqual([]);
    expect(
      ioctl('struct vm_area_struct *vma = find_vma(current->mm, addr);', 'current->mm', 'vma->vm_mm'),
    ).toEqual([]);
  });
});
