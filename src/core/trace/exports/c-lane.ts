/** A thread of a model as a C function: a switch over its steps, each of which that others can see waits for its turn. */
import { isVisible } from '../../machine/points.js';
import type { Model, ModelThread } from '../../machine/model.js';
import { END, type Step } from '../../program/ir.js';
import { cExpression } from './c-expression.js';
import { localStep, visibleStep, type LaneWriter } from './c-steps.js';

export function laneOfThread(model: Model, thread: ModelThread, index: number): string {
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

/** The name of the function of a thread. */
export function laneFunction(name: string, index: number): string {
  return `${name.replace(/[^A-Za-z0-9_]/g, '_')}_${index}`;
}

/** A visible step asks for the baton first; one that cannot run, or stays where it is, is tried again in its next turn. */
function stepLines(writer: LaneWriter, step: Step, number: number): readonly string[] {
  const { thread, index } = writer;
  const isPoint = (thread.pointOf[number] ?? -1) >= 0;
  const turn = isPoint
    ? [
        'for (i = 0; i < (int)(sizeof(v) / sizeof(v[0])); i++) v[i] = v_keep(v[i], LENGTH);',
        `begin(${index});`,
        `if (stopped_by_other(${index})) { finish(${index}, BLOCKED); break; }`,
      ]
    : [];
  const body = isVisible(step) ? visibleStep(writer, step, number) : localStep(writer, step);
  const place =
    step.at !== undefined && step.at.line > 0
      ? [`#line ${step.at.line} ${JSON.stringify(step.at.file)}`]
      : [];
  return [...turn.map((line) => `\t\t${line}`), ...place, ...body.map((line) => `\t\t${line}`)];
}
