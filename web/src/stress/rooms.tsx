import { told } from "../office/text";
import { Figure, Section, Wide } from "../views/parts";
import type { Told } from "./api";
import { drawnText, openText, personsText, ROOMS, shareText } from "./figures";
import { OneOfRooms, RoomsByQuarter } from "./roomquarters";
import type { Shown } from "./view";

/** Rooms against people: the same town on any day. */
export function Rooms(shown: Shown) {
  const { test, say } = shown;
  const { mismatch } = test;
  if (!mismatch) return <p class="empty">{say.t("rooms.none")}</p>;
  return (
    <>
      <p>{say.t("rooms.intro")}</p>
      <Head whole={mismatch.whole} shown={shown} />
      <OneOfRooms shown={shown} mismatch={mismatch} />
      <RoomsByQuarter shown={shown} mismatch={mismatch} />
      <Kinds shown={shown} />
      <p class="soft">{say.t("rooms.adequateWhy")}</p>
    </>
  );
}

function Head({ whole, shown }: { whole: Told; shown: Shown }) {
  const { say, component, turn } = shown;
  const { figures } = whole;
  return (
    <>
      <dl class="figures">
        <Figure
          label={say.t("rooms.overcrowded")}
          value={shareText(figures["overcrowded"], say)}
          note={say.t("rooms.overcrowdedWhy", {
            n: personsText(figures["overcrowded"], say),
            counted: shareText(figures["overcrowded_counted"], say),
          })}
        />
        <Figure
          label={say.t("rooms.underoccupied")}
          value={shareText(figures["underoccupied"], say)}
          note={say.t("rooms.underoccupiedWhy")}
        />
      </dl>
      <label class="planner-field">
        <span>{say.t("office.onMap")}</span>
        <select id="rooms-figure" value={component} onChange={(event) => turn(event.currentTarget.value)}>
          {ROOMS.filter((one) => figures[one]).map((one) => (
            <option key={one} value={one}>
              {say.word("rooms", one)}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}

function Kinds({ shown }: { shown: Shown }) {
  const { test, say } = shown;
  const { mismatch } = test;
  if (!mismatch) return null;
  const all = [...mismatch.groups, ...mismatch.ages];
  if (all.length === 0) return null;
  const title = say.t("rooms.people");
  const columns = ROOMS.filter((one) => mismatch.whole.figures[one]);
  return (
    <Section title={title}>
      <Wide label={title} hint={say.t("table.wide")}>
        <table class="counts whatif-table">
          <caption class="visually-hidden">{title}</caption>
          <thead>
            <tr>
              <th scope="col">{say.t("rooms.group")}</th>
              <th scope="col" class="number">
                {say.t("stress.residents")}
              </th>
              {columns.map((one) => (
                <th key={one} scope="col" class="number wraps">
                  {say.word("rooms", one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map((one) => (
              <tr key={one.group}>
                <th scope="row">{told(one, "label", say)}</th>
                <td class="number">{say.number(one.residents)}</td>
                {columns.map((name) => {
                  const figure = one.figures[name];
                  const range = openText(figure, say) || drawnText(figure, say);
                  return (
                    <td key={name} class="number">
                      {shareText(figure, say)}
                      {range && <small class="span">{range}</small>}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </Section>
  );
}
