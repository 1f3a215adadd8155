/**
 * The litmus tests that are exported have the form that herd7 takes with the kernel's model (tools/memory-model/litmus-tests in
 * a kernel tree): a small reader of that form, made for these tests, reads every one of them.
 */
import { describe, expect, it } from 'vitest';
import { explore } from '../../../src/core/explorer/explore.js';
import { FREER_FRAGMENTS } from '../../../src/core/kernel/fragments.js';
import { violationClass } from '../../../src/core/machine/scenario.js';
import { exportLitmus } from '../../../src/core/trace/exports/litmus.js';
import { traceOf } from '../../../src/core/trace/trace-of.js';
import { combine, PROTECTIONS, raceOf, REREADING, SINGLE_FETCH } from '../../support/races.js';

interface Process {
  readonly name: string;
  readonly shared: ReadonlySet<string>;
  readonly registers: ReadonlySet<string>;
  readonly body: string;
}

interface Litmus {
  readonly name: string;
  readonly initial: ReadonlyMap<string, string>;
  readonly processes: readonly Process[];
  readonly exists: { readonly process: string; readonly register: string; readonly value: string };
}

const STATEMENTS: readonly RegExp[] = [
  /^(?:int \*?\w+|r\d = \d+);/,
  /^r\d = READ_ONCE\(\*\w+\);/,
  /^WRITE_ONCE\(\*\w+, \w+\);/,
  /^(?:rcu_read_lock|rcu_read_unlock|synchronize_rcu|smp_mb)\(\);/,
  /^if \(r\d(?: == \d+)?\) ?(?=\S)/,
  /^\{/,
  /^\}/,
];

/** Throws what is not of the form. */
function readLitmus(text: string): Litmus {
  const form =
    /^C ([A-Za-z][\w-]*)\n\n\(\*\n(?: \*(?: [^\n]*)?\n)* \*\)\n\n\{\n((?:\t\w+=\w+;\n)+)\}\n\n([^]*)\n\nexists \((\d):(\w+)=(\w+)\)\n$/;
  const [, name, initial, code, process, register, value] = form.exec(text) ?? [];
  if (name === undefined || initial === undefined || code === undefined) throw new Error(`no form:\n${text}`);
  const processes = code.split(/\n\n(?=P\d)/).map((each, index): Process => {
    const [, params, body] = /^P\d\(([^)]*)\)\n\{\n([^]*)\n\}$/.exec(each) ?? [];
    if (params === undefined || body === undefined || !each.startsWith(`P${index}(`))
      throw new Error(`no process: ${each}`);
    readStatements(body);
    const shared = params.split(', ').map((param) => /^int \*{1,2}(\w+)$/.exec(param)?.[1] ?? `bad ${param}`);
    const registers = [...body.matchAll(/^\tint \*?(\w+);$/gm)].map(([, each = '']) => each);
    return { name: `P${index}`, shared: new Set(shared), registers: new Set(registers), body };
  });
  return {
    name,
    initial: new Map(
      [...initial.matchAll(/\t(\w+)=(\w+);/g)].map(([, cell = '', to = '']) => [cell, to] as const),
    ),
    processes,
    exists: { process: `P${process ?? ''}`, register: register ?? '', value: value ?? '' },
  };
}

function readStatements(body: string): void {
  let rest = body.replace(/\s+/g, ' ').trim();
  let open = 0;
  while (rest !== '') {
    const found = STATEMENTS.map((each) => each.exec(rest)?.[0]).find((each) => each !== undefined);
    if (found === undefined) throw new Error(`no statement: ${rest}`);
    if (found === '{') open += 1;
    if (found === '}') open -= 1;
    if (open < 0) throw new Error(`a brace too many: ${body}`);
    rest = rest.slice(found.length).trimStart();
  }
  if (open !== 0) throw new Error(`a brace too few: ${body}`);
}

