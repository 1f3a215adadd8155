;;; Emacs without a window: eglot with the server as docs/editors.md sets it up, on the file of the command line; what flymake
;;; then has, what eldoc is told, and the text with the preferred fix made, are written as JSON.  Environment: WALKRACE_CLI, WALKRACE_NODE, WALKRACE_OUT.  -*- lexical-binding: t -*-
(require 'eglot)
(require 'json)

(defun walkrace-test-wait (seconds ready)
  "Let processes speak until READY answers non-nil, for at most SECONDS; the answer."
  (let ((end (+ (float-time) seconds)) answer)
    (while (and (not (setq answer (funcall ready))) (< (float-time) end))
      (accept-process-output nil 0.1))
    answer))

(defun walkrace-test-write (answer)
  (with-temp-file (getenv "WALKRACE_OUT") (insert (json-encode answer))))

(defun walkrace-test-confirmed ()
  (seq-find (lambda (one) (string-match-p "confirmed" (flymake-diagnostic-text one))) (flymake-diagnostics)))

(defun walkrace-test-shown (one)
  `((line . ,(1- (line-number-at-pos (flymake-diagnostic-beg one))))
    (message . ,(flymake-diagnostic-text one))
    (severity . ,(symbol-name (flymake-diagnostic-type one)))))

(condition-case failure
    (progn
      (add-to-list 'eglot-server-programs
                   `(c-mode . (,(getenv "WALKRACE_NODE") ,(getenv "WALKRACE_CLI") "lsp" "--stdio")))
      (find-file (pop command-line-args-left))
      (setq project-find-functions
            (list (lambda (directory)
                    (let ((root (locate-dominating-file directory "Kbuild")))
                      (and root (cons 'transient root))))))
      (apply #'eglot--connect (eglot--guess-contact))
      (let ((found (walkrace-test-wait 40 #'walkrace-test-confirmed)) hover shown fixed)
        (setq shown (vconcat (mapcar #'walkrace-test-shown (flymake-diagnostics))))
        (when found
          (goto-char (flymake-diagnostic-beg found))
          (setq hover (plist-get (plist-get (jsonrpc-request (eglot-current-server) :textDocument/hover
                                                             (eglot--TextDocumentPositionParams))
                                            :contents)
                                 :value))
          (let* ((actions (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found) "quickfix"))
                 (fix (seq-find (lambda (one) (eq t (plist-get one :isPreferred))) actions)))
            (when fix (eglot--apply-workspace-edit (plist-get fix :edit)))
            (setq fixed (buffer-substring-no-properties (point-min) (point-max)))))
        (walkrace-test-write `((diagnostics . ,shown) (hover . ,(or hover "")) (fixed . ,(or fixed ""))))
        (set-buffer-modified-p nil)
        (eglot-shutdown (eglot-current-server))))
  (error (walkrace-test-write `((error . ,(error-message-string failure))))))
