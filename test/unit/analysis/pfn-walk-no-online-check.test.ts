/** pfn-walk/no-online-check: loops over all page frames. Kernel C in, lines of findings out. */
import { describe, expect, it } from 'vitest';
import { scanText } from './scan-text.js';

/** A file of procfs that counts something over page frames, with this body. */
const reader = (body: string): string => `
static ssize_t frames_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	unsigned long pfn, end_pfn, found = 0;
	struct page *page;
	struct zone *zone = file->private_data;

	${body}
	return put_number(buf, count, ppos, found);
}
static const struct proc_ops frames_ops = { .proc_read = frames_read };
`;
/** A loop from `from` up to `end` that sets page so. */
const loop = (page: string, from = 'min_low_pfn', end = 'max_pfn'): string => `
	for (pfn = ${from}; pfn < ${end}; pfn++) {
		${page}
		found += PageBuddy(page);
	}`;

const UNASKED = 'if (!pfn_valid(pfn))\n continue;\npage = pfn_to_page(pfn);';
const ASKED = 'page = pfn_to_online_page(pfn);\nif (!page)\n continue;';

const frames = (body: string): readonly string[] =>
  scanText(reader(body)).findings.filter((line) => line.includes('no-online-check'));
const FOUND = ['warning no-online-check: frames_read'];

describe('a loop over all page frames', () => {
  it('with pfn_valid() only is found', () => {
    expect(frames(loop(UNASKED))).toEqual(FOUND);
  });

  it('that asks for the online page is fine', () => {
    expect(frames(loop(ASKED))).toEqual([]);
  });

  it('that holds the hotplug lock is fine', () => {
    expect(frames(`get_online_mems();${loop(UNASKED)}\nput_online_mems();`)).toEqual([]);
  });

  it('that lets the lock go before is found', () => {
    expect(frames(`get_online_mems();\nput_online_mems();${loop(UNASKED)}`)).toEqual(FOUND);
  });

  it('that asks on one way only is found', () => {
    const one = 'if (count)\n page = pfn_to_online_page(pfn);\nelse\n page = pfn_to_page(pfn);';
    expect(frames(loop(one))).toEqual(FOUND);
  });

  it('that asks once for each block is fine', () => {
    const blocks = `
	for (pfn = min_low_pfn; pfn < max_pfn; pfn = end_pfn) {
		end_pfn = pageblock_end_pfn(pfn);
		if (!pfn_to_online_page(pfn))
			continue;
		for (; pfn < end_pfn; pfn++) {
			page = pfn_to_page(pfn);
			found += PageBuddy(page);
		}
	}`;
    expect(frames(blocks)).toEqual([]);
  });
});

describe('a frame that a caller counts', () => {
  const idle = (page: string, end: string, ask = ''): readonly string[] =>
    scanText(`
static struct page *idle_page(unsigned long frame)
{
	struct page *page;

	${page}
	return PageLRU(page) ? page : NULL;
}

static ssize_t idle_read(struct file *file, char __user *buf, size_t count, loff_t *ppos)
{
	unsigned long pfn = first_frame(file), end_pfn, found = 0;

	end_pfn = ${end};
	for (; pfn < end_pfn; pfn++) {
		${ask}
		if (idle_page(pfn))
			found++;
	}
	return found;
}
static const struct proc_ops idle_ops = { .proc_read = idle_read };
`).findings.filter((line) => line.includes('no-online-check'));
  const unasked = 'if (!pfn_valid(frame))\n return NULL;\npage = pfn_to_page(frame);';

  it('up to the end of all memory is found where it is read', () => {
    expect(idle(unasked, 'min(pfn + count, max_pfn)')).toEqual([
      'warning no-online-check: idle_read > idle_page',
    ]);
    expect(idle('page = pfn_to_online_page(frame);\nif (!page)\n return NULL;', 'max_pfn')).toEqual([]);
  });

  it('is fine when the caller asks, and not known where the end is not', () => {
    expect(idle(unasked, 'max_pfn', 'if (!pfn_to_online_page(pfn))\n continue;')).toEqual([]);
    expect(idle(unasked, 'pfn + 8')).toEqual([]);
  });
});

describe('where it goes to', () => {
  it('the end of a zone is as good as the end of all memory', () => {
    expect(frames(loop(UNASKED, 'zone->zone_start_pfn', 'zone_end_pfn(zone)'))).toEqual(FOUND);
    expect(
      frames(`end_pfn = zone_end_pfn(zone);${loop(UNASKED, 'zone->zone_start_pfn', 'end_pfn')}`),
    ).toEqual(FOUND);
  });

  it('frames that somebody may hold are not its business', () => {
    expect(frames(loop(UNASKED, 'page_to_pfn(page)', 'page_to_pfn(page) + count'))).toEqual([]);
  });
});

describe('where it starts', () => {
  it('at boot nothing is removed', () => {
    const texts = `static int __init count_free(void)\n{\n unsigned long pfn, found = 0;\n struct page *page;\n${loop(UNASKED)}\n return found;\n}\nlate_initcall(count_free);\n`;
    expect(scanText(texts).findings).toEqual([]);
  });
});

describe('one page frame that user space names', () => {
  const inject = (given: string): readonly string[] =>
    scanText(`
static int frame_set(void *data, u64 val)
{
	unsigned long pfn = ${given};
	struct page *page;

	if (!pfn_valid(pfn))
		return -ENXIO;
	page = pfn_to_page(pfn);
	return PageBuddy(page);
}
DEFINE_DEBUGFS_ATTRIBUTE(frame_fops, NULL, frame_set, "%llu\\n");
`).findings;

  it('with pfn_valid() only is found', () => {
    expect(inject('val')).toEqual(['warning no-online-check: frame_set']);
  });

  it("a frame of an object is somebody's", () => {
    expect(inject('page_to_pfn(virt_to_page(data))')).toEqual([]);
  });
});
