/** A trace of memory hot-remove as a kernel module, to be tried on a real x86 kernel by hand: docs/real-kernel.md. */
import type { Trace } from '../trace.js';
import template from './module.c';

/** The function of the freer whose run brackets the freeing, by what its thread stands for. */
const BATON = 'arch_remove_memory';

/** Undefined for a trace without a pointer that was taken and used: there is no place to stop at. */
export function exportModule(trace: Trace): string | undefined {
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
