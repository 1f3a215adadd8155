/*
 * A walker that stops where the trace stops: between the load that takes the pointer and the load that uses it.
 * For x86-64, whatever the trace's architecture: it takes the table that a pud entry points to, as the trace's walker took its own.
 * The freer is the kernel's own. Load it, start the freer, read the log:
 *
 *   insmod walker.ko address=0xffff888100000000 hold=HOLD wait=before|after
 *   echo 1 >/sys/bus/acpi/devices/PNP0C80:00/eject
 *
 * wait=before: the walker is inside before the freer begins. wait=after: it enters when the freer has its lock (a kprobe on
 * BATON is the sign). It goes on when BATON has returned, or after ten seconds. Boot with page_poison=1: a freed table
 * reads as 0xaa...
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pgtable.h>
#include <linux/rcupdate.h>

static unsigned long address;
module_param(address, ulong, 0444);
MODULE_PARM_DESC(address, "an address of the direct map whose tables will be freed");
static char *hold = HOLD;
module_param(hold, charp, 0444);
MODULE_PARM_DESC(hold, "nothing, mems or rcu");
static char *wait = "before";
module_param(wait, charp, 0444);
MODULE_PARM_DESC(wait, "before or after the freer has its lock");

static DECLARE_COMPLETION(freer_began);
static bool freer_done;

static int on_entry(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	complete_all(&freer_began);
	/* The baton: let a walker that waits for this come in. */
	if (!strcmp(wait, "after"))
		mdelay(200);
	return 0;
}

static int on_return(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	WRITE_ONCE(freer_done, true);
	return 0;
}

static struct kretprobe baton = {
	.kp.symbol_name = BATON,
	.entry_handler = on_entry,
	.handler = on_return,
};

/* They are not exported: a kprobe tells where they are. */
static void (*get_mems)(void), (*put_mems)(void);

static void *find(const char *name)
{
	struct kprobe probe = { .symbol_name = name };
	void *at;

	if (register_kprobe(&probe))
		return NULL;
	at = probe.addr;
	unregister_kprobe(&probe);
	return at;
}

static void enter(void)
{
	if (!strcmp(hold, "mems"))
		get_mems();
	else if (!strcmp(hold, "rcu"))
		rcu_read_lock();
}

static void leave(void)
{
	if (!strcmp(hold, "mems"))
		put_mems();
	else if (!strcmp(hold, "rcu"))
		rcu_read_unlock();
}

static int walk(void *unused)
{
	unsigned long end;
	pgd_t *pgd;
	p4d_t *p4d;
	pud_t *pud, first;

	if (!strcmp(wait, "after"))
		wait_for_completion_interruptible(&freer_began);
	enter();
	pgd = (pgd_t *)__va(read_cr3_pa()) + pgd_index(address);
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d) || p4d_bad(*p4d)) {
		pr_info("walkrace: no table at %lx\n", address);
		leave();
		return 0;
	}
	/* TOOK */
	pud = pud_offset(p4d, address);
	first = READ_ONCE(*pud);
	if (pud_none(first) || pud_leaf(first)) {
		pr_info("walkrace: entry of %lx is %lx: nothing below it\n", address, pud_val(first));
		leave();
		return 0;
	}
	{
		pmd_t *pmd = pmd_offset(pud, address);

		pr_info("walkrace: took the table of %lx, holds %s, entry %lx\n", address, hold, pmd_val(READ_ONCE(*pmd)));
		end = jiffies + 10 * HZ;
		while (!READ_ONCE(freer_done) && time_before(jiffies, end)) {
			if (strcmp(hold, "rcu"))
				msleep(1);
			else
				cpu_relax();
		}
		/* USED */
		pr_info("walkrace: reads %lx from it%s\n", pmd_val(READ_ONCE(*pmd)), READ_ONCE(freer_done) ? " after the freer was done" : "; the freer waits");
	}
	leave();
	return 0;
}

static int __init walker_init(void)
{
	struct task_struct *task;
	int error;

	get_mems = find("get_online_mems");
	put_mems = find("put_online_mems");
	if (!get_mems || !put_mems)
		return -ENOENT;
	error = register_kretprobe(&baton);

	if (error)
		return error;
	task = kthread_run(walk, NULL, "walkrace");
	if (IS_ERR(task)) {
		unregister_kretprobe(&baton);
		return PTR_ERR(task);
	}
	return 0;
}

static void __exit walker_exit(void)
{
	unregister_kretprobe(&baton);
}

module_init(walker_init);
module_exit(walker_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("A page-table walker that stops between check and use");
