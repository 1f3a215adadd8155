/** What a session works with, laid open: for scripts that ask the rooms of the core one by one. */
import { createChainMemory } from '../../src/core/analysis/chain-memory.js';
import { createEffects } from '../../src/core/analysis/effects.js';
import { tablesOnly } from '../../src/core/analysis/file-names.js';
import { createPrograms } from '../../src/core/analysis/programs.js';
import { createSources } from '../../src/core/analysis/sources.js';
import type { WalkWorld } from '../../src/core/analysis/walk-world.js';
import { profileOf } from '../../src/core/kernel/architectures.js';
import { PRIMITIVES } from '../../src/core/kernel/primitives.js';
import { capabilitiesOn, readTree } from '../../src/core/kernel/tree.js';
import { SILENT_LOG } from '../../src/core/ports.js';
import { knowledgeOf } from '../../src/core/program/lower/context.js';
import { createFreerPrograms } from '../../src/core/replay/freer-programs.js';
import type { ReplayWorld } from '../../src/core/replay/world.js';
import { createParser } from '../../src/core/syntax/parser.js';
import { readWasm } from '../../src/host/assets.js';
import { openCache } from '../../src/host/cache.js';
import { openTree } from '../../src/host/open-tree.js';

export interface Worlds {
  readonly walk: WalkWorld;
  readonly replay: ReplayWorld;
  /** Files that name a primitive of a walk. */
  readonly paths: readonly string[];
  /** Makes a file known: to be called before its functions are asked for. */
  readonly see: (path: string) => void;
}

export async function worldsOver(directory: string, cache: string): Promise<Worlds> {
  const wasm = readWasm();
  const parser = await createParser(wasm.runtime, wasm.grammar);
  const { files, scan } = await openTree(directory, {
    cache: openCache(cache, 'test', SILENT_LOG),
    log: SILENT_LOG,
  });
  const tree = readTree(files);
  const knowledge = knowledgeOf(tree.capabilities);
  const sources = createSources(files, { segments: scan.segments, gone: scan.gone });
  const programs = createPrograms(parser, () => tablesOnly(knowledge), sources.read);
  const effects = createEffects(sources.index, programs, knowledge);
  const { index } = sources;
  const names = new Set(PRIMITIVES.map(({ name }) => name));
  return {
    walk: { index, programs, effects, knowledge, tree, memory: createChainMemory(sources.uses) },
    replay: {
      index,
      programs,
      freers: createFreerPrograms(),
      knowledge,
      read: sources.read,
      capabilities: (arch) => capabilitiesOn(tree, arch),
      archOf: (arch) => profileOf(arch, capabilitiesOn(tree, arch)),
    },
    paths: sources.mentioning(names),
    see: (path) => sources.see(path),
  };
}
