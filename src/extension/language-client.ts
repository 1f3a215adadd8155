/** What is used of the client library: a bundle of its own (esbuild.mjs), by far the largest part of the extension, read after the activation. */
export { CloseAction, LanguageClient, TransportKind } from 'vscode-languageclient/node';
