/** user-walk/no-vma: the mmap lock for read, and an address that nobody has asked a VMA for. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

/** In the manner of the storage keys of a guest: the address is that of a memory slot. */
const walk = (body: string, before = ''): string => `
static pmd_t *pmd_of(struct mm_struct *mm, unsigned long addr)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr);

	return pud_none(*pud) ? NULL : pmd_offset(pud, addr);
}
${before}
static long key_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct mm_struct *mm = current->mm;
	pmd_t *pmd;
	long key = 0;

	${body}
	return key;
}
static const struct file_operations key_fops = { .unlocked_ioctl = key_ioctl, };
`;
const found = (text: Texts | string, replay = false): readonly string[] =>
  scanText(text, { replay }).findings.filter((line) => / (no-vma|unlocked): /.test(line));

const LOOK = 'pmd = pmd_of(mm, addr);\n\tif (pmd)\n\t\tkey = pmd_val(*pmd);';
const READ = `mmap_read_lock(mm);\n\t${LOOK}\n\tmmap_read_unlock(mm);`;

describe('an address that no VMA was looked up for', () => {
  it('is told under the lock for read, and confirmed by replay', () => {
    expect(found(walk(READ))).toEqual(['warning no-vma: key_ioctl > pmd_of [mmap_lock(current->mm):read]']);
    expect(found(walk(READ), true)[0]).toMatch(/^error confirmed no-vma: /);
  });

  it('is fine under the lock for write; without any, that is told instead', () => {
    expect(found(walk(READ.replaceAll('read', 'write')))).toEqual([]);
    expect(found(walk(LOOK))[0]).toMatch(/^warning unlocked: /);
  });
});

describe('a VMA on the way', () => {
  it.each([
    ['looked up', READ.replace(LOOK, `if (vma_lookup(mm, addr)) {\n\t${LOOK}\n\t}`), ''],
    ['faulted in', READ.replace(LOOK, `fixup_user_fault(mm, addr, 0, NULL);\n\t${LOOK}`), ''],
    [
      'a variable',
      READ.replace(LOOK, `vma = vma_of(mm, addr);\n\t${LOOK}`).replace(
        'mmap_read_lock',
        'struct vm_area_struct *vma;\n\n\tmmap_read_lock',
      ),
      'struct vm_area_struct *vma_of(struct mm_struct *mm, unsigned long addr);',
    ],
  ])('that is %s is taken to be that of the address', (_, body, before) => {
    expect(found(walk(body, before))).toEqual([]);
  });
});

describe('a call that goes down and locks the last table', () => {
  /** In the manner of __gmap_zap() of 5.10, and of mm/memory.c's get_locked_pte(). */
  const zap = (body: string): Texts => ({
    'mm/memory.c': `
pte_t *get_locked_pte(struct mm_struct *mm, unsigned long addr, spinlock_t **ptl)
{
	pud_t *pud = pud_offset(p4d_offset(pgd_offset(mm, addr), addr), addr);
	pmd_t *pmd = pmd_alloc(mm, pud, addr);

	return pmd ? pte_alloc_map_lock(mm, pmd, addr, ptl) : NULL;
}
static int insert(struct vm_area_struct *vma, unsigned long addr)
{
	spinlock_t *ptl;
	pte_t *pte = get_locked_pte(vma->vm_mm, addr, &ptl);

	if (!pte)
		return -ENOMEM;
	pte_unmap_unlock(pte, ptl);
	return 0;
}
static int mem_mmap(struct file *file, struct vm_area_struct *vma)
{
	return insert(vma, vma->vm_start);
}
static const struct file_operations mem_fops = { .mmap = mem_mmap, };
`,
    'mm/zap.c': `
static long zap_ioctl(struct file *file, unsigned int cmd, unsigned long addr)
{
	struct guest *guest = file->private_data;
	spinlock_t *ptl;
	pte_t *pte;

	mmap_read_lock(guest->mm);
	${body}
	mmap_read_unlock(guest->mm);
	return 0;
}
static const struct file_operations zap_fops = { .unlocked_ioctl = zap_ioctl, };
`,
  });
  const CALL = 'pte = get_locked_pte(guest->mm, addr, &ptl);\n\tif (pte)\n\t\tpte_unmap_unlock(pte, ptl);';

  it('is told where the address comes from', () => {
    expect(found(zap(CALL))).toEqual(['warning no-vma: zap_ioctl [mmap_lock(guest->mm):read]']);
    expect(found(zap(CALL), true)[0]).toMatch(/^error confirmed no-vma: /);
  });

  it('is fine in an mm that the kernel has made for itself', () => {
    const made = { 'mm/init.c': 'void __init guest_init(void)\n{\n\tguest_mm = mm_alloc();\n}\n' };
    const { 'mm/zap.c': text = '', ...others } = zap(CALL);
    const own = text.replaceAll('guest->mm', 'guest_mm');
    expect(found({ ...others, ...made, 'mm/zap.c': own })).toEqual([]);
    expect(found({ ...others, 'mm/zap.c': own })).toHaveLength(1);
  });

  it('is fine inside of a VMA', () => {
    expect(found(zap(`if (vma_lookup(guest->mm, addr)) {\n\t${CALL}\n\t}`))).toEqual([]);
  });
});

it('before 4.20 munmap held its lock for write to the end', () => {
  const tree = (unmap: string): Texts => ({
    'mm/mmap.c': `static int __do_munmap(struct mm_struct *mm)\n{\n\t${unmap}\n\tunmap_region(mm);\n\treturn 0;\n}\n`,
    'mm/x.c': walk(READ),
  });
  expect(found(tree('downgrade_write(&mm->mmap_sem);'))).not.toEqual([]);
  expect(found(tree(''))).toEqual([]);
});
