import { describe, expect, it } from 'vitest';
import {
  GROUP_LETTERS,
  operationGroup,
  operationText,
  summary,
} from '../../../src/webview/model/operation.js';

describe('operations', () => {
  it('sums up a folded run in the order in which the verbs appear', () => {
    const texts = [
      'store pte0[0] none',
      'store pte0[1] none',
      'flush',
      'store pmd0[0] none',
      'flush',
      'store pud0[0] none',
    ];
    expect(summary(texts)).toBe('4 stores, 2 flushes');
  });

  it('uses the singular for one', () => {
    expect(summary(['load pmd pmd0[0] -> pte0', 'flush (acked)'])).toBe('1 load, 1 flush');
  });

  it('calls a verb that it does not know a step', () => {
    expect(operationGroup('frobnicate pte0')).toBe('other');
    expect(summary(['frobnicate pte0', 'frobnicate pte1'])).toBe('2 steps');
  });

  it('leaves out what the page shows elsewhere', () => {
    expect(operationText('load pte pte0[0] !! use-after-free')).toBe('load pte pte0[0]');
    expect(operationText('lock mem_hotplug_lock write (wait)')).toBe('lock mem_hotplug_lock write');
    expect(operationText('load pmd pmd0[0] -> pte0')).toBe('load pmd pmd0[0] → pte0');
  });

  it('has a letter of its own for every group', () => {
    expect(new Set(Object.values(GROUP_LETTERS)).size).toBe(Object.keys(GROUP_LETTERS).length);
  });
});
