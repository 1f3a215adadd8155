/**
 * Model and schedule -> one C file that forces the schedule. `#line` marks make AddressSanitizer name the kernel's own
 * lines: "READ of size 4 ... in ptdump arch/arm64/mm/dump.c:302 ... freed by ... arch/arm64/mm/mmu.c:1049".
 */
import type { Machine } from '../../machine/machine.js';
import type { Model } from '../../machine/model.js';
import type { LockKind } from '../../machine/scenario.js';
import type { ScheduleStep } from '../../explorer/exploration.js';
import { laneFunction, laneOfThread } from './c-lane.js';
import { picksOf } from './c-schedule.js';
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
    ...threads.map((thread, index) => laneOfThread(model, thread, index)),
    ...callbacks,
    main(model, callbacks.length > 0),
  ].join('\n');
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
