/** Where the page frames of a walk come from: a frame that somebody holds, or a loop over frames that nobody does. */
import type { Expr, FunctionProgram, Var } from '../program/ir.js';
import type { Chain } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import type { Origin } from './origin.js';
import { byNames } from './origin-names.js';
import { isIterated, sourcesOf } from './value-sources.js';
import { passedAs } from './value-sources-above.js';
import type { Walk } from './walks.js';

/** A walk over page frames is a sweep when it counts frames up to the end of all memory, of a node or of a zone. `describe` tells of one source. */
export function frameOrigin(
  walk: Walk,
  chain: Chain,
  world: ChainWorld,
  describe: (source: Expr) => readonly Origin[],
): Origin {
  const { address, program } = walk;
  const unknown: Origin = { kind: 'unknown', text: 'who holds the page frame is not seen' };
  if (address?.kind !== 'var') return unknown;
  const begins = sourcesOf(address, program).flatMap(describe);
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
