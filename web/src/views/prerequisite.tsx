import type { Dataset, Level } from "../data/load";
import type { Indicator, Prerequisite as Kind, Study } from "../data/schema";
import type { Speech } from "../i18n";
import { isHeld } from "../themes";
import { asksForCheck, limitText, parameterNumber, valueText } from "../values";
import { How } from "./how";
import { liftText } from "./lift";
import { Bar, Status } from "./parts";
import { Services } from "./services";

/** The one value of the four prerequisites that is a median over residents, not a mean. */
const MEDIAN = "green_m2_per_resident";
/** A detour on foot that is worth a word. */
const DETOUR_M = 200;

interface Props {
  data: Dataset;
  level: Level;
  row: number;
  prerequisite: Kind;
  say: Speech;
}

/** One prerequisite of one area: is it lacking, by which values, against which thresholds, and what would help. */
export function Prerequisite({ data, level, row, prerequisite, say }: Props) {
  const { study } = data;
  const { table } = data[level];
  const stem = `lacks_${prerequisite.id}`;
  const share = table.number(`${stem}_share`, row);
  const known = table.number(`${stem}_completeness`, row);
  const held = share === null && isHeld(table, `${stem}_share`, row);
  const indicators = study.indicators.filter(
    (one) =>
      one.prerequisite === prerequisite.id &&
      one.kind !== "lack" &&
      table.has(one.id) &&
      !isServiceDistance(one, study.services),
  );
  return (
    <section
      class={`prerequisite ${share === null ? "open" : share > 0 ? "lacking" : "met"}`}
      data-prerequisite={prerequisite.id}
    >
      <header>
        <h3>{say.name(prerequisite.label)}</h3>
        <Lack share={share} held={held} say={say} />
      </header>
      {share !== null && share > 0 && share < 1 && <Bar middle={share} />}
      {share === null && <Unknown data={data} level={level} row={row} prerequisite={prerequisite} say={say} />}
      {known !== null && known > 0 && known < 0.995 && (
        <p class="soft">{say.t("why.knownFor", { share: say.share(known) })}</p>
      )}
      <dl class="values">
        {indicators.map((one) => (
          <Value key={one.id} data={data} level={level} row={row} indicator={one} say={say} />
        ))}
      </dl>
      <Parts data={data} level={level} row={row} prerequisite={prerequisite} say={say} />
      {prerequisite.id === "supply" && level === "cells" && <Services data={data} row={row} say={say} />}
      {(share === null || share > 0) && (
        <p class="lift">
          <strong>{say.t("why.lift")}</strong> {liftText({ data, level, row, prerequisite: prerequisite.id, say })}
        </p>
      )}
      {asksForCheck(study, prerequisite.parameters) && <p class="check">{say.t("why.verify")}</p>}
      <How data={data} prerequisite={prerequisite} indicators={indicators} level={level} row={row} say={say} />
    </section>
  );
}

/** Where a prerequisite has parts that need different measures (way to green, green per person): each by itself. */
function Parts({ data, level, row, prerequisite, say }: Props) {
  const parts = data.study.indicators.filter(
    (one) => one.kind === "lack" && one.prerequisite === prerequisite.id && one.id !== `lacks_${prerequisite.id}`,
  );
  const known = parts.filter((one) => data[level].table.number(`${one.id}_share`, row) !== null);
  if (known.length === 0) return null;
  return (
    <ul class="parts">
      {known.map((one) => {
        const share = data[level].table.number(`${one.id}_share`, row);
        return (
          <li key={one.id}>
            {say.name(one.label)}: <b>{say.share(share)}</b>
          </li>
        );
      })}
    </ul>
  );
}

const isServiceDistance = (one: Indicator, services: { id: string }[]): boolean =>
  services.some((service) => one.id === `${service.id}_distance_m`);

function Lack({ share, held, say }: { share: number | null; held: boolean; say: Speech }) {
  if (held) return <span class="badge badge-open">{say.t("status.suppressed")}</span>;
  if (share === null) return <span class="badge badge-open">{say.t("why.unknown")}</span>;
  if (share <= 0) return <span class="badge badge-met">{say.t("why.lacksNot")}</span>;
  const text = share >= 1 ? say.t("why.lacks") : say.t("why.lacksPart", { share: say.share(share) });
  return <span class="badge badge-lacking">{text}</span>;
}

