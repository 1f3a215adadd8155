/**
 * What a scanned tree itself supports, read from its own Makefile, Kconfig and code: its capabilities, and for each freer the
 * architectures on which it is live or latent. A file that is missing makes an answer unknown, and the facts say which.
 */
import { noting, type Files } from '../ports.js';
import { ageOfSources, isBefore, type Age } from './age.js';
import { CAPABILITIES } from './capabilities.js';
import type { Capability } from './capabilities.js';
import { FREER_SUPPORT } from './freer-support.js';
import { OF_ARCHITECTURES, optionsOfFiles } from './makefiles.js';
import { capabilityReader } from './tree-capabilities.js';
import { freerFacts, type FreerFacts } from './tree-freers.js';
import { guardsOfTree, type TreeGuards } from './tree-guards.js';
import { readKconfig } from './tree-kconfig.js';
import type { TreeKconfig } from './tree-kconfig.js';
import type { FreerId } from './types.js';

export interface TreeFacts {
  /** `6.12.117`; undefined where there is no Makefile with a version. */
  readonly version?: string;
  /** Without one: what the sources' words tell, see {@link ageOfSources}; undefined: nothing. */
  readonly age?: Age;
  readonly architectures: readonly string[];
  /** Capabilities of the whole tree. */
  readonly capabilities: ReadonlySet<string>;
  /** Those and the architecture's own. Use {@link capabilitiesOn}. */
  readonly byArchitecture: ReadonlyMap<string, ReadonlySet<string>>;
  readonly freers: readonly FreerFacts[];
  readonly guards: TreeGuards;
  /** Code for several architectures that some of them do not build: those, by its file. */
  readonly notBuilt: ReadonlyMap<string, ReadonlySet<string>>;
  /** What could not be seen, with the file that is missing; the newest kernel's answer is taken instead. */
  readonly unknown: readonly string[];
}

/** The facts of a tree, with the files and directories that they were read from: while these stay, so do the facts. */
export interface TreeReading {
  readonly facts: TreeFacts;
  readonly from: ReadonlySet<string>;
}

/** `sources` are paths that may tell the age of a tree whose Makefile does not: the words of a few are enough. */
export function treeReading(files: Files, sources: readonly string[] = []): TreeReading {
  const from = new Set<string>();
  return { facts: readTree(noting(files, from), sources), from };
}

/** Reads the facts of a tree; `files` gives paths relative to its root. Never fails: a lone file's tree has no facts but the newest kernel's. */
export function readTree(files: Files, sources: readonly string[] = []): TreeFacts {
  const kconfig = readKconfig(files);
  const unknown = new Set<string>();
  const ask = capabilityReader(files, kconfig);
  const version = versionOf(files.read('Makefile'));
  let known: { readonly age: Age | undefined } | undefined;
  const age = (): Age | undefined =>
    (known ??= { age: version === undefined ? ageOfSources(files, sources) : { version, isOlder: false } })
      .age;
  const architectures = kconfig.architectures.length > 0 ? kconfig.architectures : newestArchitectures();
  const has = (capability: Capability, architecture?: string): boolean => {
    const answer = ask(capability, architecture);
    if (answer !== 'unknown') return answer === 'yes';
    if (capability.since !== undefined && isBefore(age(), capability.since)) return false;
    unknown.add(`${capability.id} (no ${capability.anchor})`);
    return capability.newest;
  };
  const ofTree = CAPABILITIES.filter((each) => each.of === 'tree' && has(each)).map(({ id }) => id);
  const byArchitecture = new Map(
    architectures.map((architecture) => {
      const own = CAPABILITIES.filter((each) => each.of === 'architecture' && has(each, architecture));
      return [architecture, new Set([...ofTree, ...own.map(({ id }) => id)])] as const;
    }),
  );
  const freers = FREER_SUPPORT.map((row) =>
    freerFacts({ files, kconfig, unknown }, row, architectures, byArchitecture),
  );
  return {
    ...(version === undefined ? withAge(age()) : { version }),
    architectures,
    capabilities: new Set(ofTree),
    byArchitecture,
    freers,
    guards: guardsOfTree(files),
    notBuilt: filesNotBuilt(files, kconfig),
    unknown: [...unknown].sort(),
  };
}

const withAge = (age: Age | undefined): Pick<TreeFacts, 'age'> => (age === undefined ? {} : { age });

/** What kernel sources without their tree are taken to be of: `the newest kernel`, `a kernel before 6.5`; undefined: the tree says. */
export function takenToBe({ version, age }: TreeFacts): string | undefined {
  if (version !== undefined) return undefined;
  if (age === undefined) return 'the newest kernel';
  return `a kernel ${age.isOlder ? 'before' : 'of'} ${age.version}`;
}

/** Capabilities that rows are judged by: the tree's and, where one is given and known, the architecture's. */
export function capabilitiesOn(tree: TreeFacts, architecture: string | undefined): ReadonlySet<string> {
  return (
    (architecture === undefined ? undefined : tree.byArchitecture.get(architecture)) ?? tree.capabilities
  );
}

/** The answer for one freer. */
export function factsOf(tree: TreeFacts, freer: FreerId): FreerFacts {
  return tree.freers.find((each) => each.freer === freer) ?? { freer, live: [], latent: [], off: [] };
}

function versionOf(makefile: string | undefined): string | undefined {
  const part = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*=\\s*(\\S+)`, 'm').exec(makefile ?? '')?.[1];
  const [version, patch, sub] = [part('VERSION'), part('PATCHLEVEL'), part('SUBLEVEL')];
  if (version === undefined || patch === undefined) return undefined;
  return [version, patch, ...(sub === undefined || sub === '0' ? [] : [sub])].join('.');
}

/** Architectures that some freer has in the newest kernel: for a tree without Kconfig files. */
function newestArchitectures(): readonly string[] {
  return [...new Set(FREER_SUPPORT.flatMap(({ newest }) => (newest === 'all' ? [] : newest)))].sort();
}

function filesNotBuilt(files: Files, kconfig: TreeKconfig): TreeFacts['notBuilt'] {
  const options = OF_ARCHITECTURES.flatMap((path) => [...optionsOfFiles(path, files.read(path) ?? '')]);
  return new Map(
    options.map(([file, option]) => [
      file,
      new Set(kconfig.architectures.filter((architecture) => kconfig.lacks(option, architecture))),
    ]),
  );
}
