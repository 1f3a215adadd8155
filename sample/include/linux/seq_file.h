/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SAMPLE_SEQ_FILE_H
#define SAMPLE_SEQ_FILE_H

struct seq_file;

void seq_printf(struct seq_file *m, const char *format, ...);
int single_open(struct file *file, int (*show)(struct seq_file *, void *), void *data);

/* A file that name##_show() writes, each time that it is read. */
#define DEFINE_SHOW_ATTRIBUTE(name)					\
static int name ## _open(struct inode *inode, struct file *file)	\
{									\
	return single_open(file, name ## _show, inode->i_private);	\
}									\
									\
static const struct file_operations name ## _fops = {			\
	.owner = THIS_MODULE,						\
	.open = name ## _open,						\
	.read = seq_read,						\
	.release = single_release,					\
}

#endif
