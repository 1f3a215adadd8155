export interface VsCodeHost {
  readonly name: 'newest' | 'oldest';
  readonly codeServer: string;
  readonly vscode: string;
  readonly node: string | undefined;
  readonly rebuild: readonly string[];
}
export const HOSTS: readonly VsCodeHost[];
export function hostDirectory(root: string, host: VsCodeHost): string;
export function vscodeDirectory(root: string, host: VsCodeHost): string;
export function hostNode(root: string, host: VsCodeHost): string;
export function completeMark(root: string, host: VsCodeHost): string;
export function isInstalled(root: string, host: VsCodeHost): boolean;
