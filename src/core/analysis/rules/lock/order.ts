/** lock/order: two locks taken in the order that inverts the kernel's own (kernel/lock-order.ts): two tasks may wait for each other. */
import { orderFrom } from '../../../kernel/lock-order.js';
import type { LockRule } from '../rule.js';

export const LOCK_ORDER_RULE: LockRule = {
  id: 'lock/order',
  title: "locks taken in an order that inverts the kernel's own",
  clash: ({ lock, held }) => {
    for (const each of held) {
      const rows = orderFrom(lock, each.class);
      if (!rows) continue;
      const path = [lock, ...rows.map(({ then }) => then)].join(' before ');
      return {
        with: each.name,
        where: `while it holds ${each.text}`,
        reason: `the kernel takes ${path} (${rows.map(({ source }) => source).join(', ')}): two tasks may wait for each other`,
        consequence: 'deadlock',
      };
    }
    return undefined;
  },
};