/** Every name that is used is declared: shared ones as parameters with an initial value, registers in their process. */
function undeclared({ initial, processes, exists }: Litmus): readonly string[] {
  const wrong = processes.flatMap(({ shared, registers, body }) => {
    const used = [...body.matchAll(/\*(\w+)[,)]/g)].map(([, name = '']) => name);
    const set = [...body.matchAll(/\b(r\d)\b/g)].map(([, name = '']) => name);
    return [
      ...used.filter((name) => !shared.has(name) && !registers.has(name)),
      ...[...shared].filter((name) => !initial.has(name)),
      ...set.filter((name) => !registers.has(name)),
    ];
  });
  const asked = processes.find(({ name }) => name === exists.process);
  return asked?.registers.has(exists.register) === true ? wrong : [...wrong, exists.register];
}

const [nothing, , rcu] = PROTECTIONS;
const races = FREER_FRAGMENTS.flatMap(({ file, text }) => {
  const fragment = raceOf(text);
  if (fragment.roots.length === 0) return [];
  return [REREADING, SINGLE_FETCH].flatMap((walker) =>
    [nothing, rcu].flatMap((protection) => {
      if (protection === undefined) return [];
      const scenario = combine(fragment, walker, protection, 'arm64');
      const exploration = explore(scenario);
      return exploration.violations
        .filter(({ kind }) => violationClass(kind) === 'race')
        .map(({ kind }) => ({
          name: `${kind}, ${protection.name}, ${file}`,
          trace: traceOf(scenario, exploration, kind),
        }));
    }),
  );
});
const tests = races.flatMap(({ name, trace }) => {
  const text = exportLitmus(trace);
  return text === undefined ? [] : [{ name, text, trace }];
});

describe(`litmus tests of ${tests.length} traces`, () => {
  it('are made of most races', () => {
    expect(tests.length).toBeGreaterThan(races.length / 2);
  });

  it('have the form that herd7 takes, and declare what they use', () => {
    for (const { name, text } of tests) {
      const litmus = readLitmus(text);
      expect(undeclared(litmus), `${name}\n${text}`).toEqual([]);
      expect(
        litmus.processes.map((each) => each.name),
        name,
      ).toEqual(['P0', 'P1']);
      expect(litmus.exists.process, name).toBe('P0');
    }
  });

  it('ask for what the trace shows: a read of the page after its free, or of an entry that is gone', () => {
    for (const { text, trace } of tests) {
      const { exists, processes } = readLitmus(text);
      const isFree = trace.kind === 'use-after-free' || trace.kind === 'bogus-descent';
      expect(exists).toMatchObject({ register: 'r1', value: isFree ? '9' : '7' });
      expect(/WRITE_ONCE\(\*\w+, 9\)/.test(processes[1]?.body ?? '')).toBe(isFree);
    }
  });

  it('keep the RCU section of the walk', () => {
    const inRcu = tests.filter(({ trace }) =>
      trace.steps.some(({ mark, held }) => mark === 'took' && held.includes('rcu')),
    );
    expect(inRcu.length).toBeGreaterThan(0);
    for (const { text } of inRcu)
      expect(text).toMatch(/rcu_read_lock\(\);[^]*rcu_read_unlock\(\);\n\}\n\nP1/);
  });

  it('the reader of these tests reads no other form', () => {
    const [one] = tests;
    if (!one) throw new Error('no litmus test was made');
    for (const broken of [
      one.text.replace('READ_ONCE(', 'read_once('),
      one.text.replace('exists (0:', 'exists ('),
      one.text.replace(/\t\w+=\w+;\n\t/, '\t'),
      one.text.replace('C C-', 'C 1-'),
    ]) {
      const faults = (): readonly string[] => undeclared(readLitmus(broken));
      let isRead = false;
      try {
        isRead = faults().length === 0;
      } catch {
        isRead = false;
      }
      expect(isRead, broken).toBe(false);
    }
  });
});
