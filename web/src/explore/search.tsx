import { useEffect, useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import { isCut, matches, searchIndex, type Found, type Kind } from "./searchindex";

export type { Found } from "./searchindex";

interface Props {
  data: Dataset;
  say: Speech;
  choose: (found: Found) => void;
  /** only these kinds; all where none is given */
  kinds?: Kind[];
  id?: string;
  label?: string;
}

/** A box to look for streets, quarters and places; a list with the usual keys below it. */
export function Search({ data, say, choose, kinds, id = "search", label }: Props) {
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const [index, setIndex] = useState<Found[] | null>(null);
  const [failed, setFailed] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const fetched = useRef(false);
  const category = (name: string): string => {
    const known = data.study.services.find((one) => one.id === name);
    return known ? say.pick(known.label) : say.word("search.kind", "place");
  };
  const load = (): void => {
    if (fetched.current) return;
    fetched.current = true;
    searchIndex(data, category).then(setIndex, () => {
      fetched.current = false;
      setFailed(true);
    });
  };
  useEffect(() => {
    const outside = (event: PointerEvent): void => {
      if (!box.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, []);
  const found = index ? matches(index, text, kinds) : [];
  const asked = text.trim().length >= 2;
  const shown = open && asked;
  const take = (one: Found): void => {
    setText(one.name);
    setOpen(false);
    setAt(-1);
    choose(one);
  };
  const keyed = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && shown) {
      event.preventDefault();
      setOpen(false);
    }
    if (event.key === "Enter") {
      const one = found[at] ?? found[0];
      if (one && shown) take(one);
    }
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && found.length > 0) {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      setAt((old) => (old < 0 && step < 0 ? found.length - 1 : (old + step + found.length) % found.length));
    }
  };
  const name = label ?? say.t("search.label");
  return (
    <div class="search" ref={box} role="search" aria-label={name}>
      <label class={label ? "" : "visually-hidden"} for={id}>
        {name}
      </label>
      <input
        id={id}
        type="text"
        role="combobox"
        autocomplete="off"
        spellcheck={false}
        placeholder={say.t(kinds ? "search.street" : "search.hint")}
        aria-expanded={shown && found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && at >= 0 ? `${id}-${at}` : undefined}
        value={text}
        onFocus={load}
        onInput={(event) => {
          load();
          setText(event.currentTarget.value);
          setOpen(true);
          setAt(-1);
        }}
        onKeyDown={keyed}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={name} hidden={!shown || found.length === 0}>
        {found.map((one, place) => (
          <li
            key={`${one.kind}-${one.street ?? one.selection?.id ?? place}-${one.name}`}
            id={`${id}-${place}`}
            role="option"
            aria-selected={place === at}
            onClick={() => take(one)}
          >
            <span>{one.name}</span>
            <small>{[say.t(`search.kind.${one.kind}`), one.beside].filter(Boolean).join(" · ")}</small>
          </li>
        ))}
      </ul>
      <p class={shown && (found.length === 0 || isCut(found, text)) ? "search-note" : "visually-hidden"} role="status">
        {shown && (failed ? say.t("search.failed") : noteOf(index, found, text, say))}
      </p>
    </div>
  );
}

function noteOf(index: Found[] | null, found: Found[], text: string, say: Speech): string {
  if (!index) return say.t("search.loading");
  if (found.length === 0) return say.t("search.nothing");
  if (isCut(found, text)) return say.t("search.noNumbers");
  return say.t("search.count", { n: found.length });
}
