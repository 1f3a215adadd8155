/** Freers and protections in words, from the knowledge tables: each statement with the kernel source that it is taken from. */
import { exclusions } from '../kernel/matrix.js';
import { FREERS, type Freer } from '../kernel/freers.js';
import { PROTECTIONS } from '../kernel/protections.js';
import type { Exclusion, Protection } from '../kernel/types.js';

/** What it frees, what it holds, and everything that is known to keep it out, or not to. */
export function explainFreer(freer: Freer): string {
  const cells = exclusions(freer.id);
  return paragraphs([
    `${freer.id}: ${freer.title}`,
    `Frees ${freer.frees}.\nHolds ${freer.holds}.\nWorks on: ${freer.ranges.join(', ')} (${freer.tables.join(' and ')} tables).\nSource: ${freer.source}`,
    ...section(
      'Kept out by',
      cells.filter(({ excludes }) => excludes === 'yes'),
      byProtection,
    ),
    ...section(
      'Kept out in part by',
      cells.filter(({ excludes }) => excludes === 'partly'),
      byProtection,
    ),
    ...section(
      'Not kept out by',
      cells.filter(({ excludes }) => excludes === 'no'),
      byProtection,
    ),
    'What is not listed does not keep it out.',
  ]);
}

/** How it is taken, and which freers it keeps out. */
export function explainProtection(protection: Protection): string {
  const { id, title, calls, source } = protection;
  const apis = (effect: string): string =>
    calls
      .filter((call) => call.effect === effect)
      .map(({ api }) => api)
      .join(', ');
  const cells = FREERS.flatMap((freer) => exclusions(freer.id)).filter((cell) => cell.protection === id);
  const taken = [
    ['Taken by', apis('acquire')],
    ['Released by', apis('release')],
    ['Demanded by', apis('assert')],
  ].flatMap(([what, names]) =>
    names === '' || names === undefined || what === undefined ? [] : [`${what}: ${names}`],
  );
  return paragraphs([
    `${id}: ${title}`,
    [...taken, `Source: ${source}`].join('\n'),
    ...section(
      'Keeps out',
      cells.filter(({ excludes }) => excludes === 'yes'),
      byFreer,
    ),
    ...section(
      'Keeps out in part',
      cells.filter(({ excludes }) => excludes === 'partly'),
      byFreer,
    ),
    ...section(
      'Does not keep out',
      cells.filter(({ excludes }) => excludes === 'no'),
      byFreer,
    ),
    ...(cells.some(({ excludes }) => excludes === 'yes') ? [] : ['It keeps no freer out for certain.']),
  ]);
}

/** By its id, or by one of its calls. */
export function protectionNamed(name: string): Protection | undefined {
  const api = name.replace(/\(.*$/s, '').trim();
  return (
    PROTECTIONS.find(({ id }) => id === api) ??
    PROTECTIONS.find(({ calls }) => calls.some((call) => call.api === api))
  );
}

function section(
  title: string,
  cells: readonly Exclusion[],
  name: (cell: Exclusion) => string,
): readonly string[] {
  if (cells.length === 0) return [];
  const lines = cells.map(
    (cell) => `  ${name(cell)}${circumstances(cell)}\n      ${cell.note}  [${cell.source}]`,
  );
  return [`${title}:\n${[...new Set(lines)].join('\n')}`];
}

/** ` (for write; where X)`: when a cell applies; nothing for always. */
export function circumstances({ mode, of, where, when }: Exclusion): string {
  const parts = [
    mode === 'any' ? '' : `for ${mode}`,
    of === undefined ? '' : of === 'init_mm' ? "the kernel's own" : "the process's",
    where === undefined ? '' : where.replace('-', ' a ').replace('vma', 'VMA'),
    when === undefined || when.length === 0 ? '' : `where ${when.join(' and ')}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join('; ')})`;
}

const byProtection = ({ protection }: Exclusion): string => protection;
const byFreer = ({ freer }: Exclusion): string => freer;
const paragraphs = (parts: readonly string[]): string => `${parts.join('\n\n')}\n`;
