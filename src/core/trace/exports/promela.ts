/**
 * Model -> Promela, for Spin: one option per visible step, explicit program counters, processes that never end, `dead` as the
 * end of a run. Everything that a step does is one atomic sequence, so Spin stores exactly the states that the explorer
 * stores, and its own initial state. Kinds are printed when they are met first: one run finds all of them.
 */
import { laneName } from '../../machine/model.js';
import type { Model } from '../../machine/model.js';
import { VIOLATION_KINDS, violationClass } from '../../machine/scenario.js';
import type { ViolationKind } from '../../machine/scenario.js';
import { proctype, startOf } from './promela-lane.js';
import { AT_DEAD, kindNumber } from './promela-words.js';
import values from './values.c';

/** The whole model as text: `spin -a`, `cc -DSAFETY -DNOREDUCE pan.c`, `./pan -E -m1000000`. */
export function exportPromela(model: Model): string {
  return [
    ...heading(model),
    'c_decl {',
    ...cComments(values),
    `static const int FIRST[] = {${[...model.pages.map((page) => page.firstCell), 0].join(', ')}};`,
    `static const int LENGTH[] = {${[...model.pages.map((page) => page.entries.length), 0].join(', ')}};`,
    'static int seen[16];',
    'static void meet(int kind) { if (!seen[kind]) { seen[kind] = 1; printf("kind %d\\n", kind); } }',
    '}',
    '',
    ...variables(model),
    ...model.threads.flatMap((thread, index) => proctype(model, thread, index)),
    ...callbackLane(model),
    ...watchdog(model),
    ...initialiser(model),
    '',
  ].join('\n');
}

/** Spin reads the text between the braces of c_decl; C comments in it only slow it down. */
function cComments(text: string): readonly string[] {
  return text
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
}

/** Kinds that a run of the verifier printed. */
export function kindsOfOutput(output: string): readonly ViolationKind[] {
  const numbers = new Set([...output.matchAll(/^kind (\d+)$/gm)].map((match) => Number(match[1])));
  return VIOLATION_KINDS.filter((kind) => numbers.has(kindNumber(kind)));
}

function heading(model: Model): readonly string[] {
  const { title, arch } = model.scenario;
  const kinds = VIOLATION_KINDS.filter((kind) => violationClass(kind) !== 'info').map(
    (kind) => `${kindNumber(kind)} ${kind}`,
  );
  return [
    '/*',
    ` * ${title.replaceAll('*/', '')} (${arch.name})`,
    ' * spin -a THIS; cc -O2 -DSAFETY -DNOREDUCE -o pan pan.c; ./pan -E -m1000000',
    ` * dead: ${kinds.join(', ')}`,
    ` * pages: ${model.pages.map((page, index) => `${index} ${page.name}`).join(', ')}`,
    ` * locks: ${model.locks.map((lock, index) => `${index} ${lock.name}`).join(', ')}`,
    ' * page: 0 live, 1 freed, 2 reused, 3 poisoned, 4 offline, 5 removed, 6 not in use yet',
    ' * wait: 64 a writer in line, 128 + mask of the threads that a grace period or an IPI still waits for',
    ' */',
  ];
}

function variables(model: Model): readonly string[] {
  const threads = model.threads.length;
  const isWide = model.threads.some((thread) => thread.points.length > 254);
  const atLeast = (count: number): number => Math.max(1, count);
  return [
    'byte dead;',
    'byte stopper;',
    `byte cell[${atLeast(model.cells)}];`,
    `byte page[${atLeast(model.pages.length)}];`,
    ...(model.usesCallbacks ? [`byte callback[${model.pages.length}];`] : []),
    `byte writer[${atLeast(model.locks.length)}];`,
    `byte reads[${atLeast(model.locks.length * threads)}];`,
    `${isWide ? 'short' : 'byte'} pc[${threads}];`,
    `byte wait[${threads}];`,
    `byte rcu[${threads}];`,
    `byte irq[${threads}];`,
    `byte preempt[${threads}];`,
    ...model.threads.map((thread, index) => `int v${index}[${atLeast(thread.vars.length)}];`),
    '/* scratch: zero between steps */',
    'int x; int y; int z; int w;',
    '',
    `#define READER(t) (rcu[t] > 0${model.scenario.arch.rcuWaitsForIrqsOff ? ' || irq[t] > 0 || preempt[t] > 0' : ''})`,
    '#define ATOMIC(t) (rcu[t] > 0 || irq[t] > 0 || preempt[t] > 0 || stopper == t + 1)',
    '#define MAY_RUN(t) (dead == 0 && (stopper == 0 || stopper == t + 1))',
    '#define MORE(n) n = (n < 15 -> n + 1 : n)',
    '#define LESS(n) n = (n > 0 -> n - 1 : n)',
    `#define DIE(k) dead = k; c_code { meet(now.dead); }; at = ${AT_DEAD}`,
    '',
  ];
}

function callbackLane(model: Model): readonly string[] {
  if (!model.usesCallbacks) return [];
  const uaf = kindNumber('use-after-free');
  const options = model.pages.map(
    (page, index) =>
      `  :: atomic { dead == 0 && stopper == 0 && callback[${index}] == 128 -> /* ${page.name} */ ` +
      `if :: page[${index}] == 1 || page[${index}] == 2 -> dead = ${uaf}; c_code { meet(now.dead); } :: else -> callback[${index}] = 0; page[${index}] = 1 fi }`,
  );
  return [
    `/* ${laneName(model, model.threads.length)}: callbacks whose grace period is over */`,
    'proctype callbacks()',
    '{',
    'end:',
    '  do',
    ...options,
    '  od',
    '}',
    '',
  ];
}

/** Nothing can move, and some thread that should is not at its end. */
function watchdog(model: Model): readonly string[] {
  const stuck = model.threads.flatMap((thread, index) => {
    if (thread.role === 'environment') return [];
    const resting = thread.points.flatMap((point, number) =>
      thread.steps[point.step]?.op === 'reuse' ? [` && pc[${index}] != ${number}`] : [],
    );
    return [`(pc[${index}] != ${thread.points.length}${resting.join('')})`];
  });
  if (stuck.length === 0) return [];
  const kind = kindNumber('deadlock');
  return [
    'proctype watchdog()',
    '{',
    'end:',
    '  do',
    `  :: atomic { timeout && dead == 0 && (${stuck.join(' || ')}) -> dead = ${kind}; c_code { meet(now.dead); } }`,
    '  od',
    '}',
    '',
  ];
}

function initialiser(model: Model): readonly string[] {
  const cells = model.pages.flatMap((page, index) => [
    ...(page.isSpare ? [`page[${index}] = 6;`] : []),
    ...page.entries.flatMap((entry, at) => (entry === 0 ? [] : [`cell[${page.firstCell + at}] = ${entry};`])),
  ]);
  const starts = model.threads.map((thread, index) => `    ${startOf(model, thread, index)}`);
  const runs = [
    ...model.threads.map((_, index) => `run lane${index}()`),
    ...(model.usesCallbacks ? ['run callbacks()'] : []),
    ...(model.threads.some((thread) => thread.role !== 'environment') ? ['run watchdog()'] : []),
  ];
  return [
    'init',
    '{',
    '  short at;',
    '  atomic {',
    `    ${cells.join(' ')}`,
    ...starts,
    `    ${runs.join('; ')}`,
    '  }',
    '}',
  ];
}
