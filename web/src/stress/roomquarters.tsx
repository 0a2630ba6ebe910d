import { ChosenQuarter, QuarterTable } from "../office/quarters";
import type { Mismatch } from "./api";
import { drawnText, openText, ROOMS, shareText } from "./figures";
import { ordered } from "./quarters";
import { WithRange } from "./range";
import type { Shown } from "./view";

interface Props {
  shown: Shown;
  mismatch: Mismatch;
}

/** Rooms against people by quarter, ordered by what the map shows. */
export function RoomsByQuarter({ shown, mismatch }: Props) {
  const { test, component, say } = shown;
  return (
    <QuarterTable
      {...shown}
      title={say.t("stress.quarters", { name: say.word("rooms", component) })}
      rows={ordered(mismatch.quarters, component)}
      columns={[
        { title: say.t("stress.residents"), cell: (one) => say.number(one.residents) },
        { title: say.t("stress.share"), wraps: true, cell: (one) => shareText(one.figures[component], say) },
        { title: say.t("stress.open"), wraps: true, cell: (one) => openText(one.figures[component], say) },
        { title: say.t("stress.draws"), wraps: true, cell: (one) => drawnText(one.figures[component], say) },
      ]}
      least={test.minimum_households}
      why={say.t("office.signs")}
    />
  );
}

/** The quarter chosen on the map: all figures of its rooms beside those of the whole study. */
export function OneOfRooms({ shown, mismatch }: Props) {
  const { test, say } = shown;
  return (
    <ChosenQuarter {...shown} rows={mismatch.quarters} least={test.minimum_households}>
      {(told, title) => (
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
                  <WithRange figure={told.figures[one]} say={say} />
                </td>
                <td class="number">{shareText(mismatch.whole.figures[one], say)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </ChosenQuarter>
  );
}
