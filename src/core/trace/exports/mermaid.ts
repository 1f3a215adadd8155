/** A trace as a Mermaid sequence diagram, for a mail or a page that draws it. */
import type { Trace } from '../trace.js';

/** Mermaid takes `;` and `#` for its own. */
const clean = (text: string): string => text.replaceAll('#', '#35;').replaceAll(';', '#59;');

export function exportMermaid(trace: Trace): string {
  const lanes = [...new Set(trace.steps.map((step) => step.t))];
  const id = (lane: string): string => `L${lanes.indexOf(lane)}`;
  const title = (lane: string): string => {
    const thread = trace.threads.find((each) => each.name === lane);
    return clean(thread === undefined ? lane : `CPU ${thread.cpu}: ${lane}`);
  };
  const lines = trace.steps.flatMap((step, index) => {
    const before = trace.steps[index - 1];
    const change =
      before === undefined || before.t === step.t
        ? []
        : [`  ${id(before.t)}-->>${id(step.t)}: `.trimEnd() + ' .'];
    const mark = step.mark === undefined ? '' : `${step.mark}: `;
    const place = step.at === undefined ? '' : ` (${step.at})`;
    const text = clean(`${mark}${step.text}${place}`);
    return [
      ...change,
      step.violation === undefined
        ? `  Note over ${id(step.t)}: ${text}`
        : `  rect rgb(255, 220, 220)\n  Note over ${id(step.t)}: ${text}\n  end`,
    ];
  });
  return [
    'sequenceDiagram',
    `  %% ${trace.headline}`,
    ...lanes.map((lane) => `  participant ${id(lane)} as ${title(lane)}`),
    ...lines,
    '',
  ].join('\n');
}
