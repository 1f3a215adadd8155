/** Options that several commands share, and readers of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';

/** `--root`, `--jobs`, `--cache`, `--no-cache` */
export interface TreeOptions {
  readonly root?: string;
  readonly jobs?: number;
  readonly cache?: string | boolean;
}

export function withTreeOptions(command: Command): Command {
  return command
    .option(
      '--root <dir>',
      'the kernel tree; by default found upwards from the files, by Kbuild, Kconfig and mm/',
    )
    .option('--jobs <n>', 'threads that read the tree; by default one for each CPU', count)
    .option(
      '--cache <dir>',
      'where to keep what can be computed again; by default the cache directory of the system',
    )
    .option('--no-cache', 'keep nothing, read nothing that was kept');
}

export function formatOption(...formats: readonly string[]): Option {
  return new Option('--format <format>', 'how to write the answer').choices(formats).default(formats[0]);
}

/** A whole number from 1. */
export function count(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError(`${text} is no whole number from 1`);
  return Number(text);
}

/** `a,b` and several such options, one after the other. */
export function list(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, ...text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))];
}

/** One value an option; may be repeated. */
export function each(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `states=N,ms=N` */
export function bounds(text: string): { readonly maxStates?: number; readonly maxMs?: number } {
  const found: { maxStates?: number; maxMs?: number } = {};
  for (const part of text.split(',')) {
    const [, name, value = ''] = /^\s*(states|ms)\s*=\s*([1-9][0-9]{0,9})\s*$/.exec(part) ?? [];
    if (name === undefined) throw new InvalidArgumentError(`"${part}" is neither states=N nor ms=N`);
    found[name === 'states' ? 'maxStates' : 'maxMs'] = Number(value);
  }
  return found;
}
