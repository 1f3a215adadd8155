/** A trace of memory hot-remove as a kernel module, to be tried on a real x86 kernel by hand: docs/real-kernel.md. */
import type { Trace } from '../trace.js';
import template from './module.c';

/** The function of the freer whose run brackets the freeing. */
const BATON = 'arch_remove_memory';
/** What the freer's thread is called, where it is the one that an eject runs. */
const EJECTED = new Set(['try_remove_memory', BATON]);

/** Undefined for a trace without a pointer to a table that was taken and used, and for one of another freer: an eject tries only this one. */
export function exportModule(trace: Trace): string | undefined {
  const isOfEject = trace.threads.some(({ role, title }) => role === 'freer' && EJECTED.has(title));
  if (!isOfEject || trace.pages.some(({ level }) => level === 'memmap')) return undefined;
  const took = trace.steps.find((step) => step.mark === 'took');
  const used = trace.steps.find((step) => step.mark === 'used');
  if (took === undefined || used === undefined) return undefined;
  const hold = used.held.includes('mem_hotplug_lock:r')
    ? 'mems'
    : used.held.includes('rcu')
      ? 'rcu'
      : 'nothing';
  const comment = (name: string, step: typeof took): string =>
    `/* ${name}: ${step.text}${step.at === undefined ? '' : ` at ${step.at}`} */`.replace('*/ */', '*/');
  return [
    `/* ${trace.headline.replaceAll('*/', '')} */`,
    `#define HOLD "${hold}"`,
    `#define BATON "${BATON}"`,
    template.replace('/* TOOK */', comment('took', took)).replace('/* USED */', comment('used', used)),
  ].join('\n');
}
