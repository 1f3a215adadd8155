/** A freer by itself: whether it ends well, and frees a table. One that does not would prove nothing about a walk. */
import { DEFAULT_BOUNDS } from '../explorer/exploration.js';
import { explore, ScenarioError, type ExploreOptions } from '../explorer/explore.js';
import { violationClass, type Scenario, type ThreadDecl, type ViolationKind } from '../machine/scenario.js';
import type { Step, ThreadProgram } from '../program/ir.js';
import { TOO_DEEP } from '../program/link/assumptions.js';
import { traceOf } from '../trace/trace-of.js';

export interface WrongAlone {
  readonly kind?: ViolationKind;
  readonly reason: string;
}

/** One race refuses it, and one lane has no other schedule that would be easier to follow. */
const SHORTEST: ExploreOptions = { schedules: 'shortest' };

/** What speaks against the freer of a scenario when it runs by itself; undefined: it ends well, and frees a table. */
export function wrongAlone(scenario: Scenario): WrongAlone | undefined {
  const threads = scenario.threads.filter(({ role }) => role === 'freer');
  const [freer] = threads;
  if (!freer) return undefined;
  try {
    const byItself = { ...scenario, threads };
    const alone = explore(byItself, { ...DEFAULT_BOUNDS, enough: 1 }, SHORTEST);
    const [harm] = alone.violations.filter(({ kind }) => violationClass(kind) !== 'info');
    if (harm) {
      const last = traceOf(byItself, alone, harm.kind).steps.at(-1);
      const where = last?.at === undefined ? '' : ` at ${last.at}`;
      const reason = `by itself ${freer.title}() goes wrong in the model, so that it would prove nothing: ${harm.kind}${where}`;
      return { kind: harm.kind, reason };
    }
    if (alone.verdict === 'unknown') return { reason: `by itself ${freer.title}() has too many states` };
    const probed = { ...freer, program: usesWhatItFreed(freer.program) };
    const probe = explore({ ...scenario, threads: [probed] }, DEFAULT_BOUNDS, SHORTEST);
    const frees = probe.violations.some(({ kind }) => kind === 'use-after-free');
    return frees ? undefined : { reason: freesNothing(freer) };
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return { reason: error.message };
  }
}

/** The program with a load of each page right after it is freed: it goes wrong where a table is freed, and nowhere else. */
function usesWhatItFreed(program: ThreadProgram): ThreadProgram {
  const steps: Step[] = [...program.steps];
  program.steps.forEach((step, index) => {
    if (step.op !== 'free' && step.op !== 'free_rcu') return;
    const use = steps.length;
    steps[index] = { ...step, op: 'free', next: use };
    steps.push({
      op: 'load',
      dst: '$probe',
      from: step.page,
      level: 'pte',
      access: 'once',
      use: 'entry',
      next: step.next,
      text: 'probe',
    });
  });
  return { ...program, steps };
}

function freesNothing({ title, program }: ThreadDecl): string {
  const isFree = (step: Step): boolean => step.op === 'free' || step.op === 'free_rcu';
  const because = tooDeep(program) ?? leftOut(program);
  return program.steps.some(isFree)
    ? `${title}() frees none of the tables in the model${because}`
    : `${title}() frees no table, nor does what it calls${because}`;
}

const MOST_NAMED = 6;

/** Its calls are followed to some depth only, so that it stays small enough: what frees may be below. */
function tooDeep({ assumptions }: ThreadProgram): string | undefined {
  const texts = assumptions.map(({ text }) => text).filter((text) => text.includes(` ${TOO_DEEP} `));
  const [first] = texts;
  if (first === undefined) return undefined;
  const names = [...new Set(texts.map((text) => text.slice(0, text.indexOf(` ${TOO_DEEP} `))))];
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  const depth = first.slice(first.indexOf(TOO_DEEP) + TOO_DEEP.length);
  return `; it is too large to be followed further than${depth}, where it calls ${names.slice(0, MOST_NAMED).join(', ')}${more}: name a function nearer to the free`;
}

function leftOut({ assumptions }: ThreadProgram): string {
  const left = assumptions.find(
    ({ kind }) => kind === 'unknown-call' || kind === 'function-pointer' || kind === 'not-modelled',
  );
  return left === undefined ? '' : `; ${left.text}`;
}
