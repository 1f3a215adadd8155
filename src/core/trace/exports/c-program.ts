/**
 * Model and schedule -> one C file that forces the schedule. `#line` marks make AddressSanitizer name the kernel's own
 * lines: "READ of size 4 ... in ptdump arch/arm64/mm/dump.c:302 ... freed by ... arch/arm64/mm/mmu.c:1049".
 */
import { END } from '../../program/ir.js';
import type { Step } from '../../program/ir.js';
import { DISABLED } from '../../machine/bench.js';
import type { Machine } from '../../machine/machine.js';
import { initialState } from '../../machine/machine.js';
import { isVisible } from '../../machine/points.js';
import type { Model, ModelThread } from '../../machine/model.js';
import type { LockKind } from '../../machine/scenario.js';
import type { ScheduleStep } from '../../explorer/exploration.js';
import { cExpression } from './c-expression.js';
import harness from './harness.c';
import values from './values.c';

const KINDS: Readonly<Record<LockKind, string>> = {
  rwsem: 'RWSEM',
  'percpu-rwsem': 'PERCPU',
  mutex: 'MUTEX',
  spinlock: 'SPINLOCK',
  rwlock: 'RWLOCK',
};

/**
 * The whole program: `cc -g -fsanitize=address -pthread`, run it, read the report. An empty schedule runs by chance, by the
 * seed that is its first argument.
 */
export function exportC(machine: Machine, schedule: readonly ScheduleStep[]): string {
  const { model } = machine;
  const { threads, pages, locks } = model;
  const list = (items: readonly (string | number)[]): string => `{ ${[...items, 0].join(', ')} }`;
  const scripted = picksOf(machine, schedule);
  const callbacks = model.usesCallbacks ? [callbackLane(model)] : [];
  return [
    `/* ${model.scenario.title.replaceAll('*/', '')} (${model.scenario.arch.name})`,
    ' * cc -g -fsanitize=address -pthread THIS && ./a.out',
    ' */',
    '#include <pthread.h>',
    '#include <stdio.h>',
    '#include <stdlib.h>',
    '#include <unistd.h>',
    values,
    'enum { RWSEM, PERCPU, MUTEX, SPINLOCK, RWLOCK };',
    `#define LANES ${threads.length + callbacks.length}`,
    `#define LOCKS ${locks.length}`,
    `#define PAGES ${pages.length}`,
    `#define RCU_WAITS ${model.scenario.arch.rcuWaitsForIrqsOff ? 1 : 0}`,
    `#define SCHEDULED ${schedule.length}`,
    'struct turn { unsigned char lane, picks[8]; };',
    `static const struct turn SCHEDULE[] = { ${[...scripted, '{ 0, { 0 } }'].join(', ')} };`,
    '/* Lanes that may wait for ever. */',
    `static const int RESTS[] = ${list([...threads.map(({ role }) => (role === 'environment' ? 1 : 0)), ...callbacks.map(() => 1)])};`,
    `static const int FIRST[] = ${list(pages.map((page) => page.firstCell))};`,
    `static const int LENGTH[] = ${list(pages.map((page) => page.entries.length))};`,
    `static const int INITIAL[] = ${list(pages.flatMap((page) => page.entries))};`,
    `static const int LOCK_KIND[] = { ${[...locks.map(({ kind }) => KINDS[kind]), '0'].join(', ')} };`,
    harness,
    ...threads.map((thread, index) => lane(model, thread, index)),
    ...callbacks,
    main(model, callbacks.length > 0),
  ].join('\n');
}

/**
 * For each scheduled step the choices that it takes, in the order in which the machine asks for them. A lane that can't move there
 * (the schedule is that of another race) stays where it is, and loses its turn in the program, too.
 */
function picksOf(machine: Machine, schedule: readonly ScheduleStep[]): readonly string[] {
  let state = initialState(machine);
  return schedule.map(({ thread, choice }) => {
    const after = stateAfter(machine, state, thread, choice);
    const picks = after === undefined ? [] : machine.picks().slice(0, 8);
    state = after ?? state;
    return `{ ${thread}, { ${picks.length === 0 ? '0' : picks.join(', ')} } }`;
  });
}

