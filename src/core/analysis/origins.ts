/**
 * Where the walked address comes from: a sweep over a range that nobody owns, an address from a user or a debug file, or one
 * address (or range) of an object whose owner keeps it. Half of all naive findings are point walks with an owner.
 */
import { definedBy, variablesOf } from '../program/expr.js';
import type { Expr, FunctionProgram, Step, Var } from '../program/ir.js';
import type { Chain, ChainWorld } from './chains.js';
import { evaluate } from './locksets.js';
import type { Walk } from './walks.js';

export type OriginKind =
  /** A loop over a range that belongs to nobody. */
  | 'sweep'
  /** An address that a user or a debugger gives. */
  | 'arbitrary'
  /** The address of an object that something keeps. */
  | 'owned'
  /** The source does not tell; taken as owned, and said so. */
  | 'unknown';

export interface Origin {
  readonly kind: OriginKind;
  /** For people: "starts at PAGE_OFFSET", "page_address(page) is of a page that is held". */
  readonly text: string;
}

/** Names in an address that tell whose it is. Read in order, the first match counts. */
const SIGNS: readonly { readonly pattern: RegExp; readonly kind: OriginKind; readonly text: string }[] = [
  // Owners. Sources: include/linux/mm.h:page_address, include/linux/vmalloc.h:vm_struct, include/asm-generic/fixmap.h:fix_to_virt, mm/kfence/core.c:__kfence_pool
  { pattern: /\b(page_address|page_to_virt|folio_address|lowmem_page_address|kmap\w*|pfn_to_kaddr|phys_to_virt|__va)\b/, kind: 'owned', text: 'the address of a page that the caller has' },
  { pattern: /\b(vmalloc|vzalloc|__vmalloc\w*|get_vm_area\w*|__get_vm_area\w*|find_vm_area|alloc_vm_area|module_alloc|execmem_alloc)\b|\barea->(addr|size)|->va_(start|end)\b/, kind: 'owned', text: 'a vmalloc area that is held' },
  { pattern: /\b(fix_to_virt|__fix_to_virt|FIX_\w+|FIXADDR_\w+|KFENCE_\w*|__kfence_pool|MODULES_\w+|_stext|_etext|_end|__init_begin|__start_rodata|__end_rodata)\b/, kind: 'owned', text: 'a range that lives as long as the kernel' },
  { pattern: /\b(kmalloc|kzalloc|kmem_cache_alloc\w*|__get_free_pages?|get_zeroed_page|alloc_pages?\w*|alloc_percpu|task_stack_page)\b|->stack\b/, kind: 'owned', text: 'memory that was allocated for it' },
  { pattern: /->(vm_start|vm_end|start_brk|mmap_base)\b|\bTASK_SIZE\w*\b|\buser_/, kind: 'owned', text: 'a range of a VMA' },
  // Sweeps. Sources: Documentation/arch/x86/x86_64/mm.rst and the like
  { pattern: /\b(PAGE_OFFSET|KERN_VIRT_START|VMALLOC_START|VMALLOC_END|VMEMMAP_START|KERNEL_START|kern_virt_start|GUARD_HOLE_BASE_ADDR|max_low_pfn|max_pfn|min_low_pfn|zone_start_pfn|zone_end_pfn|node_start_pfn)\b/, kind: 'sweep', text: 'a range of the address space that nobody owns' },
  // Users and debuggers. Sources: include/linux/kstrtox.h, include/linux/fs.h:file_operations
  { pattern: /\b(kstrto\w+|simple_strto\w+|sscanf|ppos|f_pos|copy_from_user|get_user)\b/, kind: 'arbitrary', text: 'an address from a user' },
]; // prettier-ignore

/** Where the address of a walk comes from, seen along one chain. */
export function originOf(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  if (walk.form === 'frames') return frameOrigin(walk);
  const { address } = walk;
  if (!address) return { kind: 'sweep', text: 'starts at the first entry of the top table' };
  const sources = sourcesOf(address, walk.program, new Set());
  const described = sources.flatMap((source) => describeSource(source, walk, chain, world));
  return strongest(described) ?? { kind: 'unknown', text: `the owner of the range at "${walk.text}" is not seen` };
}

const ORDER: readonly OriginKind[] = ['arbitrary', 'sweep', 'owned', 'unknown'];

function strongest(origins: readonly Origin[]): Origin | undefined {
  return [...origins].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0];
}

