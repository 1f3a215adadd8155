/**
 * The mmap lock of another process keeps nobody out. Two names may be of one mm, and mostly are; told are those only that a reader
 * takes for two at once: `current->mm` and what was got from a task, or two members of one object (`ctx->src_mm`, `ctx->dst_mm`).
 */
import { TASK_MM_CALLS } from '../kernel/task-mms.js';
import type { Expr } from '../program/ir.js';
import type { Way } from './chain.js';
import type { ChainWorld } from './chain-memory.js';
import { parseLockName, type Held } from './held.js';
import { sourcesAlong } from './value-sources-above.js';
import { evaluate, instanceText } from './values.js';
import type { Walk } from './walks.js';

const OF_MMS = 'mmap_lock';

/** What a chain holds over its walk (or `held`), without the mmap locks of mms that are not the walked one. */
export function heldOfWalkedMm(walk: Walk, way: Way, world: ChainWorld, held = way.held): Held {
  const names = [...held.keys()].filter((name) => parseLockName(name).class === OF_MMS);
  if (walk.tables === 'pfn' || !walk.mm || names.length === 0) return held;
  const walked = namesOfMm(walk.mm, walk, way, world);
  const others = names.filter((name) => {
    const { instance } = parseLockName(name);
    const taker = way.hops.find((hop) => hop.held.has(name))?.ref.facts.name;
    return instance !== undefined && walked.every((each) => areTwo(instance, each, taker));
  });
  return others.length === 0 ? held : new Map([...held].filter(([name]) => !others.includes(name)));
}

/** What the walked mm is called in the functions of the way: `owner:ctx->dst_mm`, `get_task_mm(task)`. */
function namesOfMm(mm: Expr, walk: Walk, way: Way, world: ChainWorld): readonly string[] {
  const passed = instanceText(evaluate(mm, way.values));
  const sources = sourcesAlong(mm, walk, way, world).map((each) =>
    each.kind === 'unknown' ? each.text : instanceText(each),
  );
  return sources.length === 0 ? [passed] : sources;
}

const CURRENT = /^current->(?:active_)?mm$/;

function areTwo(held: string, walked: string, taker: string | undefined): boolean {
  if (CURRENT.test(held)) return isOfOtherTask(walked);
  const [, owner, path] = /^(?:(\w+):)?(.+)$/.exec(walked) ?? [];
  if (owner !== undefined && owner !== taker) return false;
  const [ofHeld, ofWalked] = [memberOf(held), memberOf(path ?? '')];
  return (
    ofHeld !== undefined &&
    ofWalked !== undefined &&
    ofHeld.object === ofWalked.object &&
    ofHeld.member !== ofWalked.member
  );
}

/** `get_task_mm(task)` of any other than `current`. */
function isOfOtherTask(text: string): boolean {
  const [, call = '', task] = /^(\w+)\(\s*([\w.>-]+)\s*[,)]/.exec(text) ?? [];
  return TASK_MM_CALLS.some(({ api }) => api === call) && task !== undefined && !/^current\b/.test(task);
}

/** `ctx` and `src_mm` of `ctx->src_mm`: a member that is named for an mm of its own. */
function memberOf(path: string): { readonly object: string; readonly member: string } | undefined {
  const [, object, member] = /^(.+)(?:->|\.)(\w+_mm)$/.exec(path) ?? [];
  return object === undefined || member === undefined || member === 'active_mm' || member === 'vm_mm'
    ? undefined
    : { object, member };
}