/** Undefined: the lane can't move, or not that way. */
function stateAfter(
  machine: Machine,
  state: Uint8Array,
  lane: number,
  choice: number,
): Uint8Array | undefined {
  machine.begin();
  let left = choice;
  do {
    machine.bytes.set(state);
    if (machine.run(lane) !== DISABLED && left-- === 0) return machine.bytes.slice();
  } while (machine.more());
  return undefined;
}

function lane(model: Model, thread: ModelThread, index: number): string {
  const expression = cExpression(model, thread, (number) => `v[${number}]`);
  const name = laneFunction(thread.name, index);
  const cases = thread.steps.map((step, number) =>
    [
      `\tcase ${number}:`,
      ...stepLines({ model, thread, index, expression }, step, number),
      '\t\tbreak;',
    ].join('\n'),
  );
  const unknown = thread.liveAtStart.map((variable) => `\tv[${variable}] = V_UNKNOWN;`);
  return [
    `static void *${name}(void *unused)`,
    '{',
    `\tint v[${Math.max(1, thread.vars.length)}] = { 0 }, at = ${thread.steps.length === 0 ? END : 0}, r = DONE, value = 0;`,
    '\tvolatile int *entry;',
    '\tint i;',
    '',
    '\t(void)unused; (void)value; (void)entry; (void)r; (void)i;',
    ...unknown,
    '\tpthread_mutex_lock(&baton);',
    '\tfor (;;) switch (at) {',
    ...cases,
    '\tdefault:',
    `\t\tif (holding[${index}] && holds_anything(${index}))`,
    '\t\t\tFAIL("lock-leak", 42);',
    `\t\tfinished[${index}] = 1;`,
    `\t\tif (holding[${index}] || turn == ${index})`,
    `\t\t\tfinish(${index}, DONE);`,
    '\t\tpthread_mutex_unlock(&baton);',
    '\t\treturn 0;',
    '\t}',
    '}',
    '',
  ].join('\n');
}

function laneFunction(name: string, index: number): string {
  return `${name.replace(/[^A-Za-z0-9_]/g, '_')}_${index}`;
}

interface LaneWriter {
  readonly model: Model;
  readonly thread: ModelThread;
  readonly index: number;
  readonly expression: ReturnType<typeof cExpression>;
}

/** A visible step asks for the baton first; one that cannot run, or stays where it is, is tried again in its next turn. */
function stepLines(writer: LaneWriter, step: Step, number: number): readonly string[] {
  const { thread, index } = writer;
  const isPoint = (thread.pointOf[number] ?? -1) >= 0;
  const turn = isPoint
    ? [
        'for (i = 0; i < (int)(sizeof(v) / sizeof(v[0])); i++) v[i] = v_keep(v[i]);',
        `begin(${index});`,
        `if (stopped_by_other(${index})) { finish(${index}, BLOCKED); break; }`,
      ]
    : [];
  const body = isVisible(step) ? visible(writer, step, number) : local(writer, step);
  const place =
    step.at !== undefined && step.at.line > 0
      ? [`#line ${step.at.line} ${JSON.stringify(step.at.file)}`]
      : [];
  return [...turn.map((line) => `\t\t${line}`), ...place, ...body.map((line) => `\t\t${line}`)];
}

const go = (to: number): string => `at = ${to};`;

