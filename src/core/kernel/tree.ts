/**
 * What a scanned tree itself supports, read from its own Makefile, Kconfig and code: its capabilities, and for each freer the
 * architectures on which it is live or latent. A file that is missing makes an answer unknown, and the facts say which.
 */
import { noting, type Files } from '../ports.js';
import { ageOfSources, isBefore, type Age } from './age.js';
import { architectureOf } from './architectures.js';
import { codeOnly, functionsOf } from './c-functions.js';
import { CAPABILITIES } from './capabilities.js';
import type { Capability, Look } from './capabilities.js';
import { findTableFreeing } from './table-freeing.js';
import { filesBuiltWith, OF_ARCHITECTURES, optionsOfFiles } from './makefiles.js';
import { FREER_SUPPORT } from './freer-support.js';
import type { FreerSupport } from './freer-support.js';
import { ownOption } from './settings.js';
import { guardsOfTree, type TreeGuards } from './tree-guards.js';
import { readKconfig } from './tree-kconfig.js';
import type { Support, TreeKconfig } from './tree-kconfig.js';
import type { FreerId } from './types.js';

/** One architecture's answer for a freer. */
export interface ArchitectureFact {
  readonly architecture: string;
  /** Kconfig expression under which it holds. */
  readonly condition?: string;
  /** Why, for people: `ARCH_ENABLE_MEMORY_HOTREMOVE; arch_remove_memory() -> ... -> free_pte_table() frees tables`. */
  readonly reason: string;
}

export interface FreerFacts {
  readonly freer: FreerId;
  /** Live nowhere: this tree does not have the freer at all. */
  readonly live: readonly ArchitectureFact[];
  readonly latent: readonly ArchitectureFact[];
  /** Files that are only built in kernels which leave the freer out, though the architecture has it. */
  readonly off: readonly FilesWithout[];
}

export interface FilesWithout {
  readonly architecture: string;
  readonly files: ReadonlySet<string>;
  readonly reason: string;
}

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

type Answer = 'yes' | 'no' | 'unknown';

