/** `.race` AST <-> scenario of the machine. */
import { profileOf as profileInTree } from '../../kernel/architectures.js';
import { mapExpr, mapOperands } from '../../program/expr.js';
import type { Expr, Level } from '../../program/ir.js';
import { LEVELS } from '../../program/ir.js';
import type { ArchProfile, Scenario, ThreadDecl } from '../../machine/scenario.js';
import { test } from '../../machine/value.js';
import type { Expectation, ProfileWord, RaceFile, SavedTrace } from './ast.js';
import { threadToStatements } from './from-program.js';
import type { ResolvePlace } from './step-of.js';
import { compileThread } from './to-program.js';

/** What an architecture does in a tree. */
export type ArchOf = (name: string) => Omit<ArchProfile, 'name'> | undefined;

/** Where no tree is at hand, or it does not know the architecture: the table's row, in a kernel since 5.0, when the RCU flavours became one. */
const withoutTree = (name: string): ArchProfile => profileInTree(name, new Set(['rcu-waits-for-irqs-off']));

export interface ToScenarioOptions {
  /** Which of the file's architectures; its first by default. */
  readonly arch?: string;
  readonly archOf?: ArchOf;
  readonly resolve?: ResolvePlace;
}

function threadsOf(file: RaceFile, resolve?: ResolvePlace): readonly ThreadDecl[] {
  return file.threads.map(({ name, cpu, title, role, body }) => ({
    name,
    cpu,
    title,
    role,
    program: compileThread(body, file.pages, resolve),
  }));
}

/** A file ready to run. Every file that parses is one; a fragment is one without its walker. */
export function raceToScenario(file: RaceFile, options: ToScenarioOptions = {}): Scenario {
  const threads = threadsOf(file, options.resolve);
  return {
    title: file.title,
    arch: profileOf(options.arch ?? file.arch[0] ?? 'any', file.profile, options.archOf),
    pages: file.pages,
    locks: file.locks,
    threads,
    assumptions: [...file.assumptions, ...threads.flatMap((thread) => thread.program.assumptions)],
  };
}

/** What an architecture does, unless a file says otherwise of it in so many words. */
export function profileOf(name: string, words: readonly ProfileWord[], archOf?: ArchOf): ArchProfile {
  const row = archOf?.(name) ?? withoutTree(name);
  const either = (yes: ProfileWord, no: ProfileWord, byTable: boolean): boolean =>
    words.includes(yes) || (byTable && !words.includes(no));
  return {
    name,
    flushWaitsForIrqsOff: either('flush-waits', 'flush-broadcasts', row.flushWaitsForIrqsOff),
    rcuWaitsForIrqsOff: either('rcu-waits', 'rcu-ignores-irqs-off', row.rcuWaitsForIrqsOff),
  };
}

export interface ToRaceOptions {
  readonly expect?: Expectation;
  readonly traces?: readonly SavedTrace[];
}

/** A scenario as a file that a person can save, edit and run again; its profile is written out, so that no table changes it. */
export function scenarioToRace(scenario: Scenario, options: ToRaceOptions = {}): RaceFile {
  const { arch, pages } = scenario;
  const present = new Set<Level>(LEVELS.filter((level) => pages.some((page) => page.level === level)));
  const threads = scenario.threads.map(({ name, cpu, title, role, program }) => {
    const steps = program.steps.map((step) =>
      mapOperands(step, (operand) => mapExpr(operand, (expr) => unfold(expr, present))),
    );
    return { name, cpu, title, role, body: threadToStatements({ ...program, steps }) };
  });
  // What a `choose` assumes is written beside it and read back from there.
  const beside = new Set(
    scenario.threads.flatMap(({ program }) =>
      program.steps.flatMap((step) =>
        step.op === 'choose' ? [program.assumptions[step.assumption]?.text] : [],
      ),
    ),
  );
  return {
    what: { kind: 'race', version: 1 },
    title: scenario.title,
    arch: [arch.name],
    profile: [
      arch.flushWaitsForIrqsOff ? 'flush-waits' : 'flush-broadcasts',
      arch.rcuWaitsForIrqsOff ? 'rcu-waits' : 'rcu-ignores-irqs-off',
    ],
    ranges: [],
    when: [],
    orders: [],
    above: [],
    assumptions: scenario.assumptions
      .filter(({ text }) => !beside.has(text))
      .map(({ kind, text }) => ({ kind, text: text.replace(/\s+/g, ' ').replaceAll(' # ', ' ') })),
    pages,
    roots: [],
    locks: scenario.locks,
    threads,
    ...(options.expect === undefined ? {} : { expect: options.expect }),
    traces: options.traces ?? [],
  };
}

/** Tests of a folded level have one answer; a file does not write levels, so the answer is written. */
function unfold(expr: Expr, present: ReadonlySet<Level>): Expr {
  if (expr.kind !== 'is' || present.size === 0 || present.has(expr.level)) return expr;
  return { kind: 'int', value: test(expr.test, 0, true) };
}
