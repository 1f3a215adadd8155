/**
 * Where the walked address comes from: a sweep over a range that nobody owns, an address from a user or a debug file, or one
 * address (or range) of an object whose owner keeps it. Half of all naive findings are point walks with an owner.
 */
import { OPEN_SOURCES, type OpenSource } from '../kernel/owners.js';
import type { Expr, Param, Var } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { frameOrigin } from './frame-origins.js';
import { strongest, type Origin } from './origin.js';
import { byNames, kindOf, WHO, WHOLE } from './origin-names.js';
import type { Start } from './starts.js';
import { isIterated, isNamed, sourcesOf } from './value-sources.js';
import { sourcesAbove } from './value-sources-above.js';
import { evaluate } from './values.js';
import type { Walk } from './walks.js';

/** Arguments of operations that user space chooses: `file_operations.unlocked_ioctl 2`. */
const OPEN_ARGUMENTS: ReadonlyMap<string, OpenSource['who']> = new Map(
  OPEN_SOURCES.flatMap(({ kind, name, who }) => (kind === 'argument' ? [[name, who] as const] : [])),
);

/** Where the address of a walk comes from, seen along one chain. */
export function originOf(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  if (walk.form === 'frames')
    return frameOrigin(walk, chain, world, (source) => describeSource(source, walk, chain, world));
  const { address } = walk;
  if (address && isOneFixed(evaluate(address, chain.values), walk))
    return { kind: 'owned', text: `one address, the same at all times: "${walk.text}"` };
  const sources = address && !goesToTheEnd(walk) ? sourcesOf(address, walk.program) : [ZERO];
  // A pointer that is NULL at first is no walk from address 0.
  const told = sources.some(isNamed) ? sources.filter(isNamed) : sources;
  const described = told.flatMap((source) => describeSource(source, walk, chain, world));
  return (
    strongest(described) ?? { kind: 'unknown', text: `who owns the range at "${walk.text}" is not seen` }
  );
}

/** `pgd_offset_k(PAGE_OFFSET)`: memory that is there since boot, and not the start of a loop. */
function isOneFixed(address: Expr, walk: Walk): boolean {
  return address.kind === 'symbol' && !goesOverTopTable(walk);
}

const ZERO: Expr = { kind: 'int', value: 0 };

/** Whether the walk goes on from one entry of the top table to the next, so that a fixed start means all of the tables. */
function goesOverTopTable(walk: Walk): boolean {
  if (walk.form === 'generic') return true;
  const roots = new Set(
    walk.program.steps.flatMap((step) => (step.op === 'let' && holdsRoot(step.value) ? [step.dst] : [])),
  );
  return [...roots].some((name) => isIterated(name, walk.program));
}

/** `for (; i < PTRS_PER_PGD; i++, pgd++)`: wherever it starts, it goes on to an end that is nobody's. */
function goesToTheEnd(walk: Walk): boolean {
  const { program } = walk;
  return (
    walk.form === 'descent' &&
    goesOverTopTable(walk) &&
    program.steps.some(
      (step) =>
        step.op === 'branch' &&
        step.condition.kind === 'binary' &&
        step.condition.left.kind === 'var' &&
        step.condition.right.kind === 'geometry' &&
        WHOLE.has(step.condition.right.name) &&
        isIterated(step.condition.left.name, program),
    )
  );
}

function holdsRoot(expr: Expr): boolean {
  return expr.kind === 'root' || (expr.kind === 'binary' && (holdsRoot(expr.left) || holdsRoot(expr.right)));
}

function describeSource(source: Expr, walk: Walk, chain: Chain, world: ChainWorld): readonly Origin[] {
  switch (source.kind) {
    case 'int':
      return source.value === 0 && goesOverTopTable(walk)
        ? [{ kind: 'sweep', text: 'goes over the whole top table' }]
        : [];
    case 'symbol':
      return byNames(source.name);
    case 'unknown': {
      const named = byNames(source.text);
      return named.length > 0 || chain.hops.length > 1 ? named : givenToRoot(source.text, chain, world);
    }
    case 'var':
      return describeVariable(source, walk, chain, world);
    default:
      return [];
  }
}

/** A variable from outside the function: by its name, by the caller's argument, or because the object it is in is gone through. */
function describeVariable(
  source: Extract<Expr, { kind: 'var' }>,
  walk: Walk,
  chain: Chain,
  world: ChainWorld,
): readonly Origin[] {
  const own = walk.program.params.find(({ name }) => name === source.name);
  if (own && isPage(own))
    return [{ kind: 'owned', text: `${own.name}: memory of a page that the caller has` }];
  const all = sourcesAbove(source, chain.hops.length - 1, chain, world);
  const callers = all.some(isNamed) ? all.filter(isNamed) : all;
  const registers = registersOn(chain, world);
  const found = callers.flatMap((each) => {
    if (each.kind === 'int') return describeSource(each, walk, chain, world);
    const text = textOf(each);
    const known = byNames(text);
    const isReported = known.length === 0 && registers.some((name) => new RegExp(`\\b${name}\\b`).test(text));
    return isReported ? [{ kind: 'faulting', text: `${text}: ${WHO.fault}` } as const] : known;
  });
  if (found.length > 0) return found;
  const given = callers.flatMap((each) => givenToRoot(textOf(each), chain, world));
  if (given.length > 0) return given;
  const [base] = source.name.split(/->|\./);
  if (base !== undefined && base !== source.name && isIterated(base, walk.program)) {
    return [{ kind: 'sweep', text: `goes over all ranges of ${base}` }];
  }
  return [];
}

/** The C text of a source. */
const textOf = (source: Expr): string =>
  source.kind === 'unknown' ? source.text : 'name' in source ? source.name : '';

/** What the top of the chain is given: the `arg` of an ioctl is for user space to choose, the address of an exception is the CPU's. */
function givenToRoot(text: string, { top, hops }: Chain, world: ChainWorld): readonly Origin[] {
  const root = hops[0]?.ref;
  if (top.kind !== 'root' || !root) return [];
  const names = new Set(text.match(/(?<!->|\.)\b[A-Za-z_]\w*/g) ?? []);
  const isOfException = world.programs.of(root)?.params.some(isRegisters) === true;
  return root.facts.params.flatMap((param, argument): readonly Origin[] => {
    if (!names.has(param)) return [];
    if (isOfException) return [{ kind: 'faulting', text: `${param}: ${WHO.fault}` }];
    const who = OPEN_ARGUMENTS.get(operationText(top.start, argument));
    if (who === undefined) return [];
    return [{ kind: kindOf(who), text: `${param}: ${who === 'scan' ? 'goes over all memory' : WHO[who]}` }];
  });
}

/** An argument of an operation, as the table of open sources has it: `file unlocked_ioctl 2`, `file DEFINE_DEBUGFS_ATTRIBUTE 1`. */
function operationText({ context, name }: Start, argument: number): string {
  return `${context ?? ''} ${name.slice(name.lastIndexOf('.') + 1)} ${argument}`;
}

/** A page that is handed in: the address is page_address() of it, or the like. */
const isPage = ({ type }: Param): boolean => /\bstruct (page|folio|slab|ptdesc)\s*\*$/.test(type);

/** A function that gets the registers of an exception is on the way of its handling. */
const isRegisters = ({ type }: Param): boolean => /\bstruct pt_regs\b/.test(type);

/** What the functions of a chain call the registers of the exception that they handle. */
function registersOn({ hops }: Chain, world: ChainWorld): readonly Var[] {
  return hops.flatMap(({ ref }) =>
    (world.programs.of(ref)?.params ?? []).filter(isRegisters).map(({ name }) => name),
  );
}
