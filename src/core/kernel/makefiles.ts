/** What a Makefile of the kernel builds only with a configuration option. */

/**
 * Makefiles of code for several architectures that builds parts with options which only architectures turn on: no other Kconfig file
 * selects them.
 */
export const OF_ARCHITECTURES: readonly string[] = ['virt/kvm/Makefile.kvm'];

/** Options by the C file that is only built with them: `kvm-$(CONFIG_OPTION) += $(KVM)/a.o`. Paths from the root of the tree. */
export function optionsOfFiles(path: string, makefile: string): ReadonlyMap<string, string> {
  const directory = path.slice(0, path.lastIndexOf('/') + 1);
  const lines = makefile.replace(/\\\n/g, ' ').matchAll(/^[\w-]+-\$\(CONFIG_(\w+)\)\s*[+:]?=\s*(.*)$/gm);
  return new Map(
    [...lines].flatMap(([, option = '', objects = '']) =>
      [...objects.matchAll(/(?<![\w-])([\w-]+)\.o\b/g)].map(
        ([, name = '']) => [`${directory}${name}.c`, option] as const,
      ),
    ),
  );
}

/** Names of the C files in `obj-$(CONFIG_OPTION) += a.o b.o`. */
export function filesBuiltWith(option: string, makefile: string): readonly string[] {
  const line = new RegExp(`^obj-\\$\\(CONFIG_${option}\\)\\s*[+:]?=\\s*(.*)$`, 'gm');
  return [...makefile.replace(/\\\n/g, ' ').matchAll(line)].flatMap(([, objects = '']) =>
    [...objects.matchAll(/(?<![\w-])([\w-]+)\.o\b/g)].map(([, name = '']) => `${name}.c`),
  );
}
