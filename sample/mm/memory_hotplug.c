// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The generic half of memory hot-remove, in miniature: the side that frees. It holds the memory hotplug lock for write while
 * the architecture takes the tables of the removed memory apart.
 */
#include <linux/memory_hotplug.h>
#include <linux/percpu-rwsem.h>

DEFINE_STATIC_PERCPU_RWSEM(mem_hotplug_lock);

void get_online_mems(void)
{
	percpu_down_read(&mem_hotplug_lock);
}

void put_online_mems(void)
{
	percpu_up_read(&mem_hotplug_lock);
}

void mem_hotplug_begin(void)
{
	cpus_read_lock();
	percpu_down_write(&mem_hotplug_lock);
}

void mem_hotplug_done(void)
{
	percpu_up_write(&mem_hotplug_lock);
	cpus_read_unlock();
}

int try_remove_memory(int nid, u64 start, u64 size)
{
	if (!memory_is_offline(start, size))
		return -EBUSY;

	mem_hotplug_begin();
	arch_remove_memory(start, size);
	mem_hotplug_done();
	return 0;
}