/** What an address is computed from in its function: constants, parameters, and what comes from outside; loop steps add nothing. */
function sourcesOf(expr: Expr, program: FunctionProgram, seen: Set<Var>): readonly Expr[] {
  if (expr.kind !== 'var' && expr.kind !== 'binary') return [expr];
  if (expr.kind === 'binary') {
    const left = sourcesOf(expr.left, program, seen);
    const right = sourcesOf(expr.right, program, seen);
    const named = [...left, ...right].filter((each) => each.kind !== 'int' && each.kind !== 'geometry');
    return named.length > 0 ? named : left;
  }
  if (seen.has(expr.name)) return [];
  seen.add(expr.name);
  const definitions = program.steps.filter((step) => definedBy(step) === expr.name);
  if (definitions.length === 0) return [expr];
  const sources = definitions.flatMap((step) => sourceOfStep(step, expr, program, seen));
  const isParameter = program.params.some(({ name }) => name === expr.name);
  return isParameter ? [expr, ...sources] : sources;
}

function sourceOfStep(step: Step, whole: Expr, program: FunctionProgram, seen: Set<Var>): readonly Expr[] {
  if (step.op === 'let') return sourcesOf(step.value, program, seen);
  if (step.op === 'call') return [{ kind: 'unknown', text: step.text }];
  return [whole];
}

function describeSource(source: Expr, walk: Walk, chain: Chain, world: ChainWorld): readonly Origin[] {
  switch (source.kind) {
    case 'int':
      return [{ kind: 'sweep', text: 'starts at a fixed address' }];
    case 'symbol':
      return bySign(source.name) ?? [{ kind: 'sweep', text: `starts at ${source.name}` }];
    case 'unknown':
      return bySign(source.text) ?? [];
    case 'var':
      return describeVariable(source, walk, chain, world);
    default:
      return [];
  }
}

function bySign(text: string): readonly Origin[] | undefined {
  const sign = SIGNS.find(({ pattern }) => pattern.test(text));
  return sign && [{ kind: sign.kind, text: `${text}: ${sign.text}` }];
}

/** A variable from outside the function: by its name, by the caller's argument, or because the object it is in is gone through. */
function describeVariable(
  source: Extract<Expr, { kind: 'var' }>,
  walk: Walk,
  chain: Chain,
  world: ChainWorld,
): readonly Origin[] {
  const passed = evaluate(source, chain.values);
  const callers = passed.kind === 'var' && passed.name !== source.name ? sourcesInCaller(passed, chain, world) : [passed];
  const found = callers.flatMap((each) => {
    const text = each.kind === 'var' ? each.name : each.kind === 'unknown' ? each.text : '';
    if (each.kind === 'int') return [{ kind: 'sweep' as const, text: 'starts at a fixed address' }];
    if (each.kind === 'symbol') return bySign(each.name) ?? [{ kind: 'sweep' as const, text: `starts at ${each.name}` }];
    return bySign(text) ?? [];
  });
  if (found.length > 0) return found;
  const [base] = source.name.split(/->|\./);
  if (base !== undefined && base !== source.name && isIterated(base, walk.program)) {
    return [{ kind: 'sweep', text: `goes over all ranges of ${base}` }];
  }
  return [];
}

/** `range++` in a loop: every range of a list is walked. */
function isIterated(base: Var, program: FunctionProgram): boolean {
  return program.steps.some(
    (step) => step.op === 'let' && step.dst === base && step.value.kind === 'binary' && variablesOf(step.value).includes(base),
  );
}

/** What a variable of a function up the chain is computed from there. */
function sourcesInCaller(variable: Extract<Expr, { kind: 'var' }>, chain: Chain, world: ChainWorld): readonly Expr[] {
  const [, owner, name] = /^([^:]+):(.+)$/.exec(variable.name) ?? [];
  if (owner === undefined || name === undefined) return [variable];
  const hop = chain.hops.find(({ ref }) => ref.facts.name === owner);
  const program = hop && world.programs.of(hop.ref);
  return program ? sourcesOf({ kind: 'var', name }, program, new Set()) : [variable];
}

/** A walk over page frames is a sweep when it counts frames up in a loop. */
function frameOrigin(walk: Walk): Origin {
  const { address, program } = walk;
  const counted = address?.kind === 'var' && program.steps.some((step) => step.op === 'let' && step.dst === address.name && variablesOf(step.value).includes(address.name));
  return counted
    ? { kind: 'sweep', text: 'goes over page frames that nobody holds' }
    : { kind: 'unknown', text: 'who holds the page frame is not seen' };
}
