/**
 * The worlds of a session: the sources, programs and effects of its tree, each once, and what the analysis and the replay see of them.
 * What is remembered here is forgotten here.
 */
import { createChainMemory, editMemory, forgetMemory } from './analysis/chain-memory.js';
import { createEffects } from './analysis/effects.js';
import { fileNamesOf, headersThatMatter } from './analysis/file-names.js';
import { createPrograms } from './analysis/programs.js';
import type { RelatedWorld } from './analysis/related.js';
import { createSources, type Sources } from './analysis/sources.js';
import type { WalkWorld } from './analysis/walk-world.js';
import type { BodyEdit } from './index/known-answers.js';
import type { WordSegment } from './index/words.js';
import { profileOf } from './kernel/architectures.js';
import { capabilitiesOn, type TreeFacts } from './kernel/tree.js';
import type { Files } from './ports.js';
import { knowledgeOf } from './program/lower/context.js';
import { createFreerPrograms } from './replay/freer-programs.js';
import type { ReplayWorld } from './replay/world.js';
import type { CParser } from './syntax/parser.js';

/** Word lists of the whole tree and paths that are gone. */
export interface TreeWords {
  readonly segments: readonly WordSegment[];
  readonly gone: ReadonlySet<string>;
  readonly paths: readonly string[];
}

export interface WorldsOptions {
  readonly files: Files;
  readonly parser: CParser;
  /** What is known of the tree as a whole. */
  readonly tree: TreeFacts;
  /** Absent: only files beside the asked ones are seen. */
  readonly words: TreeWords | undefined;
}

export interface Worlds {
  readonly sources: Sources;
  readonly walk: WalkWorld;
  readonly replay: ReplayWorld;
  readonly related: RelatedWorld;
  /** The headers whose names have a say in what other files mean. */
  readonly headers: () => ReadonlySet<string>;
  /** The text of a file is another now: forgets what rests on it. */
  readonly changed: (path: string) => void;
  /** The same for an edit inside of one function; false: it may change more than that, and nothing but the program is forgotten. */
  readonly edited: (path: string, edit: BodyEdit) => boolean;
  /** Forgets what was concluded of functions and chains; texts and programs stay. */
  readonly forget: () => void;
}

export function createWorlds({ files, parser, tree, words }: WorldsOptions): Worlds {
  const knowledge = knowledgeOf(tree.capabilities, tree.guards);
  const sources = createSources(files, words);
  const { index, read, textOf } = sources;
  let known: ReadonlySet<string> | undefined;
  const headers = (): ReadonlySet<string> => (known ??= headersThatMatter(sources));
  const namesWorld = { index, knowledge, textOf, headers };
  const programs = createPrograms(parser, (file) => fileNamesOf(file, namesWorld), textOf, sources.uses.body);
  const effects = createEffects(index, programs, knowledge, sources.uses);
  const memory = createChainMemory(sources.uses);
  const freers = createFreerPrograms();
  const walk: WalkWorld = { index, programs, effects, knowledge, tree, memory };
  const replay: ReplayWorld = {
    index,
    programs,
    freers,
    knowledge,
    read,
    capabilities: (arch) => capabilitiesOn(tree, arch),
    archOf: (arch) => profileOf(arch, capabilitiesOn(tree, arch)),
  };
  const forget = (): void => {
    effects.forget();
    forgetMemory(memory);
  };
  return {
    sources,
    walk,
    replay,
    related: { ...walk, freers, read },
    headers,
    changed: (path) => {
      programs.changed(path);
      known = undefined;
      forget();
    },
    edited: (path, edit) => {
      programs.changed(path);
      if (!effects.edited(edit)) return false;
      editMemory(memory, edit);
      return true;
    },
    forget,
  };
}