interface Reader {
  readonly files: Files;
  readonly kconfig: TreeKconfig;
  readonly unknown: Set<string>;
  readonly functions: Map<string, ReadonlyMap<string, string>>;
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
  const reader: Reader = { files, kconfig, unknown: new Set(), functions: new Map() };
  const version = versionOf(files.read('Makefile'));
  let known: { readonly age: Age | undefined } | undefined;
  const age = (): Age | undefined =>
    (known ??= { age: version === undefined ? ageOfSources(files, sources) : { version, isOlder: false } })
      .age;
  const architectures = kconfig.architectures.length > 0 ? kconfig.architectures : newestArchitectures();
  const has = (capability: Capability, architecture?: string): boolean => {
    const answer = askCapability(reader, capability, architecture);
    if (answer !== 'unknown') return answer === 'yes';
    if (capability.since !== undefined && isBefore(age(), capability.since)) return false;
    reader.unknown.add(`${capability.id} (no ${capability.anchor})`);
    return capability.newest;
  };
  const ofTree = CAPABILITIES.filter((each) => each.of === 'tree' && has(each)).map(({ id }) => id);
  const byArchitecture = new Map(
    architectures.map((architecture) => {
      const own = CAPABILITIES.filter((each) => each.of === 'architecture' && has(each, architecture));
      return [architecture, new Set([...ofTree, ...own.map(({ id }) => id)])] as const;
    }),
  );
  const freers = FREER_SUPPORT.map((row) => freerFacts(reader, row, architectures, byArchitecture));
  return {
    ...(version === undefined ? withAge(age()) : { version }),
    architectures,
    capabilities: new Set(ofTree),
    byArchitecture,
    freers,
    guards: guardsOfTree(files),
    notBuilt: filesNotBuilt(reader),
    unknown: [...reader.unknown].sort(),
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

function askCapability(
  reader: Reader,
  { looks, symbols, architectures, anchor }: Capability,
  architecture: string | undefined,
): Answer {
  if (architectures && architecture !== undefined) return architectures.includes(architecture) ? 'yes' : 'no';
  const answers = looks
    .filter(
      ({ file }) => architecture === undefined || [undefined, architecture].includes(architectureOf(file)),
    )
    .map((each) => look(reader, each, architecture));
  if (answers.includes('yes')) return 'yes';
  const isElsewhere = looks.length > 0 && answers.length === 0;
  if (isElsewhere) return 'no';
  if (symbols && architecture !== undefined && reader.kconfig.architectures.length > 0) {
    if (reader.files.read(anchor) === undefined) return 'unknown';
    const supported = symbols.some((symbol) =>
      reader.kconfig.supports(symbol).some((each) => each.architecture === architecture),
    );
    return supported ? 'yes' : 'no';
  }
  if (answers.includes('no')) return 'no';
  return reader.files.read(anchor) === undefined || looks.length === 0 ? 'unknown' : 'no';
}

function look(reader: Reader, { file, within, has, lacks }: Look, architecture: string | undefined): Answer {
  const text = within === undefined ? codeOf(reader, file) : functionsIn(reader, file)?.get(within);
  if (text === undefined) return reader.files.read(file) === undefined ? 'unknown' : 'no';
  const code = architecture === undefined ? text : armsFor(text, architecture);
  return (has?.test(code) ?? true) && !(lacks?.test(code) ?? false) ? 'yes' : 'no';
}

function codeOf({ files }: Reader, file: string): string | undefined {
  const text = files.read(file);
  return text === undefined ? undefined : codeOnly(text);
}

function functionsIn(reader: Reader, file: string): ReadonlyMap<string, string> | undefined {
  const known = reader.functions.get(file);
  if (known) return known;
  const code = codeOf(reader, file);
  if (code === undefined) return undefined;
  const found = functionsOf(code);
  reader.functions.set(file, found);
  return found;
}

/** The text without what `#ifdef CONFIG_ARCH` / `#ifndef CONFIG_ARCH` of this architecture leaves out. Other conditions stay, both arms. */
function armsFor(text: string, architecture: string): string {
  const own = ownOption(architecture);
  const open: { readonly kind: 'own' | 'other'; keeps: boolean }[] = [];
  const kept = text.split('\n').filter((line) => {
    const [, directive, name] = /^\s*#\s*(ifdef|ifndef|if|elif|else|endif)\b\s*(\w*)/.exec(line) ?? [];
    if (directive === 'ifdef' || directive === 'ifndef') {
      open.push(
        name === own ? { kind: 'own', keeps: directive === 'ifdef' } : { kind: 'other', keeps: true },
      );
    } else if (directive === 'if') open.push({ kind: 'other', keeps: true });
    else if (directive === 'endif') open.pop();
    else if (directive === 'else') {
      const top = open.at(-1);
      if (top?.kind === 'own') top.keeps = !top.keeps;
    }
    return directive === undefined && open.every(({ keeps }) => keeps);
  });
  return kept.join('\n');
}

function freerFacts(
  reader: Reader,
  row: FreerSupport,
  architectures: readonly string[],
  byArchitecture: ReadonlyMap<string, ReadonlySet<string>>,
): FreerFacts {
  const live: ArchitectureFact[] = [];
  const latent: ArchitectureFact[] = [];
  const { kconfig } = reader;
  const symbol = row.symbols.find((each) => kconfig.knows(each));
  const supports = new Map<string, Support>(
    symbol === undefined ? [] : kconfig.supports(symbol).map((each) => [each.architecture, each]),
  );
  for (const architecture of architectures) {
    if (kconfig.architectures.length === 0) {
      const isLive = row.newest === 'all' || row.newest.includes(architecture);
      (isLive ? live : latent).push({
        architecture,
        reason: 'as in the newest kernel known: no Kconfig here',
      });
      continue;
    }
    if (row.capability !== undefined) {
      const holds = byArchitecture.get(architecture)?.has(row.capability) === true;
      (holds ? live : latent).push({
        architecture,
        reason: `${holds ? 'its' : 'no'} code for ${row.capability}`,
      });
      continue;
    }
    const support = supports.get(architecture);
    if (row.symbols.length > 0 && !support) {
      latent.push({ architecture, reason: `no ${symbol ?? row.symbols[0] ?? ''}` });
      continue;
    }
    const condition = support?.condition === undefined ? {} : { condition: support.condition };
    const code = row.roots ? findTableFreeing(reader.files, architecture, row.roots) : undefined;
    const reasons = [symbol ?? 'every architecture', ...(code ? [code.reason] : [])].join('; ');
    if (code?.found === 'unknown') reader.unknown.add(`${row.freer} on ${architecture} (${code.reason})`);
    (code?.found === 'no' ? latent : live).push({ architecture, ...condition, reason: reasons });
  }
  const off = live.flatMap(({ architecture }) => filesWithout(reader, row, architecture, byArchitecture));
  return { freer: row.freer, live, latent, off };
}

function filesNotBuilt({ files, kconfig }: Reader): TreeFacts['notBuilt'] {
  const options = OF_ARCHITECTURES.flatMap((path) => [...optionsOfFiles(path, files.read(path) ?? '')]);
  return new Map(
    options.map(([file, option]) => [
      file,
      new Set(kconfig.architectures.filter((architecture) => kconfig.lacks(option, architecture))),
    ]),
  );
}

/** Files of an architecture that its Makefiles build only with an option that leaves the freer out. */
function filesWithout(
  { files }: Reader,
  { freer, offWith }: FreerSupport,
  architecture: string,
  byArchitecture: ReadonlyMap<string, ReadonlySet<string>>,
): readonly FilesWithout[] {
  if (!offWith || byArchitecture.get(architecture)?.has(offWith.capability) !== true) return [];
  const directory = `arch/${architecture}/mm/`;
  const built = offWith.options.flatMap((option) =>
    filesBuiltWith(option, files.read(`${directory}Makefile`) ?? ''),
  );
  if (built.length === 0) return [];
  const reason = `it is only built with ${offWith.options[0] ?? ''}, and such a kernel of ${architecture} has no ${freer}`;
  return [{ architecture, files: new Set(built.map((file) => directory + file)), reason }];
}
