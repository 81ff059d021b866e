/** Makes something when it is first needed: a format of `Intl` takes a millisecond and more to make, and a page that opens needs few of them. */
export function lazily<Made extends object>(make: () => Made): () => Made {
  let made: Made | undefined;
  return () => (made ??= make());
}