function Unknown({ data, level, row, prerequisite, say }: Props) {
  const { table } = data[level];
  const held = isHeld(table, `lacks_${prerequisite.id}_share`, row);
  const told = table.text(`lacks_${prerequisite.id}_status`, row) || "missing";
  const status = held ? "suppressed" : told === "ok" || told === "imputed" ? "undetermined" : told;
  const gaps = data.study.categories.filter(
    (one) => prerequisite.id === "supply" && !held && status !== "edge" && one["status"] === "missing",
  );
  return (
    <>
      <p>
        {status === "missing" && say.word("unknown", prerequisite.id)} {say.word("status", `${status}.why`)}
      </p>
      {gaps.map((gap) => (
        <p key={String(gap["category"])} class="soft">
          {serviceName(data, String(gap["category"]), say)}: {say.word("reason", String(gap["reason"]))}
        </p>
      ))}
    </>
  );
}

export function serviceName(data: Dataset, id: string, say: Speech): string {
  const known = [...data.study.services, ...data.study.prerequisites];
  const service = known.find((one) => one.id === id);
  return service ? say.name(service.label) : id;
}

/** A value beside its threshold, and how far the one is from the other. */
export function Value({ data, level, row, indicator, say }: Omit<Props, "prerequisite"> & { indicator: Indicator }) {
  const { table } = data[level];
  const value = table.number(indicator.id, row);
  const held = value === null && isHeld(table, indicator.id, row);
  const status = held ? "suppressed" : table.text(`${indicator.id}_status`, row);
  const nearest = table.text(indicator.id.replace(/_distance_m$/, "_nearest_name"), row);
  return (
    <div class="value">
      <dt>{say.name(indicator.label)}</dt>
      <dd>
        <span class="value-number">
          {held ? say.t("value.held") : valueText(indicator, value, say)}
          {value !== null && (indicator.id === MEDIAN || indicator.summed === "median") && ` (${say.t("why.median")})`}
        </span>{" "}
        <Status status={status || (value === null ? "missing" : "ok")} say={say} />
        {nearest && indicator.id.endsWith("_distance_m") && <span class="soft"> {nearest}</span>}
        {indicator.id === "green_distance_m" && level === "cells" && <Straight data={data} row={row} say={say} />}
        <Against study={data.study} indicator={indicator} value={value} say={say} />
      </dd>
    </div>
  );
}

/** The straight way to the green that is nearest on foot, where it is much shorter than the way. */
function Straight({ data, row, say }: Pick<Props, "data" | "row" | "say">) {
  const { table } = data.cells;
  const [way, straight] = [table.number("green_distance_m", row), table.number("green_straight_m", row)];
  if (way === null || straight === null || straight * 2 > way || way - straight < DETOUR_M) return null;
  const limit = data.study.indicators.find((one) => one.id === "green_distance_m")?.threshold?.value ?? Infinity;
  return (
    <span class="against straight">
      {say.t(way > limit ? "why.straightHelp" : "why.straight", { distance: say.metres(straight) })}
    </span>
  );
}

interface Judged {
  study: Study;
  indicator: Indicator;
  value: number | null;
  say: Speech;
}

function Against({ study, indicator, value, say }: Judged) {
  const limit = indicator.threshold;
  const speed = parameterNumber(study, "internet.required_mbit_s");
  if (indicator.prerequisite === "internet" && !limit && speed !== null) {
    return (
      <span class="against">
        {say.t("why.threshold")}: {say.t("why.speed", { speed: say.plain(speed) })}
      </span>
    );
  }
  if (!limit) return null;
  const lower = indicator.better === "lower";
  const bound = say.t(lower ? "why.atMost" : "why.atLeast", { value: limitText(indicator, limit.value, say) });
  const gap = value === null ? 0 : lower ? value - limit.value : limit.value - value;
  const missed =
    indicator.kind === "count"
      ? say.t("why.missed")
      : say.t(lower ? "why.far" : "why.short", { gap: valueText(indicator, gap, say) });
  return (
    <span class="against">
      {say.t("why.threshold")}: {bound}
      {value !== null && <em class={gap > 0 ? "missed" : "kept"}>{gap > 0 ? missed : say.t("why.met")}</em>}
    </span>
  );
}
