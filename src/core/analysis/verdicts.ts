/** What one chain means for one freer: kept out, or not, and why it may not matter. */
import { factsOf, capabilitiesOn, type TreeFacts } from '../kernel/tree.js';
import { excludes, type Held as HeldProtection } from '../kernel/matrix.js';
import type { FreerId } from '../kernel/types.js';
import type { Expr } from '../program/ir.js';
import { holding, parseLockName, type Held } from './held.js';
import { evaluate, instanceText, type Values } from './locksets.js';
import type { Walk } from './walks.js';

/**
 * What is held, in the words of the matrix. Whose lock it is: init_mm's, or a process's. `kernelMm` is another name under which
 * the walk knows init_mm (`info->mm`).
 */
export function asProtections(held: Held, kernelMm?: string): readonly HeldProtection[] {
  return holding(held).map(({ name, mode }) => {
    const { class: protection, instance } = parseLockName(name);
    const isKernel = instance === 'init_mm' || (instance !== undefined && instance === kernelMm);
    return { protection, mode, ...(instance === undefined ? {} : { of: isKernel ? 'init_mm' : 'user' }) };
  });
}

/** Whether what is held keeps the freer out on every architecture given. */
export function isExcluded(
  freer: FreerId,
  held: Held,
  tree: TreeFacts,
  architectures: readonly string[],
  kernelMm?: string,
): boolean {
  const protections = asProtections(held, kernelMm);
  const on = architectures.length > 0 ? architectures : [undefined];
  return on.every(
    (architecture) =>
      excludes(freer, protections, { capabilities: capabilitiesOn(tree, architecture) }).excludes === 'yes',
  );
}

/** Architectures on which the walk can meet the freer: those of its own directory, or all. */
export function reach(
  walk: Walk,
  freer: FreerId,
  tree: TreeFacts,
): { readonly live: readonly string[]; readonly latent: readonly string[]; readonly reason: string } {
  const facts = factsOf(tree, freer);
  const own = /^arch\/([^/]+)\//.exec(walk.ref.file)?.[1];
  const live = facts.live.map(({ architecture }) => architecture);
  if (own === undefined) return { live, latent: [], reason: '' };
  if (live.includes(own)) return { live: [own], latent: [], reason: '' };
  const latent = facts.latent.find(({ architecture }) => architecture === own);
  return { live: [], latent: [own], reason: latent?.reason ?? `${own} does not have ${freer} in this tree` };
}

/**
 * Whose tables a walk may walk on one chain: the table that a CPU's own register points to has both halves, of the process and
 * of the kernel.
 */
export function tablesPossibleOn(
  walk: Walk,
  values: Values,
  isKernelMm: (mm: Expr) => boolean,
): readonly ('kernel' | 'user' | 'pfn')[] {
  const isOfCpu = walk.tables === 'either' && walk.mm?.kind === 'unknown';
  return isOfCpu ? ['kernel', 'user'] : [tablesOn(walk, values, isKernelMm)];
}

/** Whose tables a walk walks on one chain: what the chain passes as mm decides. */
export function tablesOn(
  walk: Walk,
  values: Values,
  isKernelMm: (mm: Expr) => boolean,
): 'kernel' | 'user' | 'pfn' {
  if (walk.tables === 'pfn') return 'pfn';
  if (walk.tables !== 'either') return walk.tables;
  if (!walk.mm) return 'user';
  const mm = evaluate(walk.mm, values);
  if (mm.kind === 'symbol')
    return instanceText(mm) === 'init_mm' || instanceText(mm) === 'efi_mm' ? 'kernel' : 'user';
  return isKernelMm(mm) ? 'kernel' : 'user';
}
