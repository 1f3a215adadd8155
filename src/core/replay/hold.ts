/** Protections put around a walk: what its callers hold, and what `--with` adds. */
import type { Held } from '../analysis/held.js';
import { holding, parseLockName } from '../analysis/held.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Protection } from '../kernel/types.js';
import { END, type LockMode, type Op, type Step, type ThreadProgram } from '../program/ir.js';
import { withSuccessors } from '../program/graph.js';
import { givenAwayAt } from './given-away.js';

/** One thing to hold over the whole walk. */
export interface Holding {
  readonly protection: string;
  readonly name: string;
  readonly mode: LockMode;
  readonly effect: Protection['effect'];
  /** As people write it. */
  readonly text: string;
  /** The lock of an object that was not said (`mmap_read_lock`): of the mm whose tables are walked. */
  readonly isOfWalkedMm?: true;
}

/** Reads `get_online_mems`, `mmap_write_lock(&init_mm)`, `rcu_read_lock`, `local_irq_save`; undefined when it is no protection that can be taken, and `spin_lock` without a lock. */
export function readProtection(text: string, knowledge: Knowledge): readonly Holding[] | undefined {
  const [, api = text.trim(), argument] = /^(\w+)\s*(?:\((.*)\)\s*)?;?$/.exec(text.trim()) ?? [];
  const instance = (argument ?? '').trim().replace(/^&/, '');
  const last = /\b(\w+)\W*$/.exec(instance)?.[1];
  const calls = knowledge.lockCalls(api, () => last);
  const taken = calls.filter(
    ({ call, protection }) =>
      call.effect === 'acquire' &&
      protection.effect.kind !== 'none' &&
      protection.effect.kind !== 'reference',
  );
  const isNameless = last === undefined && taken.some(({ call }) => call.instance?.as === 'lock-address');
  if (taken.length === 0 || isNameless) return undefined;
  return taken.map(({ protection, call }) => {
    const owner = call.instance?.as === 'lock-address' ? instance.replace(/(->|\.)\w+$/, '') : instance;
    const named = call.instance !== undefined && owner !== '';
    return {
      protection: protection.id,
      name: named ? `${protection.id}(${owner})` : protection.id,
      mode: call.mode === 'read' ? 'read' : 'write',
      effect: protection.effect,
      text: text.trim(),
      ...(call.instance !== undefined && owner === '' ? { isOfWalkedMm: true } : {}),
    };
  });
}

/** What a lockset holds, as something to put around a walk. Classes that the tables do not know stay out. */
export function holdingsOf(
  held: Held,
  protectionOf: (id: string) => Protection | undefined,
): readonly Holding[] {
  return holding(held).flatMap(({ name, mode }) => {
    const protection = protectionOf(parseLockName(name).class);
    if (!protection || protection.effect.kind === 'none' || protection.effect.kind === 'reference') return [];
    return [{ protection: protection.id, name, mode, effect: protection.effect, text: name }];
  });
}

/** Those that sleep to be taken, those that spin, and the states of the CPU: the order in which callers can have taken them. */
export function inTakingOrder(holdings: readonly Holding[]): readonly Holding[] {
  const rank = ({ effect }: Holding): number =>
    effect.kind !== 'lock' ? 2 : effect.lock === 'spinlock' || effect.lock === 'rwlock' ? 1 : 0;
  return [...holdings].sort((one, other) => rank(one) - rank(other));
}

/** The locks of a scenario, as far as they tell which of a walk's holdings is which of them. */
export interface ScenarioLocks {
  readonly locks: readonly string[];
  /** The scenario has the tables of the kernel alone: the walked mm is init_mm. */
  readonly isKernel: boolean;
  /** The mm that is walked, as the holdings name it (`info->mm`). */
  readonly mm: string | undefined;
}

/**
 * Holdings by the names that the scenario has for them: `mmap_lock(vma->vm_mm)` is the lock of the one process whose tables there
 * are, a lock of which the scenario has only one goes by its class. What two of them have in common is held once.
 */
export function inScenario(
  holdings: readonly Holding[],
  { locks, isKernel, mm }: ScenarioLocks,
): readonly Holding[] {
  const nameOf = ({ name, isOfWalkedMm }: Holding): string => {
    const { class: of, instance } = parseLockName(name);
    const walked = `${of}(${isKernel ? 'init_mm' : 'mm'})`;
    if (isOfWalkedMm && locks.includes(walked)) return walked;
    if (instance === undefined || locks.includes(name)) return name;
    if (locks.includes(of)) return of;
    if (isKernel && instance === mm) return `${of}(init_mm)`;
    const isOfProcess = !isKernel && instance !== 'init_mm' && locks.includes(`${of}(mm)`);
    return isOfProcess || /(^|\W|_)mm\)?$/.test(instance) ? `${of}(mm)` : name;
  };
  const found = new Map<string, Holding>();
  for (const each of holdings) {
    const name = nameOf(each);
    const before = found.get(name);
    found.set(name, { ...each, name, mode: before?.mode === 'write' ? 'write' : each.mode });
  }
  return [...found.values()];
}

