import type { Dataset } from "../data/load";
import type { Row } from "../data/schema";
import type { Speech } from "../i18n";
import { rangeText } from "../values";
import { Bar, Figure, Section } from "./parts";
import { thresholdText, variantText } from "./variants";

interface Props {
  data: Dataset;
  say: Speech;
}

/** Below this share of residents a prerequisite is called unknown in the summary; a matter of wording only. */
const MOSTLY_KNOWN = 0.5;

type Ask = (name: string) => number | null;

/** The municipality in figures: how many people lack several prerequisites, which ones, and how sure that is. */
export function Overview({ data, say }: Props) {
  const row = data.study.municipality;
  const ask: Ask = (name) => (typeof row[name] === "number" ? (row[name] as number) : null);
  return (
    <>
      <Headline data={data} say={say} ask={ask} />
      <p class="soft">{say.t("overview.start")}</p>
      <Section title={say.t("overview.prerequisites")}>
        <Shares data={data} say={say} ask={ask} />
        <Warnings data={data} say={say} />
      </Section>
      <Section title={say.t("overview.byCount")}>
        <Counts data={data} say={say} ask={ask} />
      </Section>
      <Variants data={data} say={say} />
    </>
  );
}

function Headline({ data, say, ask }: Props & { ask: Ask }) {
  const k = data.study.lacks_needed;
  const h = `several_k${k}_share`;
  const [low, middle, high] = [ask(`${h}_min`), ask(h), ask(`${h}_max`)];
  const [residents, judged, edge] = [ask("residents"), ask("residents_judged"), ask("residents_edge")];
  const share = rangeText(null, middle, null, say);
  const range = rangeText(low, middle, high, say);
  const affected = (part: number | null): number | null =>
    part === null || judged === null ? null : Math.round((part * judged) / 10) * 10;
  const fewer = judged !== null && residents !== null && Math.round(judged) < Math.round(residents);
  const intensity = intensityText(ask, say);
  const [few, many] = [affected(low), affected(high)];
  return (
    <section class="headline">
      <p class="headline-text">
        {middle === null && low === null
          ? say.t("overview.undetermined", { k })
          : say.t("overview.headline", { share: middle === null ? range : share, k })}
      </p>
      <Bar low={low} middle={middle} high={high} tone="large" />
      {low !== null && high !== null && range !== share && (
        <p class="soft">{say.t("overview.interval", { low: say.share(low), high: say.share(high) })}</p>
      )}
      <Unknown data={data} say={say} ask={ask} />
      <dl class="figures">
        <Figure
          label={say.t("overview.residents")}
          value={say.number(fewer ? judged : residents)}
          note={fewer ? say.t("overview.judged", { n: say.number(residents) }) : ""}
        />
        <Figure
          label={say.t("overview.affected", { k })}
          value={
            middle !== null
              ? say.number(affected(middle))
              : few === null
                ? say.t("value.none")
                : `${say.number(few)}–${say.number(many)}`
          }
        />
        {intensity && <Figure label={say.t("overview.a")} value={intensity} note={say.t("overview.a.why")} />}
        <Figure label={say.t("overview.m0")} value={m0Text(ask, say)} note={say.t("overview.m0.why", { k })} />
      </dl>
      {edge !== null && edge > 0 && <p class="soft">{say.t("overview.edge", { n: say.number(edge) })}</p>}
    </section>
  );
}

/** Prerequisites of which hardly anything is known make the interval wide: better said than guessed. */
function Unknown({ data, say, ask }: Props & { ask: Ask }) {
  const names = data.study.prerequisites
    .filter((one) => (ask(`lacks_${one.id}_completeness`) ?? 1) < MOSTLY_KNOWN)
    .map((one) => say.word("unknown", one.id));
  if (names.length === 0) return null;
  return (
    <p class="notice">
      {names.join(" ")} {say.t("overview.unknown")}
    </p>
  );
}

/** M0 from 0 to 1, as an interval where its middle is not known. */
function m0Text(ask: Ask, say: Speech): string {
  const [low, middle, high] = [ask("m0_min"), ask("m0"), ask("m0_max")];
  if (middle !== null) return say.number(middle, 2);
  return low === null || high === null ? say.t("value.none") : `${say.number(low, 2)}–${say.number(high, 2)}`;
}

