/** `walkrace explain`: what a rule, a freer or a protection is, from the same tables that the scan reads. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { explainFreer, explainProtection, protectionNamed } from '../../core/report/explain.js';
import { FREERS } from '../../core/kernel/freers.js';
import { PROTECTIONS } from '../../core/kernel/protections.js';
import type { Ports } from '../run.js';
import { UsageError } from '../status.js';
import { nearest } from '../nearest.js';

/** docs/rules/ beside dist/; a rule's page has the rule's name. */
const PAGES = join(__dirname, '..', 'docs', 'rules');

export function addExplain(program: Command, { terminal }: Ports): void {
  program
    .command('explain')
    .summary('what a rule, a freer or a protection is')
    .description('Explains a rule, a freer or a protection; without a name, lists them.')
    .argument('[name]', 'as in kernel-walk/hot-remove, memory-hot-remove, get_online_mems')
    .action((name: string | undefined) => terminal.out(name === undefined ? overview() : explained(name)));
}

function explained(name: string): string {
  if (rules().includes(name)) return readFileSync(join(PAGES, `${name}.md`), 'utf8');
  const freer = FREERS.find(({ id }) => id === name);
  if (freer) return explainFreer(freer);
  const protection = protectionNamed(name);
  if (protection) return explainProtection(protection);
  const known = [
    ...rules(),
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
  const pages = rules().map((id) => ({ id, title: titleOf(readFileSync(join(PAGES, `${id}.md`), 'utf8')) }));
  return [rows('Rules', pages), rows('Freers', FREERS), rows('Protections', PROTECTIONS)].join('\n');
}

/** `# kernel-walk/hot-remove: what it says` */
const titleOf = (page: string): string => /^#\s+\S+:\s*(.*)$/m.exec(page)?.[1] ?? '';

function rules(): readonly string[] {
  return readdirSync(PAGES, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\/.*\.md$/.test(path))
    .map((path) => path.slice(0, -'.md'.length))
    .sort();
}
