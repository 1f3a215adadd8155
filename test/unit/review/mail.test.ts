/** From mails and mailboxes to series: what git, b4 and mailing lists make of a patch. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSeries } from '../../../src/core/review/read.js';
import type { Patch } from '../../../src/core/review/patch/patch.js';
import { readSubject } from '../../../src/core/review/patch/subject.js';
import { BODY, bytes, DIFF, mail, mbox } from './mails.js';

const patchesOf = async (text: string): Promise<readonly Patch[]> => (await readSeries(bytes(text))).patches;
const changed = (patch: Patch | undefined): readonly string[] =>
  (patch?.diff.files ?? []).flatMap(({ hunks }) =>
    hunks.flatMap(({ lines }) =>
      lines.flatMap(({ kind, text }) => (kind === 'context' ? [] : [`${kind} ${text}`])),
    ),
  );
const WANTED = ['removed int b;', 'added int b2;', 'added int c;'];
const base64 = (text: string): string =>
  Buffer.from(text, 'utf8').toString('base64').replace(/.{76}/g, '$&\n');
const quotedPrintable = (text: string): string =>
  [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      byte === 0x3d || byte > 126 ? `=${byte.toString(16).toUpperCase()}` : String.fromCharCode(byte),
    )
    .join('')
    .replace(/ $/gm, '=20');

describe('one mail', () => {
  test('the message ends at ---, the diff at its last line, and each line knows its place', async () => {
    const text = mail({ subject: '[PATCH] mm: do it', body: BODY });
    const [patch] = await patchesOf(text);
    expect(patch?.title).toBe('mm: do it');
    expect(patch?.message).toBe(
      'Some words about the change.\n\nSigned-off-by: Anna Example <anna@example.org>',
    );
    expect(changed(patch)).toEqual(WANTED);
    const [removed] = patch?.diff.files[0]?.hunks[0]?.lines.filter(({ kind }) => kind === 'removed') ?? [];
    expect(patch?.lines[(removed?.at ?? 0) - 1]).toBe('-int b;');
    expect(text.split('\n')[(patch?.inputLine ?? 0) + (removed?.at ?? 0) - 2]).toBe('-int b;');
  });

  test.each([
    ['base64', base64, 'base64'],
    ['quoted-printable', quotedPrintable, 'quoted-printable'],
  ])('%s, with names that are not ASCII', async (_, encode, encoding) => {
    const body = encode(BODY.replace('Some words', 'Ein schöner Änderungsvermerk — 中文'));
    const headers = [
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      `Content-Transfer-Encoding: ${encoding}`,
    ];
    const [patch] = await patchesOf(
      mail({ subject: '[PATCH] =?UTF-8?q?mm:_=C3=A4ndere_x?=', body, headers }),
    );
    expect(patch?.title).toBe('mm: ändere x');
    expect(patch?.message).toContain('Ein schöner Änderungsvermerk — 中文');
    expect(changed(patch)).toEqual(WANTED);
    expect(patch?.inputLine).toBeUndefined();
  });

  test('Latin-1 in eight bits', async () => {
    const headers = ['Content-Type: text/plain; charset=ISO-8859-1', 'Content-Transfer-Encoding: 8bit'];
    const text = mail({ subject: '[PATCH] x', body: BODY.replace('Anna', 'J\xfcrgen'), headers });
    const { patches } = await readSeries(Uint8Array.from(text, (each) => each.charCodeAt(0)));
    expect(patches[0]?.message).toContain('Signed-off-by: Jürgen Example');
  });

  test('lines that end with CR LF', async () => {
    const [patch] = await patchesOf(mail({ subject: '[PATCH] x', body: BODY }).replaceAll('\n', '\r\n'));
    expect(changed(patch)).toEqual(WANTED);
  });

  test('the patch is attached', async () => {
    const body = [
      '--cut',
      'Content-Type: text/plain',
      '',
      'See the patch.',
      '--cut',
      'Content-Type: text/x-patch; name="fix.patch"',
      'Content-Disposition: attachment; filename="fix.patch"',
      'Content-Transfer-Encoding: base64',
      '',
      base64(DIFF),
      '--cut--',
      '',
    ].join('\n');
    const headers = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=cut'];
    expect(changed((await patchesOf(mail({ subject: 'a fix', body, headers })))[0])).toEqual(WANTED);
  });

  test('a diff that the message shows is none of the patch', async () => {
    const shown = `Before:\n\n${DIFF.replace('int c;', 'int no;')}\nNow it is right.\n${BODY}`;
    const [patch] = await patchesOf(mail({ subject: '[PATCH] x', body: shown }));
    expect(changed(patch)).toEqual(WANTED);
    expect(patch?.message).toContain('+int no;');
  });

  test('a removed line of two dashes is no separator', async () => {
    const body = 'Text\n\n--- a/x\n+++ b/x\n@@ -1,3 +1,2 @@\n a\n---\n b\n';
    const [patch] = await patchesOf(mail({ subject: '[PATCH] x', body }));
    expect(patch?.message).toBe('Text');
    expect(changed(patch)).toEqual(['removed --']);
  });

  test('what stands above the scissors is talk', async () => {
    const [patch] = await patchesOf(
      mail({ subject: 'Re: bug', body: `How about this?\n\n-- >8 --\n${BODY}` }),
    );
    expect(patch?.message).toMatch(/^Some words/);
  });

  test('base-commit', async () => {
    const { baseCommit } = await readSeries(
      bytes(
        mail({
          subject: '[PATCH] x',
          body: `${BODY}\nbase-commit: 0123456789abcdef0123456789abcdef01234567\n`,
        }),
      ),
    );
    expect(baseCommit).toBe('0123456789abcdef0123456789abcdef01234567');
  });

  test('who wrote it, to whom, and what it answers', async () => {
    const headers = [
      'Cc: "Example, Bert" <bert@example.org>, =?UTF-8?q?J=C3=BCrgen?= <j@example.org>,',
      ' carl@example.org',
      'In-Reply-To: <cover@example.org>',
      'References: <first@example.org>',
      ' <cover@example.org>',
    ];
    const [patch] = await patchesOf(mail({ subject: '[PATCH 1/2] x', body: BODY, headers }));
    expect(patch?.mail).toMatchObject({
      from: 'Anna Example <anna@example.org>',
      to: ['linux-mm@example.org'],
      cc: ['"Example, Bert" <bert@example.org>', 'Jürgen <j@example.org>', 'carl@example.org'],
      inReplyTo: '<cover@example.org>',
      references: ['<first@example.org>', '<cover@example.org>'],
    });
  });
});

describe('a mailbox', () => {
  const part = (subject: string): string => mail({ subject, body: BODY });

  test('a thread: cover letter, an older version, replies with quoted patches, out of order', async () => {
    const quoted = BODY.replace(/^/gm, '> ');
    const { patches, cover, version, notes } = await readSeries(
      bytes(
        mbox(
          part('[PATCH 1/2] one'),
          mail({ subject: '[PATCH v2 0/2] all', body: 'The whole.\n' }),
          part('[PATCH v2 2/2] two'),
          mail({ subject: 'Re: [PATCH v2 2/2] two', body: `${quoted}\nLooks good.\n` }),
          mail({ subject: 'Re: [PATCH v2 1/2] one', body: `Rather so?\n\n${DIFF}` }),
          part('[PATCH v2 1/2] one'),
        ),
      ),
    );
    expect(patches.map(({ title }) => title)).toEqual(['one', 'two']);
    expect(version).toBe(2);
    expect(cover?.message).toBe('The whole.');
    expect(notes).toEqual([
      'no patch in "Re: [PATCH v2 2/2] two" (a reply)',
      'left aside: the patch in the reply "Re: [PATCH v2 1/2] one"',
      'left aside: version 1; version 2 is reviewed',
    ]);
  });

  test('older versions are told in the order of their numbers', async () => {
    const versions = ['v10', 'v9', 'v11', 'v9'].map((version) => part(`[PATCH ${version}] one`));
    const { version, notes } = await readSeries(bytes(mbox(...versions)));
    expect(version).toBe(11);
    expect(notes).toEqual([
      'left aside: version 9; version 11 is reviewed',
      'left aside: version 10; version 11 is reviewed',
    ]);
  });

  test('what is missing is told', async () => {
    const { patches, notes } = await readSeries(
      bytes(mbox(part('[PATCH 1/3] one'), part('[PATCH 3/3] three'))),
    );
    expect(patches).toHaveLength(2);
    expect(notes).toEqual(['not here: patch 2 of 3: what is reviewed rests on the tree without them']);
  });

  test('a line of the message that begins with From', async () => {
    const [patch, ...others] = await patchesOf(
      mbox(
        mail({
          subject: '[PATCH] x',
          body: BODY.replace('Some words', "Word\n\nFrom here on: 10:20 o'clock\nSome words"),
        }),
      ),
    );
    expect(others).toEqual([]);
    expect(patch?.message).toContain('\nFrom here on');
  });
});

describe('no mail', () => {
  test('a bare diff, with words above it', async () => {
    const [patch] = await patchesOf(`mm: do it\n\nSome words.\n\n${DIFF}`);
    expect(patch?.title).toBe('mm: do it');
    expect(changed(patch)).toEqual(WANTED);
    expect(patch?.mail).toBeUndefined();
  });

  test('git log -p: a patch for each commit, the oldest first', async () => {
    const log = (commit: string, title: string): string =>
      `commit ${commit}\nAuthor: Anna <a@example.org>\nDate:   now\n\n    ${title}\n    \n    Words.\n\n${DIFF}\n`;
    const patches = await patchesOf(log('2'.repeat(40), 'second') + log('1'.repeat(40), 'first'));
    expect(patches.map(({ title, message }) => [title, message])).toEqual([
      ['first', 'first\n\nWords.'],
      ['second', 'second\n\nWords.'],
    ]);
  });

  test('nothing', async () => {
    expect(await readSeries(bytes(''))).toMatchObject({
      patches: [],
      notes: ['there is no diff in the input'],
    });
    expect((await readSeries(bytes('hello\n'))).patches).toEqual([]);
  });
});

test.each([
  ['[PATCH] x', { version: 1, isPatch: true }],
  ['[PATCH V3 2/4] x', { version: 3, number: 2, total: 4 }],
  ['[RFC PATCH net-next v12 03/10] x', { version: 12, number: 3, total: 10 }],
  ['[PATCHv2 1/2] x', { version: 2, number: 1, total: 2 }],
  ['[PATCH 5.10 1/2] x', { version: 1, number: 1, total: 2 }],
  ['Re: Re: [PATCH 1/2] x', { isReply: true, number: 1 }],
  ['x', { isPatch: false }],
])('%s', (subject, wanted) => {
  expect(readSubject(subject)).toMatchObject({ ...wanted, title: 'x' });
});

test('however broken a mail is, it is read', async () => {
  const whole = mbox(
    mail({ subject: '[PATCH 1/2] one', body: BODY }),
    mail({ subject: '[PATCH 2/2] two', body: BODY }),
  );
  const cut = fc.tuple(
    fc.nat(whole.length),
    fc.nat(40),
    fc.oneof(fc.string(), fc.constantFrom('\n', '\n\n', '\r\n', '\0', '--cut', '@@', '%')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cut, { maxLength: 8 }), async (cuts) => {
      const broken = cuts.reduce(
        (text, [at, length, put]) => text.slice(0, at) + put + text.slice(at + length),
        whole,
      );
      const { patches } = await readSeries(bytes(broken));
      for (const { diff, lines } of patches)
        for (const { hunks } of diff.files)
          for (const hunk of hunks)
            for (const { at, text } of hunk.lines) expect(lines[at - 1]?.slice(1)).toBe(text);
    }),
    { numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (noise) => {
      await readSeries(noise);
    }),
  );
});
