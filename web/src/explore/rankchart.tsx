import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Selection } from "../state";

interface Props {
  data: Dataset;
  say: Speech;
  choose: (selection: Selection) => void;
}

interface Ranked {
  id: string;
  name: string;
  rank: number | null;
  from: number;
  to: number;
  share: number | null;
}

/** The order of the quarters with what is left of it when thresholds and assumptions change. */
export function Ranking({ data, say, choose }: Props) {
  const { table } = data.quarters;
  const rows: Ranked[] = table.rows().flatMap((row) => {
    const [from, to] = [table.number("rank_min", row), table.number("rank_max", row)];
    if (from === null || to === null) return [];
    const id = table.ids[row] ?? "";
    const [rank, share] = [table.number("rank", row), table.number("in_target_share", row)];
    return [{ id, name: table.text("name", row) || id, rank, from, to, share }];
  });
  if (rows.length === 0) return <p class="empty">{say.t("ranking.none")}</p>;
  const last = Math.max(...rows.map((one) => one.to));
  const middle = (one: Ranked): number => one.rank ?? (one.from + one.to) / 2;
  rows.sort((a, b) => middle(a) - middle(b) || a.from - b.from || (a.id < b.id ? -1 : 1));
  const at = (rank: number): string => `${(100 * (rank - 1)) / Math.max(1, last - 1)}%`;
  return (
    <>
      <p>{say.t("ranking.intro")}</p>
      <table class="ranking">
        <caption class="visually-hidden">{say.t("ranking.caption")}</caption>
        <thead>
          <tr>
            <th scope="col">{say.t("quarters.name")}</th>
            <th scope="col">{say.t("ranking.range", { last: say.number(last) })}</th>
            <th scope="col" class="number">
              {say.t("ranking.kept")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                <button type="button" class="plain" onClick={() => choose({ level: "quarters", id: one.id })}>
                  {one.name}
                </button>
              </th>
              <td>
                <span class="range" aria-hidden="true">
                  <span style={{ left: `min(${at(one.from)}, 100% - 4px)`, right: `calc(100% - ${at(one.to)})` }} />
                  {one.rank !== null && <i style={{ left: at(one.rank) }} />}
                </span>
                <span class="range-text">
                  {one.from === one.to
                    ? say.number(one.from)
                    : say.t("ranking.span", { from: say.number(one.from), to: say.number(one.to) })}
                </span>
              </td>
              <td class="number">{say.share(one.share)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="soft">{say.t("ranking.signs")}</p>
    </>
  );
}
