/** What a Makefile of the kernel builds only with a configuration option. */

/** Names of the C files in `obj-$(CONFIG_OPTION) += a.o b.o`. */
export function filesBuiltWith(option: string, makefile: string): readonly string[] {
  const line = new RegExp(`^obj-\\$\\(CONFIG_${option}\\)\\s*[+:]?=\\s*(.*)$`, 'gm');
  return [...makefile.replace(/\\\n/g, ' ').matchAll(line)].flatMap(([, objects = '']) =>
    [...objects.matchAll(/([\w-]+)\.o\b/g)].map(([, name = '']) => `${name}.c`),
  );
}
