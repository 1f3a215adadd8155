/** A replay for people: the verdict first, then the lanes side by side, then what it rests on. */
import { renderTraceText, type RenderOptions } from '../trace/render.js';
import type { ReplayReport } from './report.js';
import { plural } from './words.js';

/** Ends with a newline. A race is told with its trace; without one, what was searched is the answer. */
export function replayText(report: ReplayReport, options: RenderOptions): string {
  const { scene, trace } = report;
  const head = `${titleOf(report)}\n${verdictLine(report)}\n`;
  if (scene === null) return `${head}${assumptionsOf(report)}`;
  if (trace.length === 0) {
    const { arch } = scene;
    return `${head}searched: ${boundsText(report)}; ${scene.bounds.entries} entries per table, ${arch}\n${assumptionsOf(report)}`;
  }
  return `${head}\n${renderTraceText({ ...scene, steps: trace }, options)}searched: ${boundsText(report)}\n`;
}

function titleOf({ walker, freer, protections, without = [], ownsRange }: ReplayReport): string {
  const added = protections.length === 0 ? '' : `, with ${protections.join(', ')}`;
  const left = without.length === 0 ? '' : `, without ${without.join(', ')}`;
  const owned = ownsRange ? ', in a range that the caller owns' : '';
  return `${walker.function}() (${walker.file}:${walker.line}) against ${freer}${added}${left}${owned}`;
}

function verdictLine({ verdict, kinds, states, reason }: ReplayReport): string {
  switch (verdict) {
    case 'confirmed':
      return `confirmed: ${kinds.join(', ')}`;
    case 'refuted':
      return `refuted: no race in any of ${plural(states, 'state')}`;
    case 'unknown':
      return `unknown: ${reason}; no race in the ${plural(states, 'state')} before`;
    case 'not-replayable':
      return `not replayable: ${reason}`;
  }
}

function boundsText({ bounds, states, ms }: ReplayReport): string {
  return `${plural(states, 'state')} in ${ms} ms, of at most ${bounds.maxStates} states and ${bounds.maxMs} ms`;
}

function assumptionsOf({ assumptions }: ReplayReport): string {
  return assumptions.length === 0
    ? ''
    : `assuming:\n${assumptions.map(({ text }) => `  - ${text}\n`).join('')}`;
}
