/** Style sheets are imported for esbuild, which gathers them in dist/webview/trace.css. */
declare module '*.css';
