/** pfn-walk/check-then-use: pages that were online a moment ago. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText, type Texts } from './scan-text.js';

const found = (texts: Texts | string): readonly string[] =>
  scanText(texts)
    .report.findings.filter(({ rule }) => rule === 'pfn-walk/check-then-use')
    .map((finding) => `${finding.severity} ${finding.function}`);

/** A file of procfs that tells something of one page frame, with this body. */
const reader = (body: string, more = ''): string => `
${more}
static ssize_t frame_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	unsigned long pfn = *ppos, told = 0;
	struct page *page;

	${body}
	return put_number(buf, count, ppos, told);
}
static const struct proc_ops frame_ops = { .proc_read = frame_read };
`;
const ONLINE = 'page = pfn_to_online_page(pfn);\nif (!page)\n return 0;';
const TELL = 'told = page_count(page);';
const FOUND = ['info frame_read'];

describe('a page that was seen to be online', () => {
  it('and is then read is told, for information', () => {
    expect(found(reader(`${ONLINE}\n${TELL}`))).toEqual(FOUND);
    expect(found(reader(`${ONLINE}\ntold = page->flags;`))).toEqual(FOUND);
  });

  it('in a loop is the same', () => {
    const loop = `for (; pfn < max_pfn; pfn++) {\n page = pfn_to_online_page(pfn);\n if (page)\n  told += PageBuddy(page);\n}`;
    expect(found(reader(loop))).toEqual(FOUND);
    expect(found(reader(`get_online_mems();\n${loop}\nput_online_mems();`))).toEqual([]);
  });

  it('and is not read says nothing', () => {
    expect(found(reader(`${ONLINE}\ntold = pfn;`))).toEqual([]);
  });

  it('under the hotplug lock stays so; a lock that ends before the read does not help', () => {
    expect(
      found(
        reader(
          `get_online_mems();\n${ONLINE.replace('return 0;', 'goto out;')}\n${TELL}\nout:\nput_online_mems();`,
        ),
      ),
    ).toEqual([]);
    expect(
      found(
        reader(
          `get_online_mems();\n${ONLINE.replace('return 0;', 'goto out;')}\nput_online_mems();\n${TELL}\nout:\n`,
        ),
      ),
    ).toEqual(FOUND);
  });

  it('under a lock that does not keep it is told: page_offline_freeze(), rcu_read_lock()', () => {
    expect(found(reader(`page_offline_freeze();\n${ONLINE}\n${TELL}\npage_offline_thaw();`))).toEqual(FOUND);
    expect(found(reader(`rcu_read_lock();\n${ONLINE}\n${TELL}\nrcu_read_unlock();`))).toEqual(FOUND);
  });

  it('and of which a reference is taken is not told', () => {
    expect(
      found(reader(`${ONLINE}\nif (!get_page_unless_zero(page))\n return 0;\n${TELL}\nput_page(page);`)),
    ).toEqual([]);
  });

  it('without the question is the business of another rule', () => {
    expect(found(reader(`page = pfn_to_page(pfn);\n${TELL}`))).toEqual([]);
  });
});

describe('who calls', () => {
  const HELPER = `static unsigned long tell(unsigned long pfn)\n{\n struct page *page = pfn_to_online_page(pfn);\n\n return page ? page_count(page) : 0;\n}`;

  it('and holds the lock keeps the page for the function that reads it', () => {
    expect(found(reader('told = tell(pfn);', HELPER))).toEqual(['info tell']);
    expect(found(reader('get_online_mems();\ntold = tell(pfn);\nput_online_mems();', HELPER))).toEqual([]);
  });

  it('at boot has nothing to fear', () => {
    expect(
      found(
        `static int __init count_online(void)\n{\n struct page *page = pfn_to_online_page(min_low_pfn);\n\n return page ? page_count(page) : 0;\n}\nlate_initcall(count_online);\n`,
      ),
    ).toEqual([]);
  });
});
