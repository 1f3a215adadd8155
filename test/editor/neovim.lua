-- Neovim without a window: attaches the server as docs/editors.md says (by the calls that also an old Neovim has), opens the file,
-- waits for the diagnostics, hovers, makes the preferred fix, and writes all as JSON. Environment: WALKRACE_CLI, WALKRACE_NODE, WALKRACE_ROOT, WALKRACE_OUT.
local out = os.getenv('WALKRACE_OUT')
local function done(answer)
  local file = assert(io.open(out, 'w'))
  file:write(vim.json.encode(answer))
  file:close()
  vim.cmd('qall!')
end

local ok, failure = pcall(function()
  local client = vim.lsp.start_client({
    name = 'walkrace',
    cmd = { os.getenv('WALKRACE_NODE'), os.getenv('WALKRACE_CLI'), 'lsp', '--stdio' },
    root_dir = os.getenv('WALKRACE_ROOT'),
  })
  vim.lsp.buf_attach_client(0, client)
  local function found()
    return vim.tbl_filter(function(one)
      return string.find(one.message, 'confirmed', 1, true) ~= nil
    end, vim.diagnostic.get(0))
  end
  vim.wait(40000, function()
    return #found() > 0
  end, 100)
  local shown = vim.tbl_map(function(one)
    return { line = one.lnum, source = one.source, message = one.message, severity = one.severity }
  end, vim.diagnostic.get(0))
  local first = vim.diagnostic.get(0)[1] or { lnum = 0, col = 0 }
  local answers = vim.lsp.buf_request_sync(0, 'textDocument/hover', {
    textDocument = vim.lsp.util.make_text_document_params(),
    position = { line = first.lnum, character = first.col },
  }, 10000)
  local hover = answers and answers[client] and answers[client].result or {}
  -- Neovim keeps what the server sent with a diagnostic; an old one does not give it back by itself.
  local asked = vim.tbl_map(function(one)
    return one.user_data.lsp
  end, found())
  for index, one in ipairs(found()) do
    asked[index] = vim.tbl_extend('force', {
      message = one.message,
      source = one.source,
      range = {
        start = { line = one.lnum, character = one.col },
        ['end'] = { line = one.end_lnum, character = one.end_col },
      },
    }, asked[index])
  end
  local range = asked[1] and asked[1].range
  local actions = range and vim.lsp.buf_request_sync(0, 'textDocument/codeAction', {
    textDocument = vim.lsp.util.make_text_document_params(),
    range = range,
    context = { diagnostics = asked },
  }, 20000)
  for _, action in ipairs(actions and actions[client] and actions[client].result or {}) do
    if action.isPreferred then
      vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
    end
  end
  done({
    diagnostics = shown,
    hover = hover.contents and hover.contents.value or '',
    fixed = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n'),
  })
end)
if not ok then
  done({ error = tostring(failure) })
end
