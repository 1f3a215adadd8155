/** `[RFC PATCH v3 02/10] mm: do this`: what a subject says of a patch's place in its series. */

export interface Subject {
  readonly title: string;
  readonly isPatch: boolean;
  readonly isReply: boolean;
  readonly version: number;
  readonly number?: number;
  readonly total?: number;
}

export function readSubject(subject: string): Subject {
  const isReply = /^\s*(re|aw|sv|fwd?)\s*:/i.test(subject);
  let rest = subject.replace(/^(\s*(re|aw|sv|fwd?)\s*:)+/i, '').trim();
  const marks: string[] = [];
  for (let found = /^\[([^\]]*)\]\s*/.exec(rest); found; found = /^\[([^\]]*)\]\s*/.exec(rest)) {
    marks.push(found[1] ?? '');
    rest = rest.slice(found[0].length);
  }
  const mark = marks.join(' ');
  const [, number, total] = /(?:^|\s|\D)(\d{1,4})\/(\d{1,4})(?:\s|$)/.exec(mark) ?? [];
  const version = /(?:^|\s|PATCH)v(\d{1,3})(?:\s|$)/i.exec(mark)?.[1];
  return {
    title: rest,
    isPatch: /patch/i.test(mark),
    isReply,
    version: version === undefined ? 1 : Number(version),
    ...(number === undefined || total === undefined ? {} : { number: Number(number), total: Number(total) }),
  };
}
