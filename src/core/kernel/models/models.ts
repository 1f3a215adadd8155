/**
 * Models: our own small C texts for generic walkers whose body is not at hand (a lone file, a tree cut in parts). A resolver
 * that finds no body of a function asks {@link modelOf}, parses the text like any other file, under the name `file`, and
 * lowers it; the functions that the model calls are in the same text.
 */
import { holds, NEWEST } from '../when.js';
import type { When } from '../types.js';
import apply from './apply.c';
import pagewalkInside from './pagewalk-callbacks-inside.c';
import pagewalk from './pagewalk.c';

export interface Model {
  /** Stands for the file's path, relative to no root: nobody can open it, and it is no file of the tree. */
  readonly file: string;
  /** C text, to be parsed by the caller. */
  readonly text: string;
  /** The functions that others may call. */
  readonly functions: readonly string[];
  readonly when?: When;
  /** What it is a model of. */
  readonly source: string;
}

export const MODELS: readonly Model[] = [
  {
    file: 'walkrace/pagewalk.c',
    text: pagewalk,
    functions: [
      'walk_page_range',
      'walk_page_range_mm_unsafe',
      'walk_page_range_vma',
      'walk_page_range_vma_unsafe',
      'walk_page_vma',
      'walk_page_mapping',
      'walk_page_range_novma',
      'walk_page_range_debug',
      'walk_kernel_page_table_range',
      'walk_kernel_page_table_range_lockless',
    ],
    when: ['walk-ops'],
    source: 'mm/pagewalk.c:walk_page_range',
  },
  {
    file: 'walkrace/pagewalk-callbacks-inside.c',
    text: pagewalkInside,
    functions: ['walk_page_range', 'walk_page_vma'],
    when: ['!walk-ops'],
    source: 'mm/pagewalk.c:walk_page_range@4.18',
  },
  {
    file: 'walkrace/apply.c',
    text: apply,
    functions: ['apply_to_page_range', 'apply_to_existing_page_range'],
    source: 'mm/memory.c:apply_to_page_range',
  },
];

/** The model that has this function, in a tree with these capabilities; undefined when there is none. */
export function modelOf(name: string, capabilities: ReadonlySet<string> = NEWEST): Model | undefined {
  return MODELS.find((model) => model.functions.includes(name) && holds(model.when, capabilities));
}

/** Whether a place is in a model, not in a file that a person could open. */
export function isModelFile(file: string): boolean {
  return MODELS.some((model) => model.file === file);
}
