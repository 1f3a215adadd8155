/**
 * What is read from a cache is checked before it is used: that its paths stay in the tree, and that it has the parts that are reached
 * into. Numbers and sentences in it are taken as they are: a checksum keeps accidents out, and who can write the cache of a user can
 * as well write anything else of theirs.
 */
import * as v from 'valibot';
import { SEVERITIES } from '../core/report/report.js';
import type { ScannedFile } from '../core/scan.js';
import { isTreePath } from '../core/tree-path.js';
import type { FileStamp } from './file-stamp.js';

export const TreePath = v.pipe(v.string(), v.check(isTreePath, 'a path that leaves the tree'));

/** One check for a list: there are some hundred thousand numbers in the results of a tree. */
export const Numbers = v.custom<readonly number[]>(
  (value) => Array.isArray(value) && value.every((each) => typeof each === 'number'),
);

export const Stamp = v.custom<FileStamp>((value) => v.is(Numbers, value) && value.length === 4);

const Place = v.looseObject({ file: TreePath, line: v.number() });
const Hop = v.looseObject({ ...Place.entries, function: v.string(), held: v.array(v.string()) });

/** The parts of a {@link ScannedFile} that are reached into, and each place that it names. */
const Outline = v.looseObject({
  bytes: v.number(),
  functions: v.number(),
  parseFailures: v.number(),
  walkers: v.array(
    v.looseObject({
      ...Place.entries,
      function: v.string(),
      ranges: v.array(v.string()),
      roots: v.array(v.looseObject({ chain: v.array(Hop) })),
    }),
  ),
  findings: v.array(
    v.looseObject({
      ...Place.entries,
      id: v.string(),
      rule: v.string(),
      severity: v.picklist(SEVERITIES),
      message: v.string(),
      live: v.array(v.string()),
      latent: v.array(v.string()),
      held: v.array(v.string()),
      missing: v.array(v.string()),
      chain: v.array(Hop),
      related: v.optional(v.array(Place)),
      placement: v.optional(v.looseObject({ places: v.array(Place), left: v.array(Place) })),
    }),
  ),
  givenUp: v.optional(v.looseObject({ file: TreePath, reason: v.string() })),
});

export const KeptFile = v.custom<ScannedFile>((value) => v.is(Outline, value));
