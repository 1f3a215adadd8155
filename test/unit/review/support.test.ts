/** What a patch changes of the tree as a whole. */
import { expect, test } from 'vitest';
import { otherCapabilities } from '../../../src/core/review/support.js';

test('what the tree can do on one side only is named, whichever side it is', () => {
  const before = { capabilities: new Set(['pte-free-defer', 'ptdump-locks-hotplug']) };
  const after = { capabilities: new Set(['ptdump-locks-init-mm', 'pte-free-defer']) };
  expect(otherCapabilities(before, after)).toEqual(['ptdump-locks-hotplug', 'ptdump-locks-init-mm']);
  expect(otherCapabilities(before, before)).toEqual([]);
});
