/** The remarks of a review as comment threads on the side with the patches, and as diagnostics on the patch's own lines. */
import type { CommentThread, Uri } from 'vscode';
import {
  CommentMode,
  CommentThreadCollapsibleState,
  Diagnostic,
  DiagnosticSeverity,
  MarkdownString,
  Range,
  comments,
  l10n,
  languages,
} from 'vscode';
import type { Comment, ReviewAnswer, ReviewReport } from '../../protocol/review.js';
import { sideUri } from './sides.js';

export interface Remarks {
  readonly dispose: () => void;
  /** Takes the place of what another review said. `document`: the patch, where it is a document. */
  readonly show: (answer: ReviewAnswer, document: Uri | undefined) => void;
}

export function createRemarks(): Remarks {
  const controller = comments.createCommentController('walkrace.review', l10n.t('Walkrace Review'));
  const onPatch = languages.createDiagnosticCollection('walkrace.review');
  let threads: readonly CommentThread[] = [];
  const clear = (): void => {
    for (const thread of threads) thread.dispose();
    threads = [];
    onPatch.clear();
  };
  return {
    show: ({ report, sides }, document) => {
      clear();
      threads = report.comments
        .filter(({ file, line }) => file !== '' && line > 0)
        .map((comment) => {
          const at = comment.line - 1;
          const uri = sideUri(sides.after, comment.file);
          const thread = controller.createCommentThread(uri, new Range(at, 0, at, 0), [
            {
              body: new MarkdownString(asMarkdown(comment.text)),
              mode: CommentMode.Preview,
              author: { name: 'Walkrace' },
            },
          ]);
          thread.canReply = false;
          thread.collapsibleState = CommentThreadCollapsibleState.Expanded;
          return thread;
        });
      if (document !== undefined) onPatch.set(document, diagnosticsOf(report));
    },
    dispose: () => {
      clear();
      controller.dispose();
      onPatch.dispose();
    },
  };
}

/** Plain text as Markdown that looks the same, and wraps. */
const asMarkdown = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+.!<>|~-]/g, '\\$&').replaceAll('\n', '  \n');

function diagnosticsOf({ comments: said, findings }: ReviewReport): Diagnostic[] {
  return said.flatMap((comment) => {
    if (comment.inputLine === undefined) return [];
    const at = comment.inputLine - 1;
    const diagnostic = new Diagnostic(
      new Range(at, 0, at, 1_000),
      comment.text,
      severityOf(comment, findings),
    );
    diagnostic.source = 'walkrace';
    return [diagnostic];
  });
}

function severityOf({ finding }: Comment, findings: ReviewReport['findings']): DiagnosticSeverity {
  const severity = findings.find(({ id, toldAs }) => id === finding || toldAs === finding)?.severity;
  return severity === 'error' ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning;
}
