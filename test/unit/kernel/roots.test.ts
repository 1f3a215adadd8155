import { describe, expect, test } from 'vitest';
import { contextOf, CONTEXTS, ENTRY_POINTS, SECTION_MARKS } from '../../../src/core/kernel/contexts.js';
import { OPEN_SOURCES, OWNER_CALLS } from '../../../src/core/kernel/owners.js';
import { protectionOf } from '../../../src/core/kernel/protections.js';
import { OPERATION_TABLES, REGISTRATIONS, ROOT_MACROS } from '../../../src/core/kernel/roots.js';

const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);

describe('roots and contexts', () => {
  test('DEFINE_SHOW_ATTRIBUTE(x) makes x_show() a root; DEVICE_ATTR_RW(x) x_show() and x_store()', () => {
    const suffixes = (macro: string) =>
      ROOT_MACROS.find((row) => row.macro === macro)?.functions.map(({ suffix }) => suffix);
    expect(suffixes('DEFINE_SHOW_ATTRIBUTE')).toEqual(['_show']);
    expect(suffixes('DEVICE_ATTR_RW')).toEqual(['_show', '_store']);
  });

  test('what seq_operations.show does runs between start and stop', () => {
    expect(OPERATION_TABLES.find(({ type }) => type === 'seq_operations')?.between).toEqual({
      first: 'start',
      inside: ['show', 'next'],
      last: 'stop',
    });
  });

  test('a memory notifier runs under the hotplug writer; a stop_machine() callback meets no freer', () => {
    const contextIn = (api: string) =>
      contextOf(REGISTRATIONS.find((row) => row.api === api)?.context ?? 'file');
    expect(contextIn('hotplug_memory_notifier')?.holds).toEqual([
      { protection: 'mem_hotplug_lock', mode: 'write' },
    ]);
    expect(contextIn('stop_machine')?.excludes).toBe('all');
  });

  test('boot code is over before a freer starts, code for memory hotplug is not', () => {
    const contextOfMark = (mark: string) =>
      contextOf(SECTION_MARKS.find((row) => row.mark === mark)?.context ?? 'file');
    expect(contextOfMark('__init')?.reach).toBe('boot');
    expect(contextOfMark('__meminit')?.reach).toBe('runtime');
  });

  test('a mapping is closed under the mmap lock for read at least, all else of it is changed under that for write', () => {
    const heldFor = (field: string) => {
      const row = OPERATION_TABLES.find(({ type }) => type === 'vm_operations_struct');
      return contextOf(row?.fields?.[field] ?? 'file')?.holds.map(({ mode }) => mode);
    };
    expect(heldFor('close')).toEqual(['read']);
    expect(heldFor('open')).toEqual(['write']);
  });

  test('every context is a row, every protection that it holds too', () => {
    const used = [
      ...OPERATION_TABLES,
      ...ROOT_MACROS,
      ...REGISTRATIONS,
      ...SECTION_MARKS,
      ...ENTRY_POINTS,
    ].map(({ context }) => context);
    expect(used.filter((context) => contextOf(context) === undefined)).toEqual([]);
    expect(
      CONTEXTS.flatMap(({ holds }) => holds).filter(
        ({ protection }) => protectionOf(protection) === undefined,
      ),
    ).toEqual([]);
  });

  test('nothing is said twice', () => {
    expect(repeated(OPERATION_TABLES.map(({ type }) => type))).toEqual([]);
    expect(repeated(ROOT_MACROS.map(({ macro }) => macro))).toEqual([]);
    expect(repeated(REGISTRATIONS.map(({ api, argument }) => `${api} ${argument}`))).toEqual([]);
    // A function may have moved from one file to another.
    expect(repeated(ENTRY_POINTS.map((row) => row.source))).toEqual([]);
    expect(repeated(OWNER_CALLS.map(({ api }) => api))).toEqual([]);
    expect(repeated(OPEN_SOURCES.map(({ name }) => name))).toEqual([]);
  });

  test('an address can not both have an owner and have none', () => {
    const open = new Set(OPEN_SOURCES.filter(({ kind }) => kind === 'call').map(({ name }) => name));
    expect(OWNER_CALLS.filter(({ api }) => open.has(api))).toEqual([]);
  });
});
