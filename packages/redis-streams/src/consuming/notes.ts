/**
 * Notes say what is settled of an entry that is settled in part, one byte a message as {@link OpenEntry} keeps them. They stand in a hash of each shard and
 * group, so that whoever takes the entry over knows.
 */
export function noteField(stream: string, id: string): string {
  return `${notePrefix(stream)}${id}`;
}

/** What the names of the notes of a stream begin with: the stream without its hash tag. */
export function notePrefix(stream: string): string {
  return `${stream.slice(stream.indexOf('}') + 2)}/`;
}

/** How many messages are open by a note. */
export function openIn(note: Uint8Array): number {
  let open = 0;
  for (const byte of note) if (byte !== 0) open += 1;
  return open;
}
