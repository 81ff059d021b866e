/** A pattern as a regular expression: `*` any characters, `?` one, `+` as a segment one segment. */
export function globExpression(pattern: string): RegExp {
  const source = pattern
    .split('.')
    .map((segment) =>
      segment === '+'
        ? '[^.]+'
        : segment
            .replaceAll(/[\\^$|()[\]{}+]/g, String.raw`\$&`)
            .replaceAll('*', '.*')
            .replaceAll('?', '.'),
    )
    .join(String.raw`\.`);
  return new RegExp(`^${source.replace(/\.\*$/, '.+')}$`);
}
