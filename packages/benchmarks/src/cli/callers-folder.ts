/** Where the user typed the command, so that relative paths among the arguments mean what they say; npm itself changes to the package. */
export function callersFolder(): string {
  return process.env['INIT_CWD'] ?? process.cwd();
}
