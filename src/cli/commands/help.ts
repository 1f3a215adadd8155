/** `walkrace help [COMMAND]`: as `--help`, and a word where there is no such command. */
import type { Command } from 'commander';

export function addHelp(program: Command): void {
  program
    .command('help')
    .description('Prints the help of a command.')
    .summary('print the help of a command')
    .argument('[command]', 'its name; without one, what there is')
    .action((name: string | undefined) => {
      if (name === undefined) return program.help();
      const command = program.commands.find((each) => each.name() === name);
      if (command) return command.help();
      const names = program.commands.map((each) => each.name()).filter((each) => each !== 'help');
      return program.error(`error: there is no command '${name}': it is one of ${names.join(', ')}`);
    });
}
