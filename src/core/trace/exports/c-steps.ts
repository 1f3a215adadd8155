/** What each step does, in C, on what harness.c has: the lines of its case. */
import type { Model, ModelThread } from '../../machine/model.js';
import { END, type Step } from '../../program/ir.js';
import type { cExpression } from './c-expression.js';

export interface LaneWriter {
  readonly model: Model;
  readonly thread: ModelThread;
  readonly index: number;
  readonly expression: ReturnType<typeof cExpression>;
}

export const go = (to: number): string => `at = ${to};`;

/** A step that only its own thread can see. */
export function localStep({ thread, expression }: LaneWriter, step: Step): readonly string[] {
  switch (step.op) {
    case 'let':
      return [`v[${thread.vars.indexOf(step.dst)}] = ${expression(step.value)}; ${go(step.next)}`];
    case 'branch':
      return [
        `r = v_truth(${expression(step.condition)}); at = (r == 2 ? pick(2) == 0 : r) ? ${step.then} : ${step.else};`,
      ];
    case 'choose':
      return step.targets.length < 2
        ? [go(step.targets[0] ?? END)]
        : [
            `switch (pick(${step.targets.length})) { ${step.targets.map((to, way) => `case ${way}: ${go(to)} break;`).join(' ')} }`,
          ];
    case 'call':
      return [
        ...(step.dst === undefined ? [] : [`v[${thread.vars.indexOf(step.dst)}] = V_UNKNOWN;`]),
        go(step.next),
      ];
    case 'return':
      return [go(END)];
    default:
      return [go(step.next)];
  }
}

/** A step that others can see; `number` is its own. */
export function visibleStep(
  { model, thread, index, expression }: LaneWriter,
  step: Step,
  number: number,
): readonly string[] {
  const point = thread.points[thread.pointOf[number] ?? -1];
  const lock = point?.lock ?? -1;
  const assign: Assign = (name, value) => `v[${thread.vars.indexOf(name)}] = ${value};`;
  const result = (call: string): readonly string[] => [
    `r = ${call}; if (r != DONE) { finish(${index}, r); break; } ${go(step.next)}`,
  ];
  const isRead = 'mode' in step && step.mode === 'read' ? 1 : 0;
  switch (step.op) {
    case 'load':
    case 'store':
    case 'exchange':
      return access(step, expression, assign);
    case 'alloc':
      return alloc(step, thread.spares.get(number) ?? [], assign);
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return life(model, step, expression(step.page));
    case 'reuse':
      return result(`reuse_step(${index})`);
    case 'lock':
      return result(`LOCK(${index}, ${lock}, ${isRead})`);
    case 'unlock':
      return result(`UNLOCK(${index}, ${lock}, ${isRead})`);
    case 'trylock':
      return result(`try_step(${index}, ${lock}, ${isRead}, &v[${thread.vars.indexOf(step.dst)}])`);
    case 'downgrade':
      return [
        `if (writer[${lock}] != ${index + 1}) FAIL("double-unlock", 41);`,
        `writer[${lock}] = 0; reads[${lock}][${index}]++; ${go(step.next)}`,
      ];
    case 'rcu_read_lock':
      return [`rcu[${index}]++; ${go(step.next)}`];
    case 'rcu_read_unlock':
      return [
        `if (rcu[${index}] == 0) FAIL("double-unlock", 41);`,
        `rcu[${index}]--; quiesce(${index}); ${go(step.next)}`,
      ];
    case 'irq_off':
      return [`irq[${index}]++; ${go(step.next)}`];
    case 'irq_on':
      return [`if (irq[${index}]) irq[${index}]--; quiesce(${index}); ${go(step.next)}`];
    case 'preempt_off':
      return [`preempt[${index}]++; ${go(step.next)}`];
    case 'preempt_on':
      return [
        `if (preempt[${index}] == 0) FAIL("double-unlock", 41);`,
        `preempt[${index}]--; quiesce(${index}); ${go(step.next)}`,
      ];
    case 'synchronize_rcu':
      return [`SLEEP_CHECK(${index});`, ...result(`wait_step(${index}, grace(${index}), 0)`)];
    case 'flush':
      return result(
        `wait_step(${index}, ${model.scenario.arch.flushWaitsForIrqsOff ? `irqs_off(${index})` : '0'}, 1)`,
      );
    case 'ipi_sync':
      return result(`wait_step(${index}, irqs_off(${index}), 1)`);
    case 'stop_machine':
      return [`SLEEP_CHECK(${index});`, ...result(`stop_step(${index})`)];
    case 'end_stop_machine':
      return [`if (stopper != ${index}) FAIL("double-unlock", 41);`, `stopper = -1; ${go(step.next)}`];
    case 'sleep':
      return [`SLEEP_CHECK(${index}); ${go(step.next)}`];
    default:
      return [go(step.next)];
  }
}

type Assign = (name: string, value: string) => string;

function access(
  step: Extract<Step, { op: 'load' | 'store' | 'exchange' }>,
  expression: LaneWriter['expression'],
  assign: Assign,
): readonly string[] {
  const entry = `entry = address(${expression(step.op === 'load' ? step.from : step.to)});`;
  switch (step.op) {
    case 'load':
      return [
        `${entry} value = *entry; if (entry == &nowhere) value = V_UNKNOWN;`,
        `${assign(step.dst, 'value')} ${go(step.next)}`,
      ];
    case 'store':
      return [`${entry} *entry = v_entry(v_byte(${expression(step.value)})); ${go(step.next)}`];
    case 'exchange':
      return [
        `${entry} i = v_entry(v_byte(${expression(step.value)})); value = *entry; *entry = i; if (entry == &nowhere) value = V_UNKNOWN;`,
        `${assign(step.dst, 'value')} ${go(step.next)}`,
      ];
  }
}

/** The first spare page that is left becomes a table. */
function alloc(
  step: Extract<Step, { op: 'alloc' }>,
  spares: readonly number[],
  assign: Assign,
): readonly string[] {
  const tests = spares.map(
    (page) =>
      `if (state[${page}] == SPARE) { state[${page}] = LIVE; mem[${page}] = fresh(${page}); ${assign(step.dst, `V_TABLE(${page})`)} } else`,
  );
  return [`${tests.join(' ')} ${assign(step.dst, '0')}`, go(step.next)];
}

function life(
  model: Model,
  step: Extract<Step, { op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove' }>,
  page: string,
): readonly string[] {
  const fixed = model.pages.flatMap((each, number) => (each.isStatic ? [` && i != ${number}`] : [])).join('');
  const effects: Readonly<Record<typeof step.op, string>> = {
    free: 'free(mem[i]); state[i] = FREED;',
    free_rcu: `if (state[i] == FREED || state[i] == REUSED) free(mem[i]); if (!callback[i]) callback[i] = 0x80 | grace(ALL);`,
    poison: 'free(mem[i]); state[i] = POISONED;',
    offline: 'state[i] = OFFLINE;',
    remove: 'state[i] = REMOVED;',
  };
  return [`i = v_page(${page}); if (i >= 0${fixed}) { ${effects[step.op]} } ${go(step.next)}`];
}
