/** Mails of our own writing, for the tests of the review: nothing of them was ever sent. */

export interface MailText {
  readonly subject: string;
  readonly body: string;
  readonly headers?: readonly string[];
}

export const DIFF = `diff --git a/mm/x.c b/mm/x.c
index 1111111..2222222 100644
--- a/mm/x.c
+++ b/mm/x.c
@@ -1,3 +1,4 @@
 int a;
 
-int b;
+int b2;
+int c;
`;

export const BODY = `Some words about the change.

Signed-off-by: Anna Example <anna@example.org>
---
v2: better words

 mm/x.c | 3 ++-
 1 file changed, 2 insertions(+), 1 deletion(-)

${DIFF}-- 
2.39.5
`;

let count = 0;
export function mail({ subject, body, headers = [] }: MailText): string {
  count += 1;
  return [
    'From: Anna Example <anna@example.org>',
    `Subject: ${subject}`,
    'Date: Thu, 1 Jan 2026 00:00:00 +0000',
    ...(headers.some((each) => /^message-id/i.test(each)) ? [] : [`Message-ID: <${count}@example.org>`]),
    'To: linux-mm@example.org',
    ...headers,
    '',
    body,
  ].join('\n');
}

export const mbox = (...mails: readonly string[]): string =>
  mails
    .map((each) => `From mboxrd@z Thu Jan  1 00:00:00 1970\n${each.replace(/^(>*From )/gm, '>$1')}\n`)
    .join('\n');

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
