/** Error numbers: functions that fail give them negated, and their callers compare with them. */

/** Source: include/uapi/asm-generic/errno-base.h, errno.h, include/linux/errno.h. Those that code of mm/ compares with. */
const NUMBERS: Readonly<Record<string, number>> = {
  EPERM: 1, ENOENT: 2, ESRCH: 3, EINTR: 4, EIO: 5, ENXIO: 6, E2BIG: 7, ENOEXEC: 8, EBADF: 9, ECHILD: 10, EAGAIN: 11,
  EWOULDBLOCK: 11, ENOMEM: 12, EACCES: 13, EFAULT: 14, EBUSY: 16, EEXIST: 17, EXDEV: 18, ENODEV: 19, ENOTDIR: 20,
  EINVAL: 22, EFBIG: 27, ENOSPC: 28, EROFS: 30, ERANGE: 34, EDEADLK: 35, ENODATA: 61, EOVERFLOW: 75, EOPNOTSUPP: 95,
  ETIMEDOUT: 110, ESTALE: 116, EHWPOISON: 133, ERESTARTSYS: 512, ENOTSUPP: 524,
}; // prettier-ignore

/** Any other error: a number that none of the above has. */
const OTHER = 4000;
const ERROR_NUMBER = /^E[A-Z0-9]{2,}$/;

/** The number of an error name; undefined for a name that is none. */
export function errorNumberOf(name: string): number | undefined {
  if (Object.hasOwn(NUMBERS, name)) return NUMBERS[name];
  return ERROR_NUMBER.test(name) ? OTHER : undefined;
}
