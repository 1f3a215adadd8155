/** Where a walk is started from decides whether a freer can run meanwhile, and whether the lock could be taken at all. */
import { describe, expect, it } from 'vitest';
import { dump, show, SWEEP } from './kernel-c.js';
import { hotRemove, scanText } from './scan-text.js';

/** The sweep without a seq_file at hand. */
const START = 'sweep(NULL);';

describe('roots that run beside the freers', () => {
  it.each([
    ['a debugfs file', show('sweep(m);'), 'tables_show > sweep'],
    ['a system call', `SYSCALL_DEFINE0(look)\n{\n\t${START}\n\treturn 0;\n}`, 'sys_look > sweep'],
    [
      'a file operation',
      `static ssize_t look_read(struct file *file, char __user *to, size_t count, loff_t *at)\n{\n\t${START}\n\treturn 0;\n}\nstatic const struct file_operations fops = { .read = look_read, };`,
      'look_read > sweep',
    ],
    [
      'an ioctl',
      `static long look_ioctl(struct file *file, unsigned int cmd, unsigned long arg)\n{\n\t${START}\n\treturn 0;\n}\nstatic const struct file_operations fops = { .unlocked_ioctl = look_ioctl, };`,
      'look_ioctl > sweep',
    ],
    [
      'a sysfs attribute',
      `static ssize_t look_show(struct device *dev, struct device_attribute *a, char *buf)\n{\n\t${START}\n\treturn 0;\n}\nstatic DEVICE_ATTR_RO(look);`,
      'look_show > sweep',
    ],
    [
      'a kernel thread',
      `static int scan(void *data)\n{\n\t${START}\n\treturn 0;\n}\nvoid start(void)\n{\n\tkthread_run(scan, NULL, "scan");\n}`,
      'scan > sweep',
    ],
    [
      'a work item',
      `static void scan(struct work_struct *work)\n{\n\t${START}\n}\nstatic DECLARE_WORK(scan_work, scan);`,
      'scan > sweep',
    ],
    [
      'a module parameter',
      `static int look_get(char *buf, const struct kernel_param *kp)\n{\n\t${START}\n\treturn 0;\n}\nstatic const struct kernel_param_ops ops = { .get = look_get, };`,
      'look_get > sweep',
    ],
    [
      'a simple attribute',
      `static int look_get(void *data, u64 *val)\n{\n\t${START}\n\treturn 0;\n}\nDEFINE_DEBUGFS_ATTRIBUTE(look_fops, look_get, NULL, "%llu\\n");`,
      'look_get > sweep',
    ],
    [
      'a function that modules call',
      `void look(void)\n{\n\t${START}\n}\nEXPORT_SYMBOL_GPL(look);`,
      'look > sweep',
    ],
  ])('%s', (_, root, chain) => {
    expect(hotRemove(`${SWEEP}\n${root}\n`)).toEqual([`warning hot-remove: ${chain}`]);
    const locked = root.replace(
      /sweep\((m|NULL)\);/,
      'get_online_mems();\n\tsweep($1);\n\tput_online_mems();',
    );
    expect(hotRemove(`${SWEEP}\n${locked}\n`)).toEqual([]);
  });
});

describe('roots that no freer runs beside', () => {
  it.each([
    ['__init', `static int __init check(void)\n{\n\t${START}\n\treturn 0;\n}\ndevice_initcall(check);`],
    [
      'called by __init',
      `static void check_all(void)\n{\n\t${START}\n}\nstatic int __init check(void)\n{\n\tcheck_all();\n\treturn 0;\n}\nlate_initcall(check);`,
    ],
    [
      'stop_machine()',
      `static int stopped(void *data)\n{\n\t${START}\n\treturn 0;\n}\nvoid look(void)\n{\n\tstop_machine(stopped, NULL, NULL);\n}`,
    ],
    [
      'a memory notifier: its caller is the writer',
      `static int changed(struct notifier_block *nb, unsigned long action, void *data)\n{\n\t${START}\n\treturn NOTIFY_OK;\n}\nstatic struct notifier_block nb = { .notifier_call = changed, };\nstatic int __init start(void)\n{\n\treturn register_memory_notifier(&nb);\n}`,
    ],
    [
      'hotplug_memory_notifier()',
      `static int changed(struct notifier_block *nb, unsigned long action, void *data)\n{\n\t${START}\n\treturn NOTIFY_OK;\n}\nstatic int __init start(void)\n{\n\thotplug_memory_notifier(changed, 0);\n\treturn 0;\n}`,
    ],
    ['__meminit: at boot, or under the writer', `void __meminit added(void)\n{\n\t${START}\n}`],
    [
      'suspend of the system core',
      `static int quiet(void)\n{\n\t${START}\n\treturn 0;\n}\nstatic struct syscore_ops ops = { .suspend = quiet, };\nstatic void reg(void)\n{\n\tregister_syscore_ops(&ops);\n}`,
    ],
  ])('%s', (_, root) => {
    expect(hotRemove(`${SWEEP}\n${root}\n`)).toEqual([]);
  });

  it('hibernation begins with functions of its own', () => {
    const files = (name: string): Record<string, string> => ({
      'kernel/power/snapshot.c': `${SWEEP}\nint ${name}(void)\n{\n\t${START}\n\treturn 0;\n}\n`,
    });
    expect(hotRemove(files('swsusp_save'))).toEqual([]);
    expect(hotRemove(files('another_save'))).toEqual(['warning hot-remove: another_save > sweep']);
  });

  it('another notifier runs as anything does', () => {
    expect(
      hotRemove(`${SWEEP}
static int changed(struct notifier_block *nb, unsigned long action, void *data)
{
	${START}
	return NOTIFY_OK;
}
static struct notifier_block nb = { .notifier_call = changed, };
static int __init start(void)
{
	return register_reboot_notifier(&nb);
}
`),
    ).toEqual(['warning hot-remove: changed > sweep']);
  });

  it('a root that is safe does not make another one safe', () => {
    expect(
      hotRemove(`${dump('sweep(m);')}
static int __init check(void)
{
	${START}
	return 0;
}
device_initcall(check);
`),
    ).toEqual(['warning hot-remove: tables_show > sweep']);
  });
});