function local({ thread, expression }: LaneWriter, step: Step): readonly string[] {
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

function visible(
  { model, thread, index, expression }: LaneWriter,
  step: Step,
  number: number,
): readonly string[] {
  const point = thread.points[thread.pointOf[number] ?? -1];
  const lock = point?.lock ?? -1;
  const assign = (name: string, value: string): string => `v[${thread.vars.indexOf(name)}] = ${value};`;
  const result = (call: string): readonly string[] => [
    `r = ${call}; if (r != DONE) { finish(${index}, r); break; } ${go(step.next)}`,
  ];
  const isRead = 'mode' in step && step.mode === 'read' ? 1 : 0;
  switch (step.op) {
    case 'load':
      return [
        `entry = address(${expression(step.from)}); value = *entry; if (entry == &nowhere) value = V_UNKNOWN;`,
        `${assign(step.dst, 'value')} ${go(step.next)}`,
      ];
    case 'store':
      return [
        `entry = address(${expression(step.to)}); *entry = v_entry(v_byte(${expression(step.value)})); ${go(step.next)}`,
      ];
    case 'exchange':
      return [
        `entry = address(${expression(step.to)}); i = v_entry(v_byte(${expression(step.value)})); value = *entry; *entry = i; if (entry == &nowhere) value = V_UNKNOWN;`,
        `${assign(step.dst, 'value')} ${go(step.next)}`,
      ];
    case 'alloc': {
      const spares = thread.spares.get(number) ?? [];
      const tests = spares.map(
        (page) =>
          `if (state[${page}] == SPARE) { state[${page}] = LIVE; mem[${page}] = fresh(${page}); ${assign(step.dst, `V_TABLE(${page})`)} } else`,
      );
      return [`${tests.join(' ')} ${assign(step.dst, '0')}`, go(step.next)];
    }
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return life(model, index, step, expression(step.page));
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

function life(
  model: Model,
  index: number,
  step: Extract<Step, { op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove' }>,
  page: string,
): readonly string[] {
  const fixed = model.pages.flatMap((each, number) => (each.isStatic ? [` && i != ${number}`] : [])).join('');
  const effects: Readonly<Record<typeof step.op, string>> = {
    free: 'free(mem[i]); state[i] = FREED;',
    free_rcu: `if (state[i] == FREED || state[i] == REUSED) free(mem[i]); if (!callback[i]) callback[i] = 0x80 | grace(${index});`,
    poison: 'free(mem[i]); state[i] = POISONED;',
    offline: 'state[i] = OFFLINE;',
    remove: 'state[i] = REMOVED;',
  };
  return [`i = v_page(${page}); if (i >= 0${fixed}) { ${effects[step.op]} } ${go(step.next)}`];
}

function callbackLane(model: Model): string {
  const index = model.threads.length;
  return [
    '#line 1 "rcu-callbacks"',
    'static void *rcu_callbacks(void *unused)',
    '{',
    '\tint page, count, which;',
    '',
    '\t(void)unused;',
    '\tpthread_mutex_lock(&baton);',
    '\tfor (;;) {',
    `\t\tbegin(${index});`,
    '\t\tfor (page = count = 0; page < PAGES; page++)',
    '\t\t\tcount += callback[page] == 0x80;',
    '\t\tif (count == 0 || stopper >= 0) {',
    `\t\t\tfinish(${index}, BLOCKED);`,
    '\t\t\tcontinue;',
    '\t\t}',
    '\t\twhich = count > 1 ? pick(count) : (pick(1), 0);',
    '\t\tfor (page = 0; page < PAGES; page++) {',
    '\t\t\tif (callback[page] != 0x80 || which-- != 0)',
    '\t\t\t\tcontinue;',
    '\t\t\tcallback[page] = 0;',
    '\t\t\tfree(mem[page]);',
    '\t\t\tstate[page] = FREED;',
    '\t\t}',
    '\t}',
    '\treturn 0;',
    '}',
    '',
  ].join('\n');
}

function main(model: Model, hasCallbacks: boolean): string {
  const functions = [
    ...model.threads.map((thread, index) => laneFunction(thread.name, index)),
    ...(hasCallbacks ? ['rcu_callbacks'] : []),
  ];
  return [
    '#line 1 "main"',
    'int main(int argc, char **argv)',
    '{',
    `\tstatic void *(*const lanes[])(void *) = { ${functions.join(', ')} };`,
    '\tpthread_t threads[LANES];',
    '\tint i;',
    '',
    '\tseed = argc > 1 ? (unsigned int)atoi(argv[1]) : 1;',
    '\tfor (i = 0; i < PAGES; i++)',
    '\t\tmem[i] = fresh(i);',
    ...model.pages.flatMap((page, index) => (page.isSpare ? [`\tstate[${index}] = SPARE;`] : [])),
    '\tpthread_mutex_lock(&baton);',
    '\tfor (i = 0; i < LANES; i++)',
    '\t\tpthread_create(&threads[i], 0, lanes[i], 0);',
    '\tnext_turn();',
    '\tpthread_mutex_unlock(&baton);',
    '\tpthread_cond_broadcast(&passed);',
    '\tfor (i = 0; i < LANES; i++)',
    '\t\tpthread_join(threads[i], 0);',
    '\treturn 0;',
    '}',
    '',
  ].join('\n');
}
