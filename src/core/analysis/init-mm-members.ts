/** Members that hold the kernel's own mm wherever they are set. */
import { isKernelMmName } from '../kernel/kernel-mms.js';
import type { Expr } from '../program/ir.js';
import { instanceText } from './values.js';
import type { WalkWorld } from './walk-world.js';
import type { Walk } from './walks.js';

/** `info->mm` where all tables of that struct have `.mm = &init_mm`. */
export function holdsInitMm(mm: Expr, walk: Walk, world: WalkWorld): boolean {
  const text = instanceText(mm).replace(/^\w+:/, '');
  const [, base, field] = /^(\w+)(?:->|\.)(\w+)$/.exec(text) ?? [];
  if (base === undefined || field === undefined) return false;
  const owner = /^(\w+):/.exec(instanceText(mm))?.[1] ?? walk.ref.facts.name;
  const [ref] = world.index.definitions(owner, { file: walk.ref.file });
  const type = ref && world.programs.of(ref)?.params.find(({ name }) => name === base)?.type;
  const struct = /struct (\w+)/.exec(type ?? '')?.[1];
  if (struct === undefined) return false;
  const set = world.index
    .tables(struct, field)
    .flatMap(({ facts }) => facts.fields.filter(({ path }) => path === field));
  return set.length > 0 && set.every(({ name }) => isKernelMmName(name));
}
