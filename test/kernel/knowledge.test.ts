/** The knowledge tables against real source: every row's source is there, every citation of an order of calls holds. */
import { describe, expect, test } from 'vitest';
import { FLUSHES, MACHINE_KINDS } from '../../src/core/kernel/architectures.js';
import { codeOnly, functionsOf } from '../../src/core/kernel/c-functions.js';
import { CAPABILITIES } from '../../src/core/kernel/capabilities.js';
import { FREEING_CALLS } from '../../src/core/kernel/freeing-calls.js';
import { LOCK_ORDER } from '../../src/core/kernel/lock-order.js';
import { CONTEXTS, ENTRY_POINTS, SECTION_MARKS } from '../../src/core/kernel/contexts.js';
import { DROPPING_CALLS } from '../../src/core/kernel/dropping-calls.js';
import { FRAME_MAPS, FRAME_READS } from '../../src/core/kernel/entry-values.js';
import { EXCLUSIONS } from '../../src/core/kernel/exclusions.js';
import { FREER_FRAGMENTS } from '../../src/core/kernel/fragments.js';
import { FREER_SUPPORT } from '../../src/core/kernel/freer-support.js';
import { FREERS } from '../../src/core/kernel/freers.js';
import { GENERIC_LOCK_CALLS } from '../../src/core/kernel/generic-locks.js';
import { KERNEL_MMS } from '../../src/core/kernel/kernel-mms.js';
import { MMU_MODES } from '../../src/core/kernel/mmu-modes.js';
import { MODELS } from '../../src/core/kernel/models/models.js';
import {
  FREERS_OWN,
  OF_NEW_MM,
  OPEN_SOURCES,
  OWNER_CALLS,
  OWNER_FIELDS,
  OWNER_PASSING,
} from '../../src/core/kernel/owners.js';
import { PRIMITIVES } from '../../src/core/kernel/primitives.js';
import { PROTECTIONS } from '../../src/core/kernel/protections.js';
import {
  KEPT_USER_ADDRESSES,
  RANGE_CONSTANTS,
  RANGE_TESTS,
  RANGE_VALUES,
  RANGES_BETWEEN,
} from '../../src/core/kernel/ranges.js';
import { OPERATION_TABLES, REGISTRATIONS, ROOT_MACROS } from '../../src/core/kernel/roots.js';
import { SERVICES } from '../../src/core/kernel/services.js';
import { ARCHITECTURE_OPTIONS, FREER_SETTINGS, MOST_LEVELS } from '../../src/core/kernel/settings.js';
import { SPLITTING_CALLS, VMA_FIELDS } from '../../src/core/kernel/splitting-calls.js';
import { parseRace } from '../../src/core/trace/language/parse.js';
import type { OrderCitation } from '../../src/core/trace/language/ast.js';
import { isVersion, kernelTrees, NO_TREES } from '../support/trees.js';
import type { KernelTree } from '../support/trees.js';

const TREES = kernelTrees();
const DEFAULT_VERSION = '6.12';

const TABLES: Readonly<Record<string, readonly { readonly source: string }[]>> = {
  primitives: PRIMITIVES,
  protections: PROTECTIONS,
  'generic locks': GENERIC_LOCK_CALLS,
  exclusions: EXCLUSIONS,
  freers: FREERS,
  'freer support': FREER_SUPPORT,
  capabilities: CAPABILITIES,
  flushes: FLUSHES,
  contexts: CONTEXTS,
  'section marks': SECTION_MARKS,
  'entry points': ENTRY_POINTS,
  'lock order': LOCK_ORDER,
  'freeing calls': FREEING_CALLS,
  'operation tables': OPERATION_TABLES,
  'root macros': ROOT_MACROS,
  registrations: REGISTRATIONS,
  owners: OWNER_CALLS,
  'kernel mms': KERNEL_MMS,
  'owner passing': OWNER_PASSING,
  'owner fields': OWNER_FIELDS,
  'open sources': OPEN_SOURCES,
  'range constants': RANGE_CONSTANTS,
  'what lies between two': RANGES_BETWEEN,
  'range tests': RANGE_TESTS,
  'range values': RANGE_VALUES,
  'dropping calls': DROPPING_CALLS,
  'frames of entries': [...FRAME_READS, ...FRAME_MAPS],
  'splitting calls': SPLITTING_CALLS,
  'fields of a VMA': VMA_FIELDS,
  'architecture options': ARCHITECTURE_OPTIONS,
  'settings of freers': FREER_SETTINGS,
  'levels of page tables': MOST_LEVELS,
  'modes of the MMU': MMU_MODES,
  models: MODELS,
  'structs of freers': FREERS_OWN,
  'structs of a new mm': OF_NEW_MM,
  'addresses that no VMA covers': KEPT_USER_ADDRESSES,
  'kinds of machines': MACHINE_KINDS,
};

