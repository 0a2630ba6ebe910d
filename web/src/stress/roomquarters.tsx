import { useState } from "preact/hooks";
import { useInSight } from "../office/sight";
import { Section, Wide } from "../views/parts";
import type { Mismatch } from "./api";
import { drawnText, openText, ROOMS, shareText } from "./figures";
import { ordered } from "./quarters";
import type { Shown } from "./view";

const FIRST = 10;

interface Props {
  shown: Shown;
  mismatch: Mismatch;
}

/** Rooms against people by quarter, ordered by what the map shows. */
export function RoomsByQuarter({ shown, mismatch }: Props) {
  const { data, test, component, selection, say, choose } = shown;
  const [all, setAll] = useState(false);
  const rows = ordered(mismatch.quarters, component);
  const held = data.quarters.table.length - rows.length;
  const title = say.t("stress.quarters", { name: say.word("rooms", component) });
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("quarters.name")}</th>
              <th scope="col" class="number">
                {say.t("stress.residents")}
              </th>
              <th scope="col" class="number wraps">
                {say.t("stress.share")}
              </th>
              <th scope="col" class="number wraps">
                {say.t("stress.open")}
              </th>
              <th scope="col" class="number wraps">
                {say.t("stress.draws")}
              </th>
            </tr>
          </thead>
          <tbody>
            {(all ? rows : rows.slice(0, FIRST)).map((one) => (
              <tr key={one.quarter_id} class={selection?.id === one.quarter_id ? "chosen" : ""}>
                <th scope="row">
                  <button
                    type="button"
                    class="whatif-open"
                    onClick={() => choose({ level: "quarters", id: one.quarter_id })}
                  >
                    {one.name || one.quarter_id}
                  </button>
                </th>
                <td class="number">{say.number(one.residents)}</td>
                <td class="number">{shareText(one.figures[component], say)}</td>
                <td class="number">{openText(one.figures[component], say)}</td>
                <td class="number">{drawnText(one.figures[component], say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
      {rows.length > FIRST && (
        <button type="button" class="plain" onClick={() => setAll(!all)}>
          {all ? say.t("whatif.fewQuarters") : say.t("whatif.allQuarters", { n: rows.length })}
        </button>
      )}
      <p class="soft">
        {held > 0 && say.t("office.heldQuarters", { n: say.number(held), least: say.number(test.minimum_households) })}{" "}
        {say.t("office.signs")}
      </p>
    </Section>
  );
}

/** The quarter chosen on the map: all figures of its rooms beside those of the whole study. */
export function OneOfRooms({ shown, mismatch }: Props) {
  const { data, test, selection, say, choose } = shown;
  const sight = useInSight<HTMLElement>(selection?.id ?? "", "nearest");
  if (selection?.level !== "quarters") return null;
  const row = data.quarters.table.row(selection.id);
  if (row === undefined) return null;
  const title = data.quarters.table.text("name", row) || selection.id;
  const told = mismatch.quarters.find((one) => one.quarter_id === selection.id);
  return (
    <section class="section office-one" aria-label={title} ref={sight}>
      <div class="planner-row">
        <h3>{title}</h3>
        <button type="button" onClick={() => choose(null)}>
          {say.t("office.close")}
        </button>
      </div>
      {!told && <p>{say.t("office.heldQuarter", { least: say.number(test.minimum_households) })}</p>}
      {told && (
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("rooms.figure")}</th>
              <th scope="col" class="number">
                {say.t("stress.here")}
              </th>
              <th scope="col" class="number">
                {say.t("stress.wholeStudy")}
              </th>
            </tr>
          </thead>
          <tbody>
            {ROOMS.filter((one) => told.figures[one]).map((one) => (
              <tr key={one}>
                <th scope="row">{say.word("rooms", one)}</th>
                <td class="number">
                  {shareText(told.figures[one], say)}
                  {openText(told.figures[one], say) && <small class="span">{openText(told.figures[one], say)}</small>}
                </td>
                <td class="number">{shareText(mismatch.whole.figures[one], say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