describe('roots that can not take a sleeping lock', () => {
  it.each([
    [
      'an interrupt handler',
      `static irqreturn_t handler(int irq, void *data)\n{\n\t${START}\n\treturn IRQ_HANDLED;\n}\nint probe(void)\n{\n\treturn request_irq(3, handler, 0, "x", NULL);\n}`,
      'handler > sweep [irq]',
    ],
    [
      'a timer',
      `static void tick(struct timer_list *t)\n{\n\t${START}\n}\nvoid probe(void)\n{\n\ttimer_setup(&timer, tick, 0);\n}`,
      'tick > sweep [preempt]',
    ],
  ])('%s is told for information', (_, root, chain) => {
    expect(hotRemove(`${SWEEP}\n${root}\n`)).toEqual([`info hot-remove: ${chain}`]);
  });

  it('an oops likewise', () => {
    const text = `${SWEEP}\nvoid panic(const char *fmt, ...)\n{\n\t${START}\n}\n`;
    const { findings, report } = scanText({ 'kernel/panic.c': text });
    expect(findings).toContain('info hot-remove: panic > sweep');
    expect(report.findings[0]?.reason).toContain('reporting a fault of the kernel');
  });
});

describe('seq_operations', () => {
  const table = (start: string, showing: string, stop: string): string => `${SWEEP}
static void *t_start(struct seq_file *m, loff_t *pos)
{
	${start}
	return *pos ? NULL : m;
}
static void *t_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}
static void t_stop(struct seq_file *m, void *v)
{
	${stop}
}
static int t_show(struct seq_file *m, void *v)
{
	${showing}
	return 0;
}
static const struct seq_operations tables_sops = {
	.start = t_start, .next = t_next, .stop = t_stop, .show = t_show,
};
`;

  it('.show runs under what .start took', () => {
    expect(hotRemove(table('get_online_mems();', 'sweep(m);', 'put_online_mems();'))).toEqual([]);
    expect(hotRemove(table('', 'sweep(m);', ''))).toEqual(['warning hot-remove: t_show > sweep']);
  });

  it('a .start that lets go again holds nothing in .show', () => {
    expect(hotRemove(table('get_online_mems();\n\tput_online_mems();', 'sweep(m);', ''))).toEqual([
      'warning hot-remove: t_show > sweep',
    ]);
  });

  it('a walk in .start itself', () => {
    expect(hotRemove(table('sweep(m);\n\tget_online_mems();', '', 'put_online_mems();'))).toEqual([
      'warning hot-remove: t_start > sweep',
    ]);
    expect(hotRemove(table('get_online_mems();\n\tsweep(m);', '', 'put_online_mems();'))).toEqual([]);
  });
});

describe('files that are opened by single_open()', () => {
  it('their show function is a root', () => {
    const text = (body: string): string => `${SWEEP}
static int look(struct seq_file *m, void *v)
{
	${body}
	return 0;
}
static int look_open(struct inode *inode, struct file *file)
{
	return single_open(file, look, NULL);
}
static const struct file_operations look_fops = { .open = look_open, .read = seq_read, };
`;
    expect(hotRemove(text('sweep(m);'))).toEqual(['warning hot-remove: look > sweep']);
    expect(hotRemove(text('get_online_mems();\n\tsweep(m);\n\tput_online_mems();'))).toEqual([]);
  });
});
