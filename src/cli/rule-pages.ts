/** The rules' pages, docs/rules/RULE.md beside dist/: the name of a page is the name of its rule. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RulePage } from '../core/report/sarif.js';

const PAGES = join(__dirname, '..', 'docs', 'rules');

/** All pages in order of their names; none where the documentation was not installed. */
export function rulePages(): readonly RulePage[] {
  return pageNames()
    .filter((path) => /^[\w-]+\/[\w-]+\.md$/.test(path))
    .sort()
    .map((path) => {
      const markdown = readFileSync(join(PAGES, path), 'utf8');
      return { id: path.slice(0, -'.md'.length), title: titleOf(markdown), markdown };
    });
}

function pageNames(): readonly string[] {
  try {
    return readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).map((path) =>
      path.replaceAll('\\', '/'),
    );
  } catch {
    return [];
  }
}

/** `# kernel-walk/hot-remove: what it says` */
function titleOf(markdown: string): string {
  return /^#\s+\S+:\s*(.*)$/m.exec(markdown)?.[1] ?? '';
}
