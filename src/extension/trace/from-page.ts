/** What the trace page says, validated: a webview is outside, as any page is. */
import * as v from 'valibot';
import type { FromPage } from '../../webview/protocol.js';

const key = v.object({
  document: v.string(),
  function: v.string(),
  freer: v.string(),
  protections: v.array(v.string()),
});

const fromPage = v.variant('type', [
  v.object({ type: v.literal('ready') }),
  v.object({
    type: v.literal('stepped'),
    step: v.number(),
    places: v.array(v.object({ lane: v.string(), at: v.string() })),
  }),
  v.object({ type: v.literal('open'), at: v.string() }),
  v.object({ type: v.literal('replay'), key }),
  v.object({ type: v.literal('matrix'), key }),
  v.object({
    type: v.literal('export'),
    format: v.picklist(['race', 'json', 'svg', 'html', 'promela', 'c', 'litmus']),
    content: v.exactOptional(v.string()),
  }),
  v.object({ type: v.literal('copy'), text: v.string() }),
]);

/** Undefined for anything that is no message of ours. */
export function parseFromPage(message: unknown): FromPage | undefined {
  const result = v.safeParse(fromPage, message);
  return result.success ? result.output : undefined;
}
