/**
 * Why an open chain counts, or does not.
 *
 * The tables of the kernel belong to nobody, but most walked ranges of them to somebody: what counts is whose range it is. The
 * tables of a process have no such owner: what counts is whether the whole way is seen on which nobody takes a lock.
 */
import { FREERS_OWN, OF_NEW_MM } from '../kernel/owners.js';
import { KEPT_USER_ADDRESSES } from '../kernel/ranges.js';
import { baseOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Var } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { isNewMm, keptNewMm } from './new-mms.js';
import { isSign } from './signs.js';
import { evaluate, instanceText, type Values } from './values.js';
import type { Origin } from './origin.js';
import { originOf } from './origins.js';
import { sourcesAlong } from './value-sources-above.js';
import { wordsOf } from './walk-ranges.js';
import type { WalkRule } from './rules/rule.js';
import { sourcesOf } from './value-sources.js';
import type { Walk } from './walks.js';

/** Where what a rule's freer may free comes from, seen along one chain. */
export function originFor(rule: WalkRule, walk: Walk, chain: Chain, world: ChainWorld): Origin {
  return rule.tables === 'user' ? originOfMm(walk, chain, world) : originOfRange(walk, chain, world);
}

/** What does a walk for its callers is told once, where it is, and not at each of them. */
function originOfRange(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  const origin = originOf(walk, chain, world);
  const isForCallers = world.knowledge.primitive(walk.ref.facts.name)?.kind === 'translate';
  return isForCallers && origin.kind === 'unknown'
    ? { kind: 'callers', text: 'it is for its callers to own the range' }
    : origin;
}

/** Whose mm a walk of user tables has, as seen along one chain. */
function originOfMm(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  const kept = keptAddress(walk, chain, world);
  if (kept !== undefined) return { kind: 'owned', text: `${kept}: tables that stay until the mm is gone` };
  const sources = walk.mm ? sourcesOfMm(walk.mm, walk, chain, world) : [];
  if (sources.some((source) => isOfStruct(source, FREERS_OWN)))
    return { kind: 'owned', text: 'an mm that the freer itself takes down' };
  if (sources.some((source) => isNewMm(source.expr) || isOfStruct(source, OF_NEW_MM)))
    return { kind: 'owned', text: 'an mm that nobody else has yet' };
  const kernels = sources.flatMap(({ expr }) => keptNewMm(expr, chain, world) ?? [])[0];
  if (kernels !== undefined)
    return { kind: 'owned', text: `${kernels}: an mm that the kernel has made for itself` };
  const { top } = chain;
  if (top.kind === 'root' && top.start.context !== undefined) return { kind: 'arbitrary', text: '' };
  const isHandedIn = sources.some(({ expr, program }) => isOfParameter(expr, program, chain));
  if (top.kind !== 'root' || isHandedIn || sources.length === 0)
    return { kind: 'unknown', text: 'what the callers hold is not seen' };
  return {
    kind: 'callers',
    text: `what the callers of ${chain.hops[0]?.ref.facts.name ?? ''}() hold is not seen`,
  };
}

/** Of the addresses that no VMA covers, the one from which the walked address is computed, by its name. */
function keptAddress(walk: Walk, chain: Chain, world: ChainWorld): string | undefined {
  const { address } = walk;
  if (!address) return undefined;
  const from = [evaluate(address, chain.values), ...sourcesAlong(address, walk, chain, world)];
  const names = new Set(from.flatMap(wordsOf));
  return KEPT_USER_ADDRESSES.find(({ name }) => names.has(name))?.name;
}

interface Source {
  readonly expr: Expr;
  /** The function that it was found in. */
  readonly program: FunctionProgram;
}

/** What the mm is computed from: in the walking function, and in the function of the chain that passes it down. */
function sourcesOfMm(mm: Expr, walk: Walk, chain: Chain, world: ChainWorld): readonly Source[] {
  if (mm.kind !== 'var') return [];
  return sourcesIn(mm.name, walk.program).flatMap((source): readonly Source[] => {
    const passed = source.expr.kind === 'var' ? passedAs(source.expr.name, chain.values) : source.expr;
    const text = passed.kind === 'var' || isSign(passed) ? instanceText(passed) : '';
    const [, owner, path] = /^(\w+):(?!:)(.+)$/.exec(text) ?? [];
    if (owner === undefined || path === undefined) return [{ ...source, expr: passed }];
    const ref = chain.hops.find((hop) => hop.ref.facts.name === owner)?.ref;
    const program = ref && world.programs.of(ref);
    return program ? sourcesIn(path, program) : [];
  });
}

/** `vma->vm_mm` in the names of the caller that passes `vma`. */
function passedAs(path: Var, values: Values): Expr {
  const [base = path] = path.split(/->|\./);
  const value = values.get(base);
  return value && base !== path && (value.kind === 'var' || isSign(value))
    ? { kind: 'var', name: instanceText(value) + path.slice(base.length) }
    : evaluate({ kind: 'var', name: path }, values);
}

function sourcesIn(path: Var, program: FunctionProgram): readonly Source[] {
  return [...new Set([path, baseOf(path)])]
    .flatMap((name) => sourcesOf({ kind: 'var', name }, program))
    .map((expr) => ({ expr, program }));
}

function isOfStruct({ expr, program }: Source, structs: readonly { readonly type: string }[]): boolean {
  if (expr.kind !== 'var') return false;
  const base = baseOf(expr.name);
  const type = program.params.find(({ name }) => name === base)?.type ?? '';
  return structs.some((each) => new RegExp(`\\bstruct ${each.type}\\b`).test(type));
}

/** It is a parameter of the function at the top of the chain (or of what it points to), so that a caller may hold its lock. */
function isOfParameter(expr: Expr, program: FunctionProgram, { hops }: Chain): boolean {
  if (expr.kind !== 'var' || program.name !== hops[0]?.ref.facts.name) return false;
  const base = baseOf(expr.name);
  return program.params.some(({ name }) => name === base);
}
