/** Texts to break: the sample's files and our models whole, and one by one the functions of real kernel files where there is a tree. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { factsOf } from '../../src/core/index/extract.js';
import { kernelTrees } from '../support/trees.js';
import { PIECES } from '../unit/dialect/pieces.js';
import { randomFrom } from './mutations.js';

const PROJECT = join(import.meta.dirname, '..', '..');

/** Files with what a walker is made of: macros around functions, operation tables, #ifdef arms, gotos, long conditions. */
const FILES = [
  'mm/pagewalk.c',
  'mm/ptdump.c',
  'mm/hmm.c',
  'mm/page_vma_mapped.c',
  'arch/x86/mm/pat/set_memory.c',
];
const LONGEST = 3_000;

export function seeds(): readonly string[] {
  return [...ours(), ...generated(60), ...real()];
}

function ours(): readonly string[] {
  const found = readdirSync(join(PROJECT, 'sample'), { recursive: true, encoding: 'utf8' });
  return found
    .filter((path) => /\.[ch]$/.test(path))
    .map((path) => readFileSync(join(PROJECT, 'sample', path), 'utf8'));
}

/** Pieces of C joined at random. */
function generated(count: number): readonly string[] {
  const random = randomFrom(7);
  return Array.from({ length: count }, () =>
    Array.from({ length: 4 + random(30) }, () => PIECES[random(PIECES.length)] ?? '').join(''),
  );
}

function real(): readonly string[] {
  const tree = kernelTrees().at(-1);
  return FILES.flatMap((file) => {
    const text = tree?.files.read(file);
    return text === undefined ? [] : factsOf(text).functions.map(({ start, end }) => text.slice(start, end));
  }).filter((text) => text.length <= LONGEST);
}
