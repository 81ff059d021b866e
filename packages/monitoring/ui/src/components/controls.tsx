import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';

/** One of a few, side by side. */
export function Switches<Value extends string | number>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly name: string }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
}): JSX.Element {
  return (
    <div class="switches" role="group" aria-label={props.label}>
      {props.options.map(({ value, name }) => (
        <button type="button" key={value} aria-pressed={value === props.value} onClick={() => props.onChoose(value)}>
          {name}
        </button>
      ))}
    </div>
  );
}

/** A text by which something is looked for; it is told after a pause in typing, or at once with Enter and when the focus goes elsewhere. */
export function Search(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onSearch: (text: string) => void;
  /** Told with every key: for what must not act on a text that is older than what stands there. */
  readonly onType?: ((text: string) => void) | undefined;
}): JSX.Element {
  const id = useId();
  const [typed, setTyped] = useState(props.value);
  const { onSearch, onType, value } = props;
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onSearch(typed), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onSearch]);
  return (
    <span class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="search"
        class="mono"
        autocomplete="off"
        spellcheck={false}
        placeholder={props.placeholder}
        value={typed}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
          onType?.(currentTarget.value);
        }}
        onChange={({ currentTarget }) => onSearch(currentTarget.value)}
      />
    </span>
  );
}

/** One of a list, in a form. */
export function Choice<Value extends string | number>(props: {
  readonly label: string;
  readonly options: readonly { readonly value: Value; readonly name: string }[];
  readonly value: Value;
  readonly onChoose: (value: Value) => void;
  readonly isTall?: boolean | undefined;
}): JSX.Element {
  const id = useId();
  const chosen = (index: number): void => {
    const option = props.options[index];
    if (option !== undefined) props.onChoose(option.value);
  };
  return (
    <span class={props.isTall === true ? 'field tall' : 'field'}>
      <label for={id}>{props.label}</label>
      <select id={id} onChange={(event) => chosen(event.currentTarget.selectedIndex)}>
        {props.options.map(({ value, name }) => (
          <option key={value} selected={value === props.value}>
            {name}
          </option>
        ))}
      </select>
    </span>
  );
}

/** A line of text in a form. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly onInput: (text: string) => void;
  readonly isRequired?: boolean | undefined;
  readonly placeholder?: string | undefined;
}): JSX.Element {
  const id = useId();
  return (
    <span class="field tall">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        required={props.isRequired ?? false}
        placeholder={props.placeholder ?? ''}
        value={props.value}
        onInput={(event) => props.onInput(event.currentTarget.value)}
      />
    </span>
  );
}

const PAUSE_MS = 250;
