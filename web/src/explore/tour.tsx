import { useEffect, useRef, useState } from "preact/hooks";
import type { Speech } from "../i18n";
import type { View } from "../state";
import { keep, kept } from "./appearance";

/** The stops: what to look at, and the view that shows it. */
const STOPS: { key: "map" | "why" | "table" | "status" | "street"; at: string; view: Partial<View> }[] = [
  { key: "map", at: ".controls", view: { chapter: "explore", tab: "overview", selection: null } },
  { key: "why", at: ".panel", view: { chapter: "explore", tab: "overview", selection: null } },
  { key: "table", at: ".tabs", view: { chapter: "explore", tab: "quarters", selection: null } },
  { key: "status", at: ".panel", view: { chapter: "explore", tab: "status", selection: null } },
  { key: "street", at: "#chapter-street", view: { chapter: "street", selection: null } },
];

/** An offer to newcomers, once; never in the way. */
export function Invitation({ say, start }: { say: Speech; start: () => void }) {
  const [open, setOpen] = useState(() => kept("tour") === "");
  if (!open) return null;
  const end = (): void => {
    keep("tour", "seen");
    setOpen(false);
  };
  return (
    <aside class="invitation" aria-label={say.t("tour.title")}>
      <p>{say.t("tour.invite")}</p>
      <button
        type="button"
        class="secondary"
        onClick={() => {
          end();
          start();
        }}
      >
        {say.t("tour.start")}
      </button>
      <button type="button" class="plain" onClick={end}>
        {say.t("tour.no")}
      </button>
    </aside>
  );
}

/** Five short stops through the page; ends with Escape or the button. */
export function Tour({ say, set, close }: { say: Speech; set: (change: Partial<View>) => void; close: () => void }) {
  const [at, setAt] = useState(0);
  const card = useRef<HTMLDialogElement>(null);
  const stop = STOPS[at] ?? STOPS[0];
  useEffect(() => {
    card.current?.show();
    card.current?.focus();
    const escaped = (event: KeyboardEvent): void => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      close();
    };
    addEventListener("keydown", escaped, true);
    return () => {
      removeEventListener("keydown", escaped, true);
      document.getElementById("results")?.focus();
    };
  }, []);
  useEffect(() => {
    if (!stop) return;
    set(stop.view);
    const frame = requestAnimationFrame(() => {
      const shown = document.querySelector(stop.at);
      shown?.classList.add("toured");
      shown?.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone it may lie below
    });
    return () => {
      cancelAnimationFrame(frame);
      document.querySelectorAll(".toured").forEach((one) => one.classList.remove("toured"));
    };
  }, [at]);
  if (!stop) return null;
  return (
    <dialog ref={card} class="tour" aria-labelledby="tour-title" tabIndex={-1}>
      <p class="soft" role="status">
        {say.t("tour.step", { n: at + 1, of: STOPS.length })}
      </p>
      <h2 id="tour-title">{say.t(`tour.${stop.key}`)}</h2>
      <p>{say.t(`tour.${stop.key}.text`)}</p>
      <div class="dialog-buttons">
        {at > 0 && (
          <button type="button" class="secondary" onClick={() => setAt(at - 1)}>
            {say.t("tour.back")}
          </button>
        )}
        {at < STOPS.length - 1 ? (
          <button type="button" class="primary" onClick={() => setAt(at + 1)}>
            {say.t("tour.next")}
          </button>
        ) : (
          <button type="button" class="primary" onClick={close}>
            {say.t("tour.done")}
          </button>
        )}
        {at < STOPS.length - 1 && (
          <button type="button" class="plain" onClick={close}>
            {say.t("tour.end")}
          </button>
        )}
      </div>
    </dialog>
  );
}
