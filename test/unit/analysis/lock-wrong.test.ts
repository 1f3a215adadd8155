/** lock/wrong: what is held around a walk that is reported, and why it does not help. Kernel C in, the notes out. */
import { describe, expect, it } from 'vitest';
import { dump } from './kernel-c.js';
import { scanText, type Texts } from './scan-text.js';

const notes = (texts: Texts | string) =>
  scanText(texts).report.findings.filter(({ rule }) => rule === 'lock/wrong');
const told = (texts: Texts | string): readonly string[] => notes(texts).map(({ message }) => message);

/** A dump of arm64: the mmap lock of init_mm for read keeps out the collapse of large pages, which x86 alone has. */
const around = (enter: string, leave: string): Texts => ({
  'arch/arm64/mm/x.c': dump(`${enter}\n\tsweep(m);\n\t${leave}`),
});

describe('a lock that keeps no freer of the kernel tables out', () => {
  it.each([
    ['mmap lock of init_mm, for read', 'mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'],
    ['mmap lock of the task', 'mmap_write_lock(current->mm);', 'mmap_write_unlock(current->mm);'],
    ['RCU', 'rcu_read_lock();', 'rcu_read_unlock();'],
    [
      'page table lock of init_mm',
      'spin_lock(&init_mm.page_table_lock);',
      'spin_unlock(&init_mm.page_table_lock);',
    ],
    ['CPU hotplug lock', 'cpus_read_lock();', 'cpus_read_unlock();'],
  ])('%s', (_, enter, leave) => {
    expect(told(around(enter, leave))).toHaveLength(1);
  });

  it('says which freers come in, and why', () => {
    const [note] = notes(around('mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'));
    expect(note).toMatchObject({
      severity: 'info',
      message:
        'sweep() walks kernel page tables under mmap_lock(init_mm) for read, which does not keep out memory-hot-remove, huge-vmap',
      missing: ['mem_hotplug_lock', 'mmap_lock(init_mm)'],
    });
    expect(note?.reason).toContain('hot-remove takes no mmap lock');
    expect(note?.reason).toContain('readers do not exclude each other');
  });

  it('is a note: the walk itself is reported by the rule of the freer, once for each', () => {
    const { findings } = scanText(around('mmap_read_lock(&init_mm);', 'mmap_read_unlock(&init_mm);'));
    expect(findings).toEqual([
      'warning hot-remove: tables_show > sweep [mmap_lock(init_mm):read]',
      'warning huge-vmap: tables_show > sweep [mmap_lock(init_mm):read]',
      'info wrong: tables_show > sweep [mmap_lock(init_mm):read]',
    ]);
  });
});

describe('no note', () => {
  it('where nothing is held: then a lock is missing, and none is wrong', () => {
    expect(told(dump('sweep(m);'))).toEqual([]);
  });

  it('where one lock is right for one freer: the other freer lacks a second one', () => {
    expect(told(around('get_online_mems();', 'put_online_mems();'))).toEqual([]);
    expect(told(around('mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'))).toEqual([]);
  });

  it('where both are held', () => {
    expect(
      told(
        around(
          'get_online_mems();\n\tmmap_write_lock(&init_mm);',
          'mmap_write_unlock(&init_mm);\n\tput_online_mems();',
        ),
      ),
    ).toEqual([]);
  });

  it('of a lock that no row knows: it may be there for something else', () => {
    expect(told(around('mutex_lock(&dump_mutex);', 'mutex_unlock(&dump_mutex);'))).toEqual([]);
  });

  it('where the lock is let go before the walk', () => {
    expect(told(dump('rcu_read_lock();\n\trcu_read_unlock();\n\tsweep(m);'))).toEqual([]);
  });
});

describe('an older tree', () => {
  it('in which a huge vmap install takes no lock: the init_mm lock for write is wrong, too', () => {
    const texts = (install: string): Texts => ({
      'mm/vmalloc.c': `static int vmap_try_huge_pmd(pmd_t *pmd)\n{\n\t${install}\n\treturn pmd_free_pte_page(pmd, 0);\n}\n`,
      ...around('mmap_write_lock(&init_mm);', 'mmap_write_unlock(&init_mm);'),
    });
    expect(told(texts('if (!mmap_read_trylock(&init_mm))\n\t\treturn 0;'))).toEqual([]);
    expect(told(texts(''))).toHaveLength(1);
  });
});
