/** A thread of the model as a process of Promela: an option for each point, and the local steps between points. */
import { END } from '../../program/ir.js';
import type { Model, ModelThread } from '../../machine/model.js';
import { placeToRace } from '../language/from-program.js';
import { printPlace } from '../language/print.js';
import { cExpression } from './c-expression.js';
import { visibleOption } from './promela-steps.js';
import type { ThreadWriter } from './promela-words.js';
import { AT_DEAD, AT_END, AT_STAY, goTo, holds, kindNumber } from './promela-words.js';

/** The process of a thread. */
export function proctype(model: Model, thread: ModelThread, index: number): readonly string[] {
  const writer = writerOf(model, thread, index);
  const options = thread.points.flatMap((point, number) => {
    const step = thread.steps[point.step];
    if (step === undefined) return [];
    const place = step.at === undefined ? '' : ` ${printPlace(placeToRace(step.at))}`;
    return [
      `    /* ${step.op}${place.replaceAll('*/', '')} */`,
      ...visibleOption(writer, number).map((line) => `    ${line}`),
    ];
  });
  return [
    `/* ${thread.name.replaceAll('*/', '')} */`,
    `proctype lane${index}()`,
    '{',
    '  short at;',
    'end:',
    '  do',
    '  :: atomic {',
    '    if',
    ...(options.length === 0 ? ['    :: false -> skip'] : options),
    '    fi;',
    '    do',
    ...localSteps(writer),
    `    :: at == ${AT_STAY} || at == ${AT_DEAD} -> break`,
    '    od;',
    '    at = 0; x = 0; y = 0; z = 0; w = 0',
    '  }',
    '  od',
    '}',
    '',
  ];
}

/** The local steps of a thread, and its arrival at each point. */
function localSteps({ model, thread, index, expression }: ThreadWriter): readonly string[] {
  const lines = thread.steps.flatMap((step, number): readonly string[] => {
    const point = thread.pointOf[number] ?? -1;
    if (point >= 0) return [`    :: at == ${number} -> ${arrive(thread, index, point)}; break`];
    switch (step.op) {
      case 'let': {
        const dst = thread.vars.indexOf(step.dst);
        return [
          `    :: at == ${number} -> c_code { now.v${index}[${dst}] = ${expression(step.value)}; }; ${goTo(step.next)}`,
        ];
      }
      case 'branch': {
        const condition = expression(step.condition);
        return [
          `    :: at == ${number} -> c_code { now.x = v_truth(${condition}); }; if :: x != 0 -> ${goTo(step.then)} :: x != 1 -> ${goTo(step.else)} fi`,
        ];
      }
      case 'choose':
        return [`    :: at == ${number} -> if ${step.targets.map((to) => `:: ${goTo(to)}`).join(' ')} fi`];
      case 'call': {
        const dst =
          step.dst === undefined
            ? ''
            : `c_code { now.v${index}[${thread.vars.indexOf(step.dst)}] = V_UNKNOWN; }; `;
        return [`    :: at == ${number} -> ${dst}${goTo(step.next)}`];
      }
      case 'return':
        return [`    :: at == ${number} -> ${goTo(END)}`];
      default:
        return [`    :: at == ${number} -> ${goTo(step.next)}`];
    }
  });
  const leak = kindNumber('lock-leak');
  const end = `    :: at == ${AT_END} -> ${arrive(thread, index, thread.points.length)}; if :: ${holds(model, index)} -> DIE(${leak}) :: else -> skip fi; break`;
  return [...lines, end];
}

/** At a point: the program counter, dead variables zero, live ones as a register keeps them. */
function arrive(thread: ModelThread, index: number, point: number): string {
  const live = new Set(thread.points[point]?.live ?? []);
  const keep = thread.vars.map((_, name) =>
    live.has(name)
      ? `now.v${index}[${name}] = v_keep(now.v${index}[${name}], LENGTH);`
      : `now.v${index}[${name}] = 0;`,
  );
  return `pc[${index}] = ${point}${keep.length === 0 ? '' : `; c_code { ${keep.join(' ')} }`}`;
}

/** The local steps before a thread's first point; there is no choice among them (compile.ts:choosePoints). */
export function startOf(model: Model, thread: ModelThread, index: number): string {
  const unknown = thread.liveAtStart.map((name) => `now.v${index}[${name}] = V_UNKNOWN;`).join(' ');
  const writer = writerOf(model, thread, index);
  return [
    unknown === '' ? '' : `c_code { ${unknown} };`,
    `${goTo(thread.steps.length === 0 ? END : 0)};`,
    'do',
    ...localSteps(writer),
    'od;',
    'at = 0; x = 0;',
  ].join('\n    ');
}

const writerOf = (model: Model, thread: ModelThread, index: number): ThreadWriter => ({
  model,
  thread,
  index,
  expression: cExpression(model, thread, (number) => `now.v${index}[${number}]`),
});
