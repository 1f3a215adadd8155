/** Protections put around a walk: what its callers hold, and what `--with` adds. */
import type { Held } from '../analysis/held.js';
import { holding, parseLockName } from '../analysis/held.js';
import type { Knowledge } from '../program/lower/context.js';
import type { Protection } from '../kernel/types.js';
import { END, type LockMode, type Op, type Step, type ThreadProgram } from '../program/ir.js';
import { withSuccessors } from '../program/graph.js';

/** One thing to hold over the whole walk. */
export interface Holding {
  readonly protection: string;
  readonly name: string;
  readonly mode: LockMode;
  readonly effect: Protection['effect'];
  /** As people write it. */
  readonly text: string;
}

/** Reads `get_online_mems`, `mmap_write_lock(&init_mm)`, `rcu_read_lock`, `local_irq_save`; undefined when it is no protection that can be taken. */
export function readProtection(text: string, knowledge: Knowledge): readonly Holding[] | undefined {
  const [, api = text.trim(), argument] = /^\s*(\w+)\s*(?:\((.*)\))?\s*;?\s*$/.exec(text) ?? [];
  const instance = (argument ?? '').trim().replace(/^&/, '');
  const last = /(\w+)\W*$/.exec(instance)?.[1];
  const calls = knowledge.lockCalls(api, () => last);
  const taken = calls.filter(
    ({ call, protection }) =>
      call.effect === 'acquire' &&
      protection.effect.kind !== 'none' &&
      protection.effect.kind !== 'reference',
  );
  if (taken.length === 0) return undefined;
  return taken.map(({ protection, call }) => {
    const owner = call.instance?.as === 'lock-address' ? instance.replace(/(->|\.)\w+$/, '') : instance;
    const named = call.instance !== undefined && owner !== '';
    return {
      protection: protection.id,
      name: named ? `${protection.id}(${owner})` : protection.id,
      mode: call.mode === 'read' ? 'read' : 'write',
      effect: protection.effect,
      text: text.trim(),
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

const CONTEXT = {
  rcu: ['rcu_read_lock', 'rcu_read_unlock'],
  'irqs-off': ['irq_off', 'irq_on'],
  'preempt-off': ['preempt_off', 'preempt_on'],
  'stop-machine': ['stop_machine', 'end_stop_machine'],
} as const;

function enter({ effect, name, protection, mode }: Holding): Op | undefined {
  if (effect.kind === 'lock') return { op: 'lock', lock: { class: protection, name }, mode };
  return effect.kind in CONTEXT ? { op: CONTEXT[effect.kind as keyof typeof CONTEXT][0] } : undefined;
}

function leave({ effect, name, protection, mode }: Holding): Op | undefined {
  if (effect.kind === 'lock') return { op: 'unlock', lock: { class: protection, name }, mode };
  return effect.kind in CONTEXT ? { op: CONTEXT[effect.kind as keyof typeof CONTEXT][1] } : undefined;
}

/** The program with the holdings taken before its first step and let go, last first, wherever it ends. */
export function holdAround(program: ThreadProgram, holdings: readonly Holding[]): ThreadProgram {
  const before = holdings.flatMap((each) => stepFor(enter(each), each.text));
  const after = [...holdings].reverse().flatMap((each) => stepFor(leave(each), each.text));
  const shift = before.length;
  const exit = shift + program.steps.length;
  const moved = program.steps.map((step) =>
    withSuccessors(step, (to) => (to === END ? (after.length > 0 ? exit : END) : to + shift)),
  );
  const chained = (
    steps: readonly (Op & { readonly text: string })[],
    from: number,
    last: number,
  ): readonly Step[] =>
    steps.map((step, index) => ({ ...step, next: index === steps.length - 1 ? last : from + index + 1 }));
  return { ...program, steps: [...chained(before, 0, shift), ...moved, ...chained(after, exit, END)] };
}

function stepFor(op: Op | undefined, text: string): readonly (Op & { readonly text: string })[] {
  return op ? [{ ...op, text }] : [];
}
