import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSettings, wrongSettings } from '../../../src/protocol/settings.js';

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

test('what is wrong is named, with what it may be; what is right or not set is not', () => {
  expect(wrongSettings(undefined)).toEqual([]);
  expect(wrongSettings({ root: null, replay: { maxSeconds: null }, another: 'tool’s' })).toEqual([]);
  expect(
    wrongSettings({
      minimumSeverity: 'loud',
      replay: { maxSeconds: -1 },
      ruleSeverity: { 'lock/leak': 'no' },
    }),
  ).toEqual([
    'minimumSeverity: Invalid type: Expected ("error" | "warning" | "info") but received "loud"',
    'ruleSeverity.lock/leak: Invalid type: Expected ("error" | "warning" | "info" | "off") but received "no"',
    'replay.maxSeconds: Invalid value: Expected >=0.1 but received -1',
  ]);
});

test('one rule with a wrong severity does not cost the others theirs', () => {
  expect(readSettings({ ruleSeverity: { 'lock/leak': 'no', 'lock/order': 'off' } }).ruleSeverity).toEqual({
    'lock/order': 'off',
  });
});
