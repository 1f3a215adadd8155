/**
 * Where the walked address comes from: a sweep over a range that nobody owns, an address from a user or a debug file, or one
 * address (or range) of an object whose owner keeps it. Half of all naive findings are point walks with an owner.
 */
import { variablesOf } from '../program/expr.js';
import { OPEN_SOURCES, OWNER_CALLS, OWNER_FIELDS, OWNER_PASSING, type OpenSource } from '../kernel/owners.js';
import { RANGE_CONSTANTS, WHOLE_RANGE_BOUNDS } from '../kernel/ranges.js';
import type { Range } from '../kernel/types.js';
import type { Expr, FunctionProgram, Param, Var } from '../program/ir.js';
import type { Chain, Way } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { evaluate, type Values } from './values.js';
import type { Start } from './roots.js';
import { isNamed, sourcesOf } from './value-sources.js';
import type { Walk } from './walks.js';

export type OriginKind =
  /** A loop over a range that belongs to nobody. */
  | 'sweep'
  /** An address that a user or a debugger gives. */
  | 'arbitrary'
  /** An address that the hardware reports: in use by the code that faulted, and looked at where no lock can be taken. */
  | 'faulting'
  /** An address that is its callers' business: the walk is all that the function does, and who owns the range may call it. */
  | 'callers'
  /** Wherever it is: a call on the way takes a lock that keeps the freer out, in some of its modes. */
  | 'assumed'
  /** The address of an object that something keeps. */
  | 'owned'
  /** The source does not tell; taken as owned, and said so. */
  | 'unknown';

export interface Origin {
  readonly kind: OriginKind;
  /** For people: "starts at PAGE_OFFSET", "page_address(page) is of a page that is held". */
  readonly text: string;
}

/** Who owns a part of a process owns nothing of the kernel: `->address` of a fault is no owner of the address of another struct. */
const ownsKernelRange = ({ pins }: { readonly pins: readonly Range[] }): boolean =>
  pins.some((each) => each !== 'user');

const OWNERS: ReadonlyMap<string, string> = new Map([
  ...OWNER_CALLS.filter(ownsKernelRange).map(
    ({ api, as }) =>
      [api, as === 'new' ? 'memory that was allocated for it' : 'an object that was looked up'] as const,
  ),
  ...OWNER_PASSING.map(({ api }) => [api, 'an object that the caller has'] as const),
  ...OWNER_FIELDS.filter(ownsKernelRange).map(
    ({ field, type }) => [`->${field}`, `a range of a struct ${type}`] as const,
  ),
]);
const OPEN: ReadonlyMap<string, OpenSource['who']> = new Map(
  OPEN_SOURCES.flatMap(({ kind, name, who }) =>
    kind === 'argument' ? [] : [[kind === 'field' ? `->${name.replace(/^.*\./, '')}` : name, who] as const],
  ),
);
/** Arguments of operations that user space chooses: `file_operations.unlocked_ioctl 2`. */
const OPEN_ARGUMENTS: ReadonlyMap<string, OpenSource['who']> = new Map(
  OPEN_SOURCES.flatMap(({ kind, name, who }) => (kind === 'argument' ? [[name, who] as const] : [])),
);
const WHOLE: ReadonlySet<string> = new Set(WHOLE_RANGE_BOUNDS);
/** Ranges that live as long as the kernel, or that their user owns. */
const KEPT_RANGES: ReadonlySet<Range> = new Set<Range>(['fixmap', 'image', 'user']);

/** What the names in a C text tell about the owner of the address. */
function byNames(text: string): readonly Origin[] {
  return [...text.matchAll(/(->|\.)?\b([A-Za-z_]\w*)/g)].flatMap(
    ([, accessor, name = '']): readonly Origin[] => {
      const key = accessor === undefined ? name : `->${name}`;
      const who = OPEN.get(key);
      if (who === 'scan') return [{ kind: 'sweep', text: `${text}: goes over all memory` }];
      if (who !== undefined) return [{ kind: kindOf(who), text: `${text}: ${WHO[who]}` }];
      const owner = OWNERS.get(key);
      if (owner !== undefined) return [{ kind: 'owned', text: `${text}: ${owner}` }];
      const range = RANGE_CONSTANTS.find((each) => each.name === name);
      if (range?.ranges.every((each) => KEPT_RANGES.has(each)))
        return [{ kind: 'owned', text: `${text}: a range that stays` }];
      if (range || WHOLE.has(name)) return [{ kind: 'sweep', text: `${text}: a range that nobody owns` }];
      return [];
    },
  );
}

const WHO = {
  user: 'an address from a user',
  debug: 'an address from a debugger',
  fault: 'a faulting address, which the code that faulted is using',
} as const;

const kindOf = (who: OpenSource['who']): OriginKind => (who === 'fault' ? 'faulting' : 'arbitrary');

/** Where the address of a walk comes from, seen along one chain. */
export function originOf(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  if (walk.form === 'frames') return frameOrigin(walk, chain, world);
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

const ORDER: readonly OriginKind[] = [
  'arbitrary',
  'sweep',
  'faulting',
  'callers',
  'assumed',
  'owned',
  'unknown',
];

function strongest(origins: readonly Origin[]): Origin | undefined {
  return [...origins].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))[0];
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

/** `range++` in a loop: every range of a list is walked. */
function isIterated(base: Var, program: FunctionProgram): boolean {
  return program.steps.some(
    (step) =>
      step.op === 'let' &&
      step.dst === base &&
      step.value.kind === 'binary' &&
      variablesOf(step.value).includes(base),
  );
}

