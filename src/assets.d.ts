/** Files that are loaded as text: tree-sitter queries, freer fragments, models. */
declare module '*.scm' {
  const text: string;
  export default text;
}
declare module '*.race' {
  const text: string;
  export default text;
}
declare module '*.c' {
  const text: string;
  export default text;
}
