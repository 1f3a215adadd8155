import { expect, test } from 'vitest';
import { isPlainPath, linkedBy, queryOf } from '../../../src/extension/trace/link.js';

const request = {
  document: 'file:///home/a%20b/linux/mm/dump.c',
  function: 'dump_walk',
  freer: 'memory-hot-remove',
  protections: ['mmap_write_lock(&init_mm)', 'get_online_mems'],
};

test('a link says of a trace all that it takes to make it again', () => {
  expect(linkedBy(queryOf({ request, step: 7 }))).toEqual({ request, step: 7 });
  const { freer, ...open } = { ...request, protections: [] };
  expect(freer).toBe('memory-hot-remove');
  expect(linkedBy(queryOf({ request: open }))).toEqual({ request: open });
});

test.each(['', 'document=file%3A%2F%2F%2Fa.c', 'function=f'])('“%s” names no walk', (query) => {
  expect(linkedBy(query)).toBeUndefined();
});

test.each([
  ['/home/a/linux/mm/dump.c', true],
  ['/home/a/linux..old/mm/..dump.c', true],
  ['/home/a/linux/../.ssh/config', false],
  ['/home/a/linux/./mm/dump.c', false],
  ['/C:/linux\\..\\secret.c', false],
])('that %s stays where it begins: %s', (path, expected) => {
  expect(isPlainPath(path)).toBe(expected);
});
