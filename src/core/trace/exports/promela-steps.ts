/** Visible steps as options of a Promela process. Written from the specification, not from the machine's code. */
import type { Step } from '../../program/ir.js';
import { downgrade, lockOptions, trylock, unlock } from './promela-locks.js';
import type { ThreadWriter } from './promela-words.js';
import {
  STAY,
  any,
  callbackMask,
  die,
  goTo,
  graceMask,
  irqMask,
  orDie,
  quiesce,
  setVar,
} from './promela-words.js';

/** The options of the point: lines that begin with `::`. */
export function visibleOption(writer: ThreadWriter, point: number): readonly string[] {
  const { model, thread, index } = writer;
  const at = thread.points[point];
  const step = thread.steps[at?.step ?? -1];
  if (at === undefined || step === undefined) return [];
  const here = `MAY_RUN(${index}) && pc[${index}] == ${point}`;
  const next = goTo(step.next);
  const when = (guard: string, body: string): readonly string[] => [
    `:: ${here}${guard === '' ? '' : ` && ${guard}`} -> ${body}`,
  ];
  const always = (body: string): readonly string[] => when('', body);

  switch (step.op) {
    case 'load':
    case 'store':
    case 'exchange':
      return always(access(writer, step));
    case 'alloc':
      return always(alloc(writer, step, thread.spares.get(at.step) ?? []));
    case 'free':
    case 'free_rcu':
    case 'poison':
    case 'offline':
    case 'remove':
      return always(life(writer, step));
    case 'reuse':
      return model.pages.flatMap((_, page) => when(`page[${page}] == 1`, `page[${page}] = 2; ${next}`));
    case 'lock':
      return lockOptions(writer, at.lock, step, here);
    case 'trylock':
      return always(trylock(writer, at.lock, step));
    case 'unlock':
      return always(unlock(writer, at.lock, step));
    case 'downgrade':
      return always(downgrade(writer, at.lock, next));
    case 'rcu_read_lock':
      return always(`MORE(rcu[${index}]); ${next}`);
    case 'rcu_read_unlock':
      return always(
        orDie('double-unlock', `rcu[${index}] == 0`, `LESS(rcu[${index}]); ${quiesce(model, index)}${next}`),
      );
    case 'irq_off':
      return always(`MORE(irq[${index}]); ${next}`);
    case 'irq_on':
      return always(`LESS(irq[${index}]); ${quiesce(model, index)}${next}`);
    case 'preempt_off':
      return always(`MORE(preempt[${index}]); ${next}`);
    case 'preempt_on':
      return always(
        orDie(
          'double-unlock',
          `preempt[${index}] == 0`,
          `LESS(preempt[${index}]); ${quiesce(model, index)}${next}`,
        ),
      );
    case 'synchronize_rcu':
      return waiting(index, here, next, graceMask(model, index), true);
    case 'flush':
      return waiting(
        index,
        here,
        next,
        model.scenario.arch.flushWaitsForIrqsOff ? irqMask(model, index) : '0',
        false,
      );
    case 'ipi_sync':
      return waiting(index, here, next, irqMask(model, index), false);
    case 'stop_machine':
      return when(...stopMachine(writer, next));
    case 'end_stop_machine':
      return always(orDie('double-unlock', `stopper != ${index + 1}`, `stopper = 0; ${next}`));
    case 'sleep':
      return always(orDie('sleep-in-atomic', `ATOMIC(${index})`, next));
    case 'choose':
      return step.targets.flatMap((to) => always(goTo(to)));
    default:
      return always(pause(writer, step));
  }
}

/** A step that only its own thread can see, at which it pauses. */
function pause(writer: ThreadWriter, step: Step): string {
  const next = goTo(step.next);
  switch (step.op) {
    case 'branch': {
      const condition = writer.expression(step.condition);
      return `c_code { now.x = v_truth(${condition}); }; if :: x != 0 -> ${goTo(step.then)} :: x != 1 -> ${goTo(step.else)} fi`;
    }
    case 'let':
      return `${setVar(writer, step.dst, writer.expression(step.value))}; ${next}`;
    case 'call':
      return step.dst === undefined ? next : `${setVar(writer, step.dst, 'V_UNKNOWN')}; ${next}`;
    case 'return':
      return goTo(-1);
    default:
      return next;
  }
}

/** When stop_machine() may begin, or is wrong; and what it does then. */
function stopMachine({ model, index }: ThreadWriter, next: string): readonly [guard: string, body: string] {
  const busy = model.threads.flatMap((_, other) =>
    other === index ? [] : [`irq[${other}] > 0`, `preempt[${other}] > 0`],
  );
  return [
    `(ATOMIC(${index}) || (stopper == 0 && !${any(busy)}))`,
    orDie('sleep-in-atomic', `ATOMIC(${index})`, `stopper = ${index + 1}; ${next}`),
  ];
}