/** What a value of the walking function is computed from, there and in the functions above it. */
export function sourcesAlong(expr: Expr, walk: Walk, chain: Way, world: ChainWorld): readonly Expr[] {
  return sourcesOf(expr, walk.program).flatMap((each) =>
    each.kind === 'var' ? sourcesAbove(each, chain.hops.length - 1, chain, world) : [each],
  );
}

/** What a variable of the function at a hop is computed from in the functions above it. */
function sourcesAbove(
  source: Extract<Expr, { kind: 'var' }>,
  at: number,
  chain: Way,
  world: ChainWorld,
): readonly Expr[] {
  const passed = passedAs(source, chain.hops[at]?.values ?? chain.values, chain.hops[at - 1]?.ref.facts.name);
  if (passed.kind !== 'var' || passed.name === source.name) return [passed];
  const [, owner, name] = /^([^:]+):(.+)$/.exec(passed.name) ?? [];
  const above = chain.hops.findLastIndex(({ ref }, index) => index < at && ref.facts.name === owner);
  const hop = chain.hops[above];
  const program = hop && world.programs.of(hop.ref);
  if (!program || name === undefined) return [passed];
  return sourcesOf({ kind: 'var', name }, program).flatMap((each) =>
    each.kind === 'var' ? sourcesAbove(each, above, chain, world) : [each],
  );
}

/** A variable as the caller passes it; of a struct that it passes the address of, the member there. */
function passedAs(source: Extract<Expr, { kind: 'var' }>, values: Values, caller: string | undefined): Expr {
  const [, base, member] = /^(\w+)->(.+)$/.exec(source.name) ?? [];
  const object = base === undefined ? undefined : values.get(base);
  if (object?.kind === 'address')
    return { kind: 'var', name: `${caller ?? ''}:${object.of}.${member ?? ''}` };
  if (object?.kind === 'var') return { kind: 'var', name: `${object.name}->${member ?? ''}` };
  return evaluate(source, values);
}

/** A walk over page frames is a sweep when it counts frames up to the end of all memory, of a node or of a zone. */
function frameOrigin(walk: Walk, chain: Chain, world: ChainWorld): Origin {
  const { address, program } = walk;
  const unknown: Origin = { kind: 'unknown', text: 'who holds the page frame is not seen' };
  if (address?.kind !== 'var') return unknown;
  const begins = sourcesOf(address, program).flatMap((each) => describeSource(each, walk, chain, world));
  const [chosen] = begins;
  if (chosen && begins.every(({ kind }) => kind === 'arbitrary') && !isAskedAbove(chain, world))
    return { ...chosen, text: chosen.text.replace('an address', 'a page frame') };
  const counters = [{ counter: address.name, program }, ...countersAbove(address, chain, world)];
  const sweep = counters
    .filter((each) => each.program === program || !isAskedAbove(chain, world))
    .flatMap((each) => sweepsBy(each))[0];
  return sweep ? { kind: 'sweep', text: `goes over page frames that nobody holds (${sweep.text})` } : unknown;
}

/** A variable of a function that may count the frames of a loop. */
interface Counter {
  readonly counter: Var;
  readonly program: FunctionProgram;
}

/** What the functions above hand down as the frame, the nearest first. */
function countersAbove(
  frame: Extract<Expr, { kind: 'var' }>,
  chain: Chain,
  world: ChainWorld,
): readonly Counter[] {
  const found: Counter[] = [];
  let passed: Expr = frame;
  for (let at = chain.hops.length - 1; at > 0; at--) {
    const above = chain.hops[at - 1]?.ref;
    passed = passedAs(passed, chain.hops[at]?.values ?? chain.values, above?.facts.name);
    const name = passed.kind === 'var' ? /^([^:]+):(\w+)$/.exec(passed.name) : null;
    const program = above && world.programs.of(above);
    if (!program || name?.[1] !== above.facts.name || name[2] === undefined) break;
    passed = { kind: 'var', name: name[2] };
    found.push({ counter: name[2], program });
  }
  return found;
}

/** The ends of a loop that counts up to one which is nobody's. */
function sweepsBy({ counter, program }: Counter): readonly Origin[] {
  if (!isIterated(counter, program)) return [];
  return program.steps
    .flatMap((step) => (step.op === 'branch' ? endsIn(step.condition, counter) : []))
    .flatMap((end) => sourcesOf(end, program))
    .flatMap((end) =>
      end.kind === 'unknown'
        ? byNames(end.text)
        : end.kind === 'var' && /^::\w+$/.test(end.name)
          ? byNames(end.name)
          : [],
    )
    .filter(({ kind }) => kind === 'sweep');
}

/** A function above asks whether the frame is online before it hands it on. */
function isAskedAbove({ hops }: Chain, { knowledge }: ChainWorld): boolean {
  return hops.slice(0, -1).some(({ ref }) =>
    ref.facts.calls.some(({ callee }) => {
      const primitive = knowledge.primitive(callee);
      return primitive?.kind === 'pfn-check' && primitive.online;
    }),
  );
}

/** What a counter has to stay below. */
function endsIn(condition: Expr, counter: Var): readonly Expr[] {
  if (condition.kind !== 'binary') return [];
  const { operator, left, right } = condition;
  const isCounter = (each: Expr): boolean => each.kind === 'var' && each.name === counter;
  if (isCounter(left) && (operator === '<' || operator === '<=')) return [right];
  return isCounter(right) && (operator === '>' || operator === '>=') ? [left] : [];
}
