/** What one chain means for one freer: kept out, or not, and why it may not matter. */
import type { FunctionRef } from '../index/link.js';
import { architectureOf } from '../kernel/architectures.js';
import { factsOf, capabilitiesOn, type TreeFacts } from '../kernel/tree.js';
import { freerOf } from '../kernel/freers.js';
import { isKernelMmName } from '../kernel/kernel-mms.js';
import { excludes, type Circumstances, type Held as HeldProtection } from '../kernel/matrix.js';
import type { FreerId } from '../kernel/types.js';
import { baseOf } from '../program/expr.js';
import type { Expr } from '../program/ir.js';
import { holding, NOTHING, parseLockName, take, type Held } from './held.js';
import type { WalkRule } from './rules/rule.js';
import { evaluate, instanceText, type Values } from './values.js';
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
  circumstances: Pick<Circumstances, 'insideVma'> = {},
): boolean {
  const protections = asProtections(held, kernelMm);
  const possible = reliesOnGupFast(freer, protections)
    ? architectures.filter((each) => capabilitiesOn(tree, each).has('gup-fast'))
    : architectures;
  const on = possible.length > 0 ? possible : architectures.length > 0 ? architectures : [undefined];
  return on.every(
    (architecture) =>
      excludes(freer, protections, { ...circumstances, capabilities: capabilitiesOn(tree, architecture) })
        .excludes === 'yes',
  );
}

/**
 * Of the locks of the kernel that a rule asks for, those that keep its freer out on some of these architectures: where a huge vmap
 * install takes no lock (before 7.2), the mmap lock of init_mm does nothing against it. Whose lock that of a process is, is not
 * seen from its name; nor is what is no lock (`pfn_to_online_page()`).
 */
export function locksThatHelp(
  { freer, tables, missing }: WalkRule,
  architectures: readonly string[],
  tree: TreeFacts,
): readonly string[] {
  if (tables !== 'kernel') return missing;
  return missing.filter((name) =>
    architectures.some((each) => isExcluded(freer, take(NOTHING, name, 'write'), tree, [each])),
  );
}

/** Code that walks user tables with interrupts off is only built where fast GUP is (`#ifdef CONFIG_HAVE_GUP_FAST`). */
function reliesOnGupFast(freer: FreerId, protections: readonly HeldProtection[]): boolean {
  return (
    freerOf(freer)?.tables.includes('user') === true &&
    protections.some(({ protection }) => protection === 'irq')
  );
}

/** Where code can meet a freer: architectures that have the freer, and those that do not (yet), with the reason. */
export interface Reach {
  readonly live: readonly string[];
  readonly latent: readonly string[];
  readonly reason: string;
  /** Every kernel that has this code leaves the freer out. */
  readonly isOff?: true;
}

/**
 * Architectures on which code of these files (of a walk, or of a whole chain) can meet the freer: those whose directories the files
 * are in, or all; not those whose kernels, when they have these files, leave the freer out, and not those that do not build them all.
 */
export function reach(files: readonly string[], freer: FreerId, tree: TreeFacts): Reach {
  const facts = factsOf(tree, freer);
  const own = new Set(files.flatMap((file) => architectureOf(file) ?? []));
  const isOwn = (architecture: string): boolean => own.size === 0 || own.has(architecture);
  const off = facts.off.filter(
    (each) => isOwn(each.architecture) && files.some((file) => each.files.has(file)),
  );
  const isNotBuilt = (architecture: string): boolean =>
    files.some((file) => tree.notBuilt.get(file)?.has(architecture) === true);
  const live = facts.live
    .map(({ architecture }) => architecture)
    .filter((each) => isOwn(each) && !off.some(({ architecture }) => architecture === each))
    .filter((each) => !isNotBuilt(each));
  if (live.length > 0 || own.size === 0) return { live, latent: [], reason: '' };
  const latent = [...own];
  const reasons = latent.map(
    (each) =>
      [...off, ...facts.latent].find(({ architecture }) => architecture === each)?.reason ??
      `${each} does not have ${freer} in this tree`,
  );
  return {
    live: [],
    latent,
    reason: reasons.join('; '),
    ...(off.length > 0 || latent.every(isNotBuilt) ? { isOff: true as const } : {}),
  };
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

/**
 * Whose tables a walk may walk on the chains that go on above one whose first function is `top`: these can pass another mm only where
 * it hangs on a parameter of `top`.
 */
export function tablesPossibleAbove(
  walk: Walk,
  values: Values,
  top: FunctionRef,
  isKernelMm: (mm: Expr) => boolean,
): readonly ('kernel' | 'user' | 'pfn')[] {
  const isOpen =
    walk.tables === 'either' && walk.mm !== undefined && isForCallers(walk.mm, walk, values, top);
  return isOpen ? ['kernel', 'user'] : tablesPossibleOn(walk, values, isKernelMm);
}

/** Whether the callers of `top` decide about an mm: it is a parameter of `top`, or behind one, by what is passed from there to the walk. */
function isForCallers(mm: Expr, walk: Walk, values: Values, top: FunctionRef): boolean {
  if (mm.kind !== 'var') return false;
  const passed = values.get(mm.name) ?? values.get(baseOf(mm.name));
  if (passed === undefined) return walk.ref === top && top.facts.params.includes(baseOf(mm.name));
  const [, owner, path] = /^(\w+):(?!:)(.+)$/.exec(instanceText(passed)) ?? [];
  return owner === top.facts.name && path !== undefined && top.facts.params.includes(baseOf(path));
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
  if (mm.kind === 'symbol') return isKernelMmName(instanceText(mm)) ? 'kernel' : 'user';
  return isKernelMm(mm) ? 'kernel' : 'user';
}
