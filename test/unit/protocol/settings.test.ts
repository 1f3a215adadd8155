import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSettings } from '../../../src/protocol/settings.js';

test('what is wrong falls back alone; the rest is taken', () => {
  expect(
    readSettings({ minimumSeverity: 'loud', codeLens: false, replay: { maxSeconds: -1, maxStates: 5_000 } }),
  ).toMatchObject({
    minimumSeverity: 'warning',
    codeLens: false,
    replay: { maxSeconds: 5, maxStates: 5_000 },
  });
});

test('an unset setting (null, as some clients send it) is the default', () => {
  expect(readSettings({ root: null, replay: null })).toEqual(readSettings({}));
});

test('anything at all can be sent', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(readSettings(value).replay.maxStates).toBeGreaterThan(0);
    }),
  );
});
