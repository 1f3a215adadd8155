/** Whether a scanned tree has a capability: what its files say where the capability's row tells to look. */
import type { Files } from '../ports.js';
import { architectureOf } from './architectures.js';
import { codeOnly, functionsOf } from './c-functions.js';
import type { Capability, Look } from './capabilities.js';
import { ownOption } from './settings.js';
import type { TreeKconfig } from './tree-kconfig.js';

/** Unknown: the file that would tell is missing. */
export type Answer = 'yes' | 'no' | 'unknown';

interface Reader {
  readonly files: Files;
  readonly kconfig: TreeKconfig;
  /** Functions of the files that were read so far. */
  readonly functions: Map<string, ReadonlyMap<string, string>>;
}

/** Answers of a tree, for the whole of it or for one architecture; the functions of a file are found once. */
export function capabilityReader(
  files: Files,
  kconfig: TreeKconfig,
): (capability: Capability, architecture: string | undefined) => Answer {
  const reader: Reader = { files, kconfig, functions: new Map() };
  return (capability, architecture) => askCapability(reader, capability, architecture);
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
