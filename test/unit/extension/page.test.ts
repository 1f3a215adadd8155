/** The page of the trace in a webview: what its policy lets it do. */
import { expect, test, vi } from 'vitest';

vi.mock('vscode', () => ({
  Uri: { joinPath: (base: string, ...names: readonly string[]) => [base, ...names].join('/') },
  env: { language: 'en' },
  l10n: { bundle: { hint: '</script><img src=x>' } },
}));

/** The webview's page, and its policy by directive. */
async function page(): Promise<{ readonly html: string; readonly policy: ReadonlyMap<string, string> }> {
  const { pageHtml } = await import('../../../src/extension/trace/page.js');
  const webview = { cspSource: 'vscode-webview://here', asWebviewUri: (uri: string) => uri };
  const html = pageHtml(webview as never, '/extension' as never);
  const text = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  const directives = text.split('; ').map((each) => /^(\S+) (.*)$/.exec(each)?.slice(1) ?? []);
  return { html, policy: new Map(directives.map(([name = '', sources = '']) => [name, sources])) };
}

test('nothing is allowed but its own script, by nonce, and its own style sheet: so it connects to nothing', async () => {
  const { html, policy } = await page();
  expect([...policy.keys()]).toEqual(['default-src', 'script-src', 'style-src', 'base-uri', 'form-action']);
  expect(policy.get('default-src')).toBe("'none'");
  expect(policy.get('style-src')).toBe('vscode-webview://here');
  const nonce = /<script nonce="([\w-]{22})"/.exec(html)?.[1];
  expect(policy.get('script-src')).toBe(`'nonce-${nonce ?? ''}'`);
});

test('no two pages have the same nonce', async () => {
  const [one, other] = [await page(), await page()];
  expect(one.policy.get('script-src')).not.toBe(other.policy.get('script-src'));
});

test('a translation that holds HTML is data, not elements', async () => {
  const { html } = await page();
  expect(html).not.toContain('<img');
  expect(html.match(/<\/script>/g)).toHaveLength(2);
});
