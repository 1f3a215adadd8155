/** A review as a mail: headers that a mailer takes, and the remark under the line that it is about. */
import { describe, expect, test, vi } from 'vitest';
import { NEVER_CANCELLED } from '../../../src/core/ports.js';
import { readSeries } from '../../../src/core/review/read.js';
import { addressHeader, textHeader } from '../../../src/core/review/reply/headers.js';
import { repliesOf, replyMail } from '../../../src/core/review/reply/reply.js';
import { dump } from '../analysis/kernel-c.js';
import { sessionOf } from '../analysis/scan-text.js';
import { bytes, mail } from './mails.js';
import { diffOf } from './reviewing.js';

// Each confirms its findings by replay, which takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const base = { 'mm/x.c': dump('get_online_mems();\n\tsweep(m);\n\tput_online_mems();') };
const bare = { 'mm/x.c': dump('sweep(m);') };

async function replyTo(headers: readonly string[], from = base, to = bare): Promise<string> {
  const body = `Who needs it.\n---\n${diffOf(from, to)}-- \n2.39.5\n`;
  const series = await readSeries(bytes(mail({ subject: '[PATCH v2] mm: drop the lock', body, headers })));
  const report = sessionOf(from).review(
    { series, base: 'the tree' },
    { cancellation: NEVER_CANCELLED, progress: () => undefined },
  );
  return repliesOf(report, series.patches).map(replyMail).join('\n=====\n');
}

test('a reply', async () => {
  const text = await replyTo([
    'Message-ID: <patch@example.org>',
    'Cc: Bert <bert@example.org>, linux-mm@example.org',
    'In-Reply-To: <cover@example.org>',
    'References: <cover@example.org>',
  ]);
  const [head = '', ...body] = text.split('\n\n');
  expect(head.split('\n')).toEqual([
    'To: Anna Example <anna@example.org>',
    'Cc: linux-mm@example.org, Bert <bert@example.org>',
    'Subject: Re: [PATCH v2] mm: drop the lock',
    'In-Reply-To: <patch@example.org>',
    'References: <cover@example.org> <patch@example.org>',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=UTF-8',
    'Content-Transfer-Encoding: 8bit',
  ]);
  expect(body[0]).toMatch(/^On Thu, 1 Jan 2026 00:00:00 \+0000, Anna Example wrote:\n> /);
  // Up to the line that takes the lock away, and no further.
  expect(body[0]).toMatch(/\n> -\tget_online_mems\(\);$/);
  expect(body[1]).toMatch(/^What keeps memory hot-remove/);
  expect(body[2]).toMatch(/^ {2}CPU 0 +CPU 1\n/);
  expect(text).toContain('^ use-after-free');
  for (const line of text.split('\n')) if (!line.startsWith('>')) expect(line.length).toBeLessThanOrEqual(78);
  expect(text).not.toMatch(/\.c:\d/);
});

test('where nothing is introduced, nothing is said', async () => {
  expect(await replyTo([], bare, base)).toBe('');
});

test('a reply goes where the mail asks for it', async () => {
  expect(await replyTo(['Reply-To: list@example.org'])).toMatch(/^To: list@example\.org\n/);
});

describe('headers', () => {
  test('names that are not ASCII, and long lists', () => {
    expect(addressHeader('To', ['Jürgen Groß <j@example.org>', 'b@example.org'])).toBe(
      'To: =?UTF-8?q?J=C3=BCrgen_Gro=C3=9F?= <j@example.org>, b@example.org',
    );
    const many = Array.from({ length: 9 }, (_, at) => `Name ${at} <name${at}@example.org>`);
    for (const line of addressHeader('Cc', many).split('\n')) expect(line.length).toBeLessThanOrEqual(76);
  });

  test('a subject can not bring a header of its own', () => {
    expect(textHeader('Subject', 'Re: x\nBcc: evil@example.org')).toBe(
      'Subject: Re: x Bcc: evil@example.org',
    );
  });

  test('a long subject is read back as it was', async () => {
    const subject = `[PATCH] mm: ${'ändere die Tabellen überall, '.repeat(8)}中文`
      .replace(/\s+/g, ' ')
      .trim();
    const header = textHeader('Subject', subject);
    for (const line of header.split('\n')) expect(line.length).toBeLessThanOrEqual(76);
    const { patches } = await readSeries(
      bytes(`From: a@example.org\n${header}\n\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n`),
    );
    expect(patches[0]?.mail?.subject).toBe(subject);
  });
});