/** The program as it would be without some protections (rows of kernel/protections.ts): what takes them and lets them go is left out. */
export function withoutProtections(program: ThreadProgram, without: ReadonlySet<string>): ThreadProgram {
  if (without.size === 0) return program;
  const states = statesOf(without);
  const steps = program.steps.map((step): Step => {
    const rest = { next: step.next, text: step.text, ...(step.at ? { at: step.at } : {}) };
    if (states.has(step.op)) return { op: 'nop', ...rest };
    if (!('lock' in step) || !without.has(step.lock.class)) return step;
    return step.op === 'trylock'
      ? { op: 'let', dst: step.dst, value: { kind: 'int', value: 1 }, ...rest }
      : { op: 'nop', ...rest };
  });
  return { ...program, steps };
}

/** Of protections that are to be left out, those that neither the program takes nor its callers hold: an answer without them is one with them. */
export function notTaken(
  program: ThreadProgram,
  callersHold: readonly Holding[],
  without: ReadonlySet<string>,
): readonly string[] {
  const takes = (id: string): boolean => {
    const states = statesOf(new Set([id]));
    return program.steps.some((step) => states.has(step.op) || ('lock' in step && step.lock.class === id));
  };
  return [...without].filter((id) => !callersHold.some(({ protection }) => protection === id) && !takes(id));
}

/** The steps that enter or leave the states of the CPU among some protections. */
const statesOf = (protections: ReadonlySet<string>): ReadonlySet<string> =>
  new Set(Object.entries(CONTEXT_OF).flatMap(([id, kind]) => (protections.has(id) ? CONTEXT[kind] : [])));

const CONTEXT = {
  rcu: ['rcu_read_lock', 'rcu_read_unlock'],
  'irqs-off': ['irq_off', 'irq_on'],
  'preempt-off': ['preempt_off', 'preempt_on'],
  'stop-machine': ['stop_machine', 'end_stop_machine'],
} as const;

/** The states of the CPU by the rows of kernel/protections.ts. */
const CONTEXT_OF = {
  rcu: 'rcu',
  irq: 'irqs-off',
  preempt: 'preempt-off',
  'stop-machine': 'stop-machine',
} as const satisfies Readonly<Record<string, keyof typeof CONTEXT>>;

function enter({ effect, name, protection, mode }: Holding): Op | undefined {
  if (effect.kind === 'lock') return { op: 'lock', lock: { class: protection, name }, mode };
  return effect.kind in CONTEXT ? { op: CONTEXT[effect.kind as keyof typeof CONTEXT][0] } : undefined;
}

function leave({ effect, name, protection, mode }: Holding): Op | undefined {
  if (effect.kind === 'lock') return { op: 'unlock', lock: { class: protection, name }, mode };
  return effect.kind in CONTEXT ? { op: CONTEXT[effect.kind as keyof typeof CONTEXT][1] } : undefined;
}

/**
 * The program with the holdings taken before its first step and let go, last first, wherever it ends; but for those that it has given
 * away there (replay/given-away.ts).
 */
export function holdAround(program: ThreadProgram, holdings: readonly Holding[]): ThreadProgram {
  const before = holdings.flatMap((each) => stepFor(enter(each), each.text));
  const shift = before.length;
  const tails: Step[] = [];
  const exits = new Map<string, number>();
  const exitFor = (gone: readonly string[]): number => {
    const left = holdings.filter(({ name }) => !gone.includes(name)).reverse();
    const after = left.flatMap((each) => stepFor(leave(each), each.text));
    if (after.length === 0) return END;
    const key = left.map(({ name }) => name).join();
    const exit = exits.get(key) ?? shift + program.steps.length + tails.length;
    if (!exits.has(key)) tails.push(...chained(after, exit, END));
    exits.set(key, exit);
    return exit;
  };
  const moved = program.steps.map((step): Step => {
    const gone = givenAwayAt(step);
    const own: Step = gone.length === 0 ? step : { op: 'nop', next: step.next, text: step.text };
    return withSuccessors(own, (to) => (to === END ? exitFor(gone) : to + shift));
  });
  return { ...program, steps: [...chained(before, 0, shift), ...moved, ...tails] };
}

const chained = (
  steps: readonly (Op & { readonly text: string })[],
  from: number,
  last: number,
): readonly Step[] =>
  steps.map((step, index) => ({ ...step, next: index === steps.length - 1 ? last : from + index + 1 }));

function stepFor(op: Op | undefined, text: string): readonly (Op & { readonly text: string })[] {
  return op ? [{ ...op, text }] : [];
}
