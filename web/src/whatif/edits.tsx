import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Position } from "./api";
import { draftOf } from "./draft";
import { placeOf } from "./draw";
import type { Session } from "./session";
import { useSession } from "./use";
import { editText } from "./words";

interface Props {
  data: Dataset;
  session: Session;
  say: Speech;
  show: (place: Position) => void;
}

/** The measures of the scenario in their order, numbered as on the map, with undo and redo. */
export function Edits({ data, session, say, show }: Props) {
  const { current, draft, busy } = useSession(session);
  if (!current) return null;
  return (
    <section class="section" aria-labelledby="whatif-edits">
      <div class="whatif-row">
        <h3 id="whatif-edits">{say.t("whatif.measures")}</h3>
        <button
          type="button"
          disabled={busy || current.n_done === 0}
          aria-keyshortcuts="Control+Z"
          onClick={() => void session.step("undo")}
        >
          <span aria-hidden="true">↶</span> {say.t("whatif.undo")}
        </button>
        <button
          type="button"
          disabled={busy || current.n_undone === 0}
          aria-keyshortcuts="Control+Y"
          onClick={() => void session.step("redo")}
        >
          <span aria-hidden="true">↷</span> {say.t("whatif.redo")}
        </button>
      </div>
      {current.edits.length === 0 ? (
        <p class="soft">{say.t("whatif.empty")}</p>
      ) : (
        <ol class="whatif-edits">
          {current.edits.map((edit, at) => {
            const place = placeOf(edit);
            const text = editText(data, edit, say);
            return (
              <li key={at}>
                <span class="whatif-badge" aria-hidden="true">
                  {at + 1}
                </span>
                {place ? (
                  <button type="button" class="whatif-open" onClick={() => show(place)}>
                    {text}
                  </button>
                ) : (
                  <span>{text}</span>
                )}
                <span class="whatif-again">
                  {draftOf(edit, at) && (
                    <button
                      type="button"
                      disabled={busy || draft?.kept === at}
                      aria-label={say.t("whatif.change.of", { n: at + 1, text })}
                      onClick={() => {
                        session.reshape(at);
                        if (place) show(place);
                      }}
                    >
                      {say.t("whatif.change")}
                    </button>
                  )}
                  <button
                    type="button"
                    disabled={busy}
                    aria-label={say.t("whatif.takeOut.of", { n: at + 1, text })}
                    onClick={() => void session.takeOut(at)}
                  >
                    {say.t("whatif.takeOut")}
                  </button>
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </section>
  );
}