/** An interval of the mean number of lacks that is wider than this says nothing. */
const WIDEST = 1;

/** A is the mean share of the four lacks; people understand the number better. Empty where it says nothing. */
function intensityText(ask: Ask, say: Speech): string {
  const [low, middle, high] = ["a_min", "a", "a_max"].map((name) => {
    const value = ask(name);
    return value === null ? null : value * 4;
  });
  if (typeof middle === "number") return say.t("overview.aValue", { n: say.number(middle, 1) });
  if (typeof low !== "number" || typeof high !== "number" || high - low > WIDEST) return "";
  return say.t("overview.aValue", { n: `${say.number(low, 1)}–${say.number(high, 1)}` });
}

function Shares({ data, say, ask }: Props & { ask: Ask }) {
  return (
    <ul class="shares">
      {data.study.prerequisites.map((one) => {
        const share = ask(`lacks_${one.id}_share`);
        const known = ask(`lacks_${one.id}_completeness`);
        return (
          <li key={one.id}>
            <span>{say.name(one.label)}</span>
            <strong>{share === null ? say.t("why.unknown") : say.share(share)}</strong>
            <Bar middle={share} />
            {known !== null && known < 0.995 && <small>{say.t("overview.known", { share: say.share(known) })}</small>}
          </li>
        );
      })}
    </ul>
  );
}

/** Prerequisites that hardly anybody or nearly everybody lacks do not tell places apart. */
function Warnings({ data, say }: Props) {
  const warned = data.study.discriminating.filter((row) => row["warning"]);
  return (
    <>
      {warned.map((row) => {
        const one = data.study.prerequisites.find((p) => p.id === row["prerequisite"]);
        const share = typeof row["lacks_share"] === "number" ? row["lacks_share"] : null;
        if (!one || share === null) return null;
        const told = row[`text_${say.language}`];
        if (told)
          return (
            <p key={one.id} class="notice">
              {String(told)}
            </p>
          );
        const next = thresholdText(data, one.id, row["next_threshold"] ?? null, say);
        const key = share < 0.5 ? "overview.warnLow" : "overview.warnHigh";
        return (
          <p key={one.id} class="notice">
            {say.t(key, { name: say.name(one.label), share: say.share(share, 1) })}{" "}
            {next && say.t("overview.nextThreshold", { value: next })}
          </p>
        );
      })}
    </>
  );
}

function Counts({ data, say, ask }: Props & { ask: Ask }) {
  return (
    <table class="counts">
      <thead>
        <tr>
          <th scope="col">{say.t("overview.number")}</th>
          <th scope="col" class="number">
            {say.t("overview.share")}
          </th>
          <th scope="col" class="number">
            {say.t("overview.range")}
          </th>
        </tr>
      </thead>
      <tbody>
        {[1, 2, 3, 4].map((k) => {
          const name = `several_k${k}_share`;
          return (
            <tr key={k}>
              <th scope="row">
                {say.t("overview.atLeast", { k })}
                {k === data.study.lacks_needed && <em class="chosen-mark">{say.t("overview.chosen")}</em>}
              </th>
              <td class="number">{say.share(ask(name))}</td>
              <td class="number">{rangeText(ask(`${name}_min`), ask(name), ask(`${name}_max`), say)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Variants({ data, say }: Props) {
  const rows = data.study.variants;
  if (rows.length === 0) return null;
  return (
    <Section title={say.t("overview.variants")}>
      <p class="soft">{say.t("overview.variantsWhy")}</p>
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">{say.t("overview.variant")}</th>
            <th scope="col" class="number">
              {say.t("overview.share")}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              <th scope="row">{variantText(row, say)}</th>
              <td class="number">{variantShare(row, say)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function variantShare(row: Row, say: Speech): string {
  const ask = (end: string): number | null => {
    const value = row[`several_share${end}`];
    return typeof value === "number" ? value : null;
  };
  if (row["evaluated"] === false) return say.t("status.missing");
  const [low, middle, high] = [ask("_min"), ask(""), ask("_max")];
  const told = middle !== null || (low !== null && high !== null);
  return row["suppressed"] && !told ? say.t("status.suppressed") : rangeText(low, middle, high, say);
}
