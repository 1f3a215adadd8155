/** Where each part of a state lies in its bytes. Only what the scenario uses has a place. */
import type { Model } from './model.js';

/** No byte: this part is constant (zero) in the scenario. */
export const ABSENT = -1;

export interface ThreadLayout {
  /** Point where the thread is, low byte first; two bytes when there are more than 254 points. */
  readonly point: number;
  readonly isWide: boolean;
  /** 0, PENDING, or WAITING plus a mask of threads: how far a step that waits has come. */
  readonly wait: number;
  readonly rcu: number;
  readonly irq: number;
  readonly preempt: number;
  /** First of two bytes for each live variable, in the order of the point's `live`. */
  readonly slots: number;
  readonly slotCount: number;
}

export interface Layout {
  /** 0, or 1 + the index of the violation in VIOLATION_KINDS: the end of this run. */
  readonly dead: number;
  /** Free for the explorer: the lane that moved last. */
  readonly lane: number;
  /** 0, or 1 + the thread that runs in stop_machine(). */
  readonly stopper: number;
  readonly cells: number;
  readonly pages: number;
  /** For each page: 0, or CALLBACK plus the readers that its call_rcu() still waits for. */
  readonly callbacks: number;
  /** For each lock: 0, or 1 + the writer. */
  readonly writers: number;
  /** For each lock, for each thread: how often it holds the lock for read. */
  readonly readers: readonly (readonly number[])[];
  readonly threads: readonly ThreadLayout[];
  /** A multiple of four. */
  readonly bytes: number;
}

export const PENDING = 0x40;
export const WAITING = 0x80;
export const CALLBACK = 0x80;
export const MASK = 0x3f;

export function layoutOf(model: Model): Layout {
  let next = 0;
  const take = (bytes: number): number => {
    const at = next;
    next += bytes;
    return at;
  };
  const takeIf = (isUsed: boolean): number => (isUsed ? take(1) : ABSENT);
  const dead = take(1);
  const lane = take(1);
  const stopper = takeIf(model.usesStopMachine);
  const cells = take(model.cells);
  const pages = take(model.pages.length);
  const callbacks = model.usesCallbacks ? take(model.pages.length) : ABSENT;
  const writers = take(model.locks.length);
  const readers = model.locks.map((_, lock) =>
    model.threads.map((thread) =>
      takeIf(
        thread.points.some((point) => {
          const step = thread.steps[point.step];
          if (step === undefined || point.lock !== lock) return false;
          return step.op === 'downgrade' || ('mode' in step && step.mode === 'read');
        }),
      ),
    ),
  );
  const threads = model.threads.map((thread): ThreadLayout => {
    const ops = new Set(thread.steps.map((step) => step.op));
    const takesSpinning = thread.points.some((point) => {
      const kind = model.locks[point.lock]?.kind;
      return kind === 'spinlock' || kind === 'rwlock';
    });
    const isWide = thread.points.length > 254;
    const slotCount = Math.max(0, ...thread.points.map((point) => point.live.length));
    return {
      point: take(isWide ? 2 : 1),
      isWide,
      wait: takeIf(ops.has('lock') || ops.has('flush') || ops.has('ipi_sync') || ops.has('synchronize_rcu')),
      rcu: takeIf(ops.has('rcu_read_lock')),
      irq: takeIf(ops.has('irq_off')),
      preempt: takeIf(ops.has('preempt_off') || takesSpinning),
      slots: take(2 * slotCount),
      slotCount,
    };
  });
  return { dead, lane, stopper, cells, pages, callbacks, writers, readers, threads, bytes: (next + 3) & ~3 };
}
