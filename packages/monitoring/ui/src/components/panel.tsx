import type { ComponentChildren, JSX } from 'preact';

/** A part of a screen with its name. */
export function Panel(props: {
  readonly title: string;
  readonly class?: string | undefined;
  /** Beside the title. */
  readonly controls?: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <section class={`panel ${props.class ?? ''}`} aria-label={props.title}>
      <header>
        <h2>{props.title}</h2>
        <span class="spring" />
        {props.controls}
      </header>
      {props.children}
    </section>
  );
}

/** What stands where there is nothing, with what it means. */
export function Empty({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return <p class="empty">{children}</p>;
}

/** Something that failed, in the place where its result would be. */
export function Failure({ children }: { readonly children: string | undefined }): JSX.Element | null {
  if (children === undefined) return null;
  return (
    <p class="empty critical" role="alert">
      {children}
    </p>
  );
}