/** Page flags are made by macros that glue the word of the flag on. */
const GLUED = /^(?:Page|folio_test_)(\w+)$/;

function isCited(tree: KernelTree, file: string, name: string): boolean {
  const text = tree.files.read(file);
  if (text === undefined) return false;
  if (new RegExp(`\\b${name}\\b`).test(text)) return true;
  const flag = GLUED.exec(name)?.[1];
  return flag !== undefined && new RegExp(`\\b${flag}\\b`, 'i').test(text);
}

/** What is wrong with a source, or undefined; also undefined when its version is not laid out here. */
function defectOf(source: string): string | undefined {
  const [where = '', version = DEFAULT_VERSION] = source.split('@');
  const [file = '', name = ''] = where.split(':');
  if (!/^[\w./-]+$/.test(file) || !/^\w+$/.test(name)) return `${source}: not FILE:NAME[@VERSION]`;
  const tree = TREES.find((each) => isVersion(each, version));
  return tree && !isCited(tree, file, name) ? `${source}: not in ${tree.version}` : undefined;
}

function inOrder(body: string, calls: readonly string[]): boolean {
  let at = 0;
  for (const call of calls) {
    const found = new RegExp(`\\b${call}\\b`).exec(body.slice(at));
    if (!found) return false;
    at += found.index + call.length;
  }
  return true;
}

function brokenOrder(tree: KernelTree, { file, function: name, calls }: OrderCitation): string | undefined {
  const text = tree.files.read(file);
  if (text === undefined) return `${tree.version}: no ${file}`;
  const body = functionsOf(codeOnly(text)).get(name);
  if (body === undefined) return `${tree.version}: no ${name}() in ${file}`;
  const inner = body.slice(body.indexOf('{'));
  return inOrder(inner, calls)
    ? undefined
    : `${tree.version}: not in this order in ${name}(): ${calls.join(' ')}`;
}

describe.skipIf(TREES.length === 0)(
  TREES.length === 0 ? NO_TREES : 'the knowledge tables against the kernel',
  () => {
    test.each(Object.entries(TABLES))('every row of %s cites what is there', (_name, rows) => {
      expect(rows.length).toBeGreaterThan(0);
      expect(
        [...new Set(rows.map(({ source }) => source))].flatMap((source) => defectOf(source) ?? []),
      ).toEqual([]);
    });

    test.each(FREER_FRAGMENTS.map(({ file, text }) => [file, text] as const))(
      '%s frees in the order that it cites',
      (_file, text) => {
        const race = parseRace(text).file;
        expect(race).toBeDefined();
        for (const order of race?.orders ?? []) {
          const trees = TREES.filter((tree) => order.version === undefined || isVersion(tree, order.version));
          expect(trees.flatMap((tree) => brokenOrder(tree, order) ?? [])).toEqual([]);
        }
      },
    );

    test.each(FREER_FRAGMENTS.map(({ file, text }) => [file, text] as const))(
      '%s says where its steps are',
      (_file, text) => {
        const race = parseRace(text).file;
        const places = [
          ...(race?.threads ?? []).flatMap(({ body }) => body.flatMap(({ at }) => at ?? [])),
          ...(race?.above ?? []).map(({ above }) => above),
        ].filter((at) => 'function' in at);
        expect(places.length).toBeGreaterThan(0);
        const lost = places.filter(({ file, function: name, token }) =>
          TREES.every((tree) => {
            const body = functionsOf(codeOnly(tree.files.read(file) ?? '')).get(name);
            return body === undefined || (token !== undefined && !new RegExp(`\\b${token}\\b`).test(body));
          }),
        );
        expect(lost).toEqual([]);
      },
    );

    test.each(SERVICES.map(({ what, paths }) => [what, paths] as const))(
      '%s: files of a tree',
      (_what, paths) => {
        const isThere = (path: string): boolean =>
          TREES.some(({ files }) =>
            path.endsWith('/') ? files.list(path).length > 0 : files.read(path) !== undefined,
          );
        expect(paths.filter((path) => !isThere(path))).toEqual([]);
      },
    );
  },
);
