" Vim with ALE, set up as docs/editors.md says (but for the root: the sample has no MAINTAINERS), on the file of the command line:
" waits for the finding with its verdict and writes the location list as JSON.  Environment: WALKRACE_CLI, WALKRACE_NODE, WALKRACE_OUT.
set nocompatible nomore
filetype plugin on
packadd! ale

function! WalkraceConfirmed(one) abort
  return stridx(a:one.text, 'confirmed') >= 0
endfunction

let g:ale_linters = #{c: ['walkrace']}
let g:ale_lint_delay = 0

function! WalkraceWait() abort
  call ale#linter#Define('c', #{
    \ name: 'walkrace',
    \ lsp: 'stdio',
    \ executable: $WALKRACE_NODE,
    \ command: '%e ' .. shellescape($WALKRACE_CLI) .. ' lsp --stdio',
    \ project_root: {buffer -> fnamemodify(ale#path#FindNearestFile(buffer, 'Kbuild'), ':h')},
    \ })
  call ale#Queue(0)
  for l:turn in range(400)
    sleep 100m
    if len(filter(getloclist(0), {_, one -> WalkraceConfirmed(one)})) > 0 | break | endif
  endfor
  call writefile([json_encode(#{diagnostics: map(getloclist(0), {_, one -> #{line: one.lnum - 1, message: one.text, severity: one.type}})})], $WALKRACE_OUT)
  qall!
endfunction

autocmd VimEnter * call WalkraceWait()
