/** What a lock call of the tables takes, and which freers that keeps out of a walk, and which not. */
import { FREERS } from '../../core/kernel/freers.js';
import { exclusions } from '../../core/kernel/matrix.js';
import { guardCallsOf, lockCallsOf, type FieldOf, type LockCall } from '../../core/kernel/protections.js';
import type { Exclusion, ProtectionCall } from '../../core/kernel/types.js';
import { circumstances } from '../../core/report/explain.js';
import { code, escapeMarkdown } from './markdown.js';

/** A use of a name in C: `args` as they are written. */
export interface Use {
  readonly name: string;
  readonly args: readonly string[];
  /** The name stands in guard(NAME), scoped_guard(NAME, ..). */
  readonly isGuard: boolean;
}

/** Paragraphs; none for a name that is no lock. */
export function describeLock({ name, args, isGuard }: Use): readonly string[] {
  const fieldOf: FieldOf = (argument) => lastName(args[argument] ?? '');
  const calls = isGuard ? guardCallsOf(name, fieldOf) : lockCallsOf(name, fieldOf);
  const title = code(isGuard ? `guard(${name})` : `${name}()`);
  return calls.flatMap((each) => describeCall(title, each, args));
}

/** `mmap_lock` of `&mm->mmap_lock`; of a lock in a lock, both names. */
function lastName(argument: string): string | undefined {
  const names = argument
    .replace(/^[&*(\s]+/, '')
    .split(/->|\./)
    .map((part) => part.trim());
  const last = names.at(-1);
  return last === 'lock' && names.length > 2 ? names.slice(-2).join('->') : last === '' ? undefined : last;
}

function describeCall(
  title: string,
  { protection: { id, title: what, source }, call }: LockCall,
  args: readonly string[],
): readonly string[] {
  const head = `**${title}** ${doing(call, code(id))}: ${escapeMarkdown(what)}. *${code(source)}*`;
  if (call.effect === 'release') return [head];
  const mm = call.instance?.as === 'object' ? args[call.instance.argument] : undefined;
  const cells = FREERS.flatMap((freer) => exclusions(freer.id)).filter(
    (cell) =>
      cell.protection === id &&
      (cell.mode === 'any' || call.mode === 'any' || cell.mode === call.mode) &&
      (cell.of === undefined || mm === undefined || (cell.of === 'init_mm') === (mm.trim() === '&init_mm')),
  );
  const told = new Set(cells.map(({ freer }) => freer));
  const others = FREERS.filter((freer) => !told.has(freer.id)).map((freer) => code(freer.id));
  return [
    head,
    ...section('Keeps out', cells, 'yes'),
    ...section('Keeps out in part', cells, 'partly'),
    ...section('Does not keep out', cells, 'no'),
    ...(others.length === 0
      ? []
      : [`${told.size === 0 ? 'Keeps out no freer that is known' : 'Nor'}: ${others.join(', ')}.`]),
  ];
}

function doing({ effect, mode, acquired }: ProtectionCall, lock: string): string {
  const how = mode === 'any' ? '' : ` for ${mode}`;
  switch (effect) {
    case 'acquire':
      return `takes ${lock}${how}${(acquired ?? 'always') === 'always' ? '' : ', or fails'}`;
    case 'release':
      return `lets go of ${lock}`;
    case 'downgrade':
      return `goes on holding ${lock} for read alone`;
    case 'assert':
      return `demands that ${lock} is held${how}`;
  }
}

function section(
  title: string,
  cells: readonly Exclusion[],
  excludes: Exclusion['excludes'],
): readonly string[] {
  const lines = cells
    .filter((cell) => cell.excludes === excludes)
    .map(
      (cell) =>
        `- ${code(cell.freer)}${escapeMarkdown(circumstances(cell))}: ${escapeMarkdown(cell.note)} *${code(cell.source)}*`,
    );
  return lines.length === 0 ? [] : [`${title}:\n\n${[...new Set(lines)].join('\n')}`];
}