/** The first spare page that is left becomes a table. */
function alloc(writer: ThreadWriter, step: Extract<Step, { op: 'alloc' }>, pages: readonly number[]): string {
  const set = (value: string): string => setVar(writer, step.dst, value);
  const taken = pages.map((page, order) => {
    const earlier = pages.slice(0, order).map((other) => ` && page[${other}] != 6`);
    return `:: page[${page}] == 6${earlier.join('')} -> page[${page}] = 0; ${set(`V_TABLE(${page})`)}`;
  });
  return `if ${taken.join(' ')} :: else -> ${set('0')} fi; ${goTo(step.next)}`;
}

/** x: pointer, y: its page, z: its index, w: number of the entry. */
function access(writer: ThreadWriter, step: Extract<Step, { op: 'load' | 'store' | 'exchange' }>): string {
  const { model, expression } = writer;
  const next = goTo(step.next);
  const set = (value: string): string => (step.op === 'store' ? 'skip' : setVar(writer, step.dst, value));
  const write = step.op === 'load' ? '' : `cell[w] = z; `;
  const value = step.op === 'load' ? '' : `c_code { now.z = v_byte(${expression(step.value)}); }; `;
  if (model.pages.length === 0) return `${set('V_UNKNOWN')}; ${next}`;
  return [
    `c_code { now.x = v_pointer(${expression(step.op === 'load' ? step.from : step.to)}); now.y = v_page(now.x); now.z = v_leads(now.x); };`,
    'if',
    `:: z == 1 -> ${die('null-descent')}`,
    `:: z == 2 -> ${die('leaf-descent')}`,
    `:: z == 3 -> ${die('bogus-descent')}`,
    `:: z == 4 -> ${set('V_UNKNOWN')}; ${next}`,
    ':: z == 0 ->',
    'if',
    `:: page[y] == 1 || page[y] == 6 -> ${die('use-after-free')}`,
    `:: page[y] == 2 || page[y] == 3 -> ${die('bogus-descent')}`,
    `:: page[y] == 4 || page[y] == 5 -> ${die('removed-memory')}`,
    ':: else ->',
    'c_code { now.z = v_index(now.x); now.w = LENGTH[now.y]; };',
    'if :: z == 63 -> z = 0; do :: z + 1 < w -> z = z + 1 :: break od :: else -> skip fi;',
    `if :: z < 0 || z >= w -> ${set('V_UNKNOWN')}; ${next}`,
    `:: else -> c_code { now.w = FIRST[now.y] + now.z; }; ${value}${set('v_entry(now.cell[now.w])')}; ${write}${next}`,
    'fi',
    'fi',
    'fi',
  ].join(' ');
}

function life(
  { model, expression }: ThreadWriter,
  step: Extract<Step, { op: 'free' | 'free_rcu' | 'poison' | 'offline' | 'remove' }>,
): string {
  const next = goTo(step.next);
  if (model.pages.length === 0) return next;
  const fixed = any(model.pages.flatMap((page, number) => (page.isStatic ? [`x == ${number}`] : [])));
  const twice = 'page[x] == 1 || page[x] == 2';
  const effects: Readonly<Record<typeof step.op, string>> = {
    free: `if :: ${twice} -> ${die('use-after-free')} :: else -> page[x] = 1; ${next} fi`,
    free_rcu: model.usesCallbacks
      ? `if :: ${twice} -> ${die('use-after-free')} :: else -> if :: callback[x] == 0 -> callback[x] = 128 + ${callbackMask(model)} :: else -> skip fi; ${next} fi`
      : next,
    poison: `page[x] = 3; ${next}`,
    offline: `page[x] = 4; ${next}`,
    remove: `page[x] = 5; ${next}`,
  };
  return `c_code { now.x = v_page(${expression(step.page)}); }; if :: x < 0 || ${fixed} -> ${next} :: else -> ${effects[step.op]} fi`;
}

/** A grace period or an IPI: what the others were doing when it began. */
function waiting(
  index: number,
  here: string,
  next: string,
  mask: string,
  isSleeping: boolean,
): readonly string[] {
  const sleeps = isSleeping ? `ATOMIC(${index})` : 'false';
  return [
    `:: ${here} && (${sleeps} || wait[${index}] == 0 || wait[${index}] == 128) -> if :: ${sleeps} -> ${die('sleep-in-atomic')} :: else -> ` +
      `if :: wait[${index}] == 128 -> wait[${index}] = 0; ${next} :: wait[${index}] == 0 && ${mask} == 0 -> ${next} ` +
      `:: wait[${index}] == 0 && ${mask} != 0 -> wait[${index}] = 128 + ${mask}; ${STAY} fi fi`,
  ];
}
