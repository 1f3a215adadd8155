/**
 * The one door of the core: every surface (command line, language server, tests) goes through a session.
 * A session belongs to one root (a kernel tree, or the folder of a lone file) and keeps what it has parsed.
 */
export {};
