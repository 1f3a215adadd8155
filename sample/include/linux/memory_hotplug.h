/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAMPLE_MEMORY_HOTPLUG_H
#define SAMPLE_MEMORY_HOTPLUG_H

/* Readers: memory neither comes nor goes in between. May sleep. */
void get_online_mems(void);
void put_online_mems(void);

/* The writer: waits until no reader is left. */
void mem_hotplug_begin(void);
void mem_hotplug_done(void);

int try_remove_memory(int nid, u64 start, u64 size);
void arch_remove_memory(u64 start, u64 size);

/* The page of a frame that is online now. It says nothing about later. */
struct page *pfn_to_online_page(unsigned long pfn);

#endif
