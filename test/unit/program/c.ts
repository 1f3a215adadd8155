/** C text in, programs out: what the tests of this room share. */
import { lowerFunction } from '../../../src/core/program/lower/lower.js';
import { knowledgeOf } from '../../../src/core/program/lower/context.js';
import { link, LINK_LIMITS, type LinkOptions, type Resolver } from '../../../src/core/program/link/link.js';
import { printOp, printProgram } from '../../../src/core/program/print.js';
import { END, type Expr, type FunctionProgram, type Step } from '../../../src/core/program/ir.js';
import { functionsOf } from '../../../src/core/syntax/functions.js';
import { initializersOf } from '../../../src/core/syntax/initializers.js';
import { withTree, type CParser } from '../../../src/core/syntax/parser.js';
import type { SyntaxTree } from '../../../src/core/syntax/tree.js';
import { parserForTests } from '../syntax/parser-for-tests.js';

const parser: CParser = await parserForTests();

export const FILE = 'mm/x.c';

export interface Unit {
  readonly functions: ReadonlyMap<string, FunctionProgram>;
  readonly resolver: Resolver;
}

/** Lowers every function of a text; `capabilities` as those of a tree, absent: the newest kernel. */
export function unitOf(text: string, capabilities?: ReadonlySet<string>, file = FILE): Unit {
  return withTree(parser, text, (tree) => {
    const knowledge = knowledgeOf(capabilities);
    const functions = new Map(
      functionsOf(tree, file).map((each) => [
        each.name,
        lowerFunction({ ...each, source: tree }, file, knowledge),
      ]),
    );
    return { functions, resolver: resolverOf(functions, tree) };
  });
}

function resolverOf(functions: ReadonlyMap<string, FunctionProgram>, tree: SyntaxTree): Resolver {
  const tables = new Map(
    initializersOf(tree).flatMap(({ variable, fields }) =>
      variable === undefined
        ? []
        : [[variable, new Map(fields.map((field) => [field.path.join('.'), field.name]))] as const],
    ),
  );
  return {
    function: (name) => functions.get(name),
    initializer: (object, field): Expr | 'absent' | undefined => {
      const table = tables.get(object);
      if (!table) return undefined;
      const name = table.get(field);
      return name === undefined ? 'absent' : { kind: 'symbol', name };
    },
    isOwn: (name, file) => functions.get(name)?.file === file,
    candidates: (path) => {
      const field = /\w+$/.exec(path)?.[0] ?? '';
      const found = [...tables.values()].flatMap((table) => table.get(field) ?? []);
      return found.map((name) => ({ name, file: functions.get(name)?.file ?? FILE }));
    },
  };
}

/** The first function of a text, lowered. */
export function lower(text: string, capabilities?: ReadonlySet<string>): FunctionProgram {
  const [program] = unitOf(text, capabilities).functions.values();
  if (!program) throw new Error('the text has no function');
  return program;
}

/** A function's body, lowered and printed: operations and ways on, without the C at the right. */
export function lowered(body: string, capabilities?: ReadonlySet<string>): string {
  return show(lower(`void f(${PARAMETERS})\n{\n${body}\n}`, capabilities));
}

const PARAMETERS =
  'struct mm_struct *mm, pgd_t *pgd, pud_t *pud, pmd_t *pmd, pte_t *pte, unsigned long addr, unsigned long end, int n, struct mm_walk *walk';

function withoutPlace(step: Step): Step {
  const copy = { ...step };
  delete (copy as { at?: unknown }).at;
  return copy;
}

/** Operations and ways on, then the assumptions; without the C at the right. */
export function show({ steps, assumptions }: Pick<FunctionProgram, 'steps' | 'assumptions'>): string {
  const plain = steps.map(withoutPlace);
  return printProgram({
    steps: plain,
    assumptions: assumptions.map(({ kind, text }) => ({ kind, text })),
  });
}

export const OPTIONS: LinkOptions = {
  geometry: { levels: 3, entries: 2 },
  kernelRoot: 'swapper',
  userRoot: undefined,
  pages: new Map([
    ['pud', 'swapper'],
    ['pmd', 'pmd0'],
    ['pte', 'pte0'],
  ]),
  ...LINK_LIMITS,
};

/** Links the last function of a text, or the named one. The reason, when it is not linked. */
export function linked(text: string, options: Partial<LinkOptions> = {}, root?: string): string {
  const program = linkedProgram(text, options, root);
  return typeof program === 'string' ? program : show(program);
}

export function linkedProgram(
  text: string,
  options: Partial<LinkOptions> = {},
  root?: string,
): Pick<FunctionProgram, 'steps' | 'assumptions'> | string {
  const { functions, resolver } = unitOf(text);
  const program = root === undefined ? [...functions.values()].at(-1) : functions.get(root);
  if (!program) return 'no such function';
  const result = link(program, resolver, { ...OPTIONS, ...options });
  return result.linked ? result.program : result.reason;
}

/** The operations that other CPUs can see, in the order of the steps. */
export function visible(steps: readonly Step[]): readonly string[] {
  const local = ['let', 'branch', 'choose', 'nop', 'call', 'return', 'assert_held'];
  return steps.filter(({ op }) => !local.includes(op)).map(printOp);
}

/** The first step that leads out of the program's range, as text; undefined when there is none. */
export function outOfRange(steps: readonly Step[]): string | undefined {
  const isBad = (to: number): boolean => to !== END && steps[to] === undefined;
  const bad = steps.findIndex((step) => {
    if (step.op === 'branch') return isBad(step.then) || isBad(step.else);
    if (step.op === 'choose') return step.targets.some(isBad);
    return isBad(step.next);
  });
  return bad < 0 ? undefined : `step ${bad}`;
}
