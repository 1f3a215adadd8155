/** `walkrace explain`: what a rule, a freer or a protection is, from the same tables that the scan reads. */
import type { Command } from 'commander';
import { explainFreer, explainProtection, protectionNamed } from '../../core/report/explain.js';
import { FREERS } from '../../core/kernel/freers.js';
import { PROTECTIONS } from '../../core/kernel/protections.js';
import type { Ports } from '../ports.js';
import { UsageError } from '../status.js';
import { nearest } from '../../core/report/nearest.js';
import { rulePages } from '../rule-pages.js';

export function addExplain(program: Command, { terminal }: Ports): void {
  program
    .command('explain')
    .summary('what a rule, a freer or a protection is')
    .description('Explains a rule, a freer or a protection; without a name, lists them.')
    .argument('[name]', 'as in kernel-walk/hot-remove, memory-hot-remove, get_online_mems')
    .action((name: string | undefined) => terminal.out(name === undefined ? overview() : explained(name)));
}

function explained(name: string): string {
  const pages = rulePages();
  const page = pages.find(({ id }) => id === name);
  if (page) return page.markdown;
  const freer = FREERS.find(({ id }) => id === name);
  if (freer) return explainFreer(freer);
  const protection = protectionNamed(name);
  if (protection) return explainProtection(protection);
  const known = [
    ...pages.map(({ id }) => id),
    ...FREERS.map(({ id }) => id),
    ...PROTECTIONS.flatMap(({ id, calls }) => [id, ...calls.map(({ api }) => api)]),
  ];
  const near = nearest(name, known);
  const hint = near.length === 0 ? '`walkrace explain` lists what there is' : `is it ${near.join(' or ')}?`;
  throw new UsageError(`there is no rule, freer or protection "${name}"; ${hint}`);
}

function overview(): string {
  const rows = (title: string, items: readonly { readonly id: string; readonly title: string }[]): string => {
    const width = Math.max(0, ...items.map(({ id }) => id.length));
    return [title, ...items.map((item) => `  ${item.id.padEnd(width)}  ${item.title}`.trimEnd()), ''].join(
      '\n',
    );
  };
  return [rows('Rules', rulePages()), rows('Freers', FREERS), rows('Protections', PROTECTIONS)].join('\n');
}
