/** Linking asks the index of the tree: definitions, initial values of operation tables, what a function pointer may be. */
import type { Programs } from '../analysis/programs.js';
import type { TreeIndex } from '../index/index.js';
import type { FunctionRef } from '../index/link.js';
import { isModelFile, modelOf, MODELS } from '../kernel/models/models.js';
import { lastComponent } from '../program/lower/paths.js';
import type { Resolver } from '../program/link/link.js';
import type { FunctionProgram } from '../program/ir.js';
import type { RacePlace } from '../trace/language/ast.js';
import type { ResolvePlace } from '../trace/language/step-of.js';

const MAX_CANDIDATES = 4;

/** What is built of a function that an option decides about: as it comes in the tree, or the real one where there is also a stub. */
export type Built = 'any' | 'real';

/** Seen from a file; `architecture` picks among the definitions that shared code could mean. Answers are those of the tree as it is when it is made. */
export function treeResolver(
  index: TreeIndex,
  programs: Programs,
  file: string,
  architecture: string | undefined,
  capabilities: ReadonlySet<string>,
  built: Built = 'any',
): Resolver {
  const arch = architecture === undefined ? {} : { architecture };
  const programOf = (name: string, fromFile: string): FunctionProgram | undefined => {
    const isModel = isModelFile(fromFile);
    const inTree = (): FunctionRef | undefined => {
      const found = index.definitions(name, { file: isModel ? file : fromFile, ...arch });
      return (built === 'real' ? found.find((ref) => !isStub(ref)) : undefined) ?? found[0];
    };
    const model = (): FunctionRef | undefined => inModel(index, name, fromFile, capabilities);
    const ref = isModel ? (model() ?? inTree()) : (inTree() ?? model());
    return ref && programs.of(ref);
  };
  const known = new Map<string, FunctionProgram | undefined>();
  return {
    function: (name, fromFile) => {
      const key = `${fromFile}:${name}`;
      const answer = known.has(key) ? known.get(key) : programOf(name, fromFile);
      known.set(key, answer);
      return answer;
    },
    initializer: (object, field, fromFile = file) => {
      const [fact] = index.initializer(object, field, { file: fromFile, ...arch });
      if (fact) return { kind: 'symbol', name: fact.name };
      const isKnown =
        index.isTable(object, { file: fromFile, ...arch }) && !isFilledLater(index, object, fromFile);
      return isKnown ? 'absent' : undefined;
    },
    isOwn: (name, fromFile) =>
      index.isTable(name, { file: fromFile, ...arch }) ||
      index.functionsIn(fromFile).some(({ facts }) => facts.name === name),
    candidates: (path, fromFile) => {
      const found = index.functionsInField(lastComponent(path), { file: fromFile, ...arch });
      return found.length > MAX_CANDIDATES
        ? []
        : found.map((ref) => ({ name: ref.facts.name, file: ref.file }));
    },
  };
}

/** Of a kernel without an option, beside what a kernel with it has in a file of its own. */
const isStub = ({ facts }: FunctionRef): boolean =>
  facts.isStatic && facts.guards.some((guard) => guard.startsWith('!'));

/** An object that begins with nothing but its own lock or queue: what it points to is set while it is used. */
const isFilledLater = (index: TreeIndex, object: string, file: string): boolean =>
  index
    .facts(file)
    .tables.some(
      ({ variable, fields }) => variable === object && fields.every(({ name }) => name === object),
    );

/** A generic walker whose body is not at hand: our model of it. What a model calls is in the same model, or a callback. */
function inModel(
  index: TreeIndex,
  name: string,
  fromFile: string,
  capabilities: ReadonlySet<string>,
): FunctionRef | undefined {
  const model = MODELS.find(({ file }) => file === fromFile) ?? modelOf(name, capabilities);
  return model && index.functionsIn(model.file).find(({ facts }) => facts.name === name);
}

/** The line of a place that a fragment cites, in the tree at hand. */
export function placeResolver(index: TreeIndex, read: (file: string) => string | undefined): ResolvePlace {
  return (place: RacePlace) => {
    if (!('function' in place)) return place.line;
    const facts = index.functionsIn(place.file).find((ref) => ref.facts.name === place.function)?.facts;
    if (!facts || place.token === undefined) return facts?.line;
    const lines = read(place.file)?.split('\n') ?? [];
    // __pte_clear() is pte_clear() of another kernel.
    const word = new RegExp(`\\b_*${place.token.replace(/\W/g, '\\$&')}\\b`);
    for (let line = facts.line; line < facts.endLine; line += 1)
      if (word.test(lines[line] ?? '')) return line + 1;
    return facts.line;
  };
}
