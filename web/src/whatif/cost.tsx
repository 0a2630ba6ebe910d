import type { Speech } from "../i18n";
import type { Range } from "./api";
import { isDrawn, NO_COST, typeOf, typesFor } from "./draft";
import type { Session } from "./session";
import { useSession } from "./use";

interface Props {
  session: Session;
  say: Speech;
}

/** Which type of the catalogue the measure in hand is; its quantity where the drawing does not tell it. */
export function CostChoice({ session, say }: Props) {
  const { draft, types } = useSession(session);
  if (!draft) return null;
  const known = typesFor(draft, types);
  const chosen = typeOf(draft, types);
  if (known.length === 0) return null;
  return (
    <>
      <label class="whatif-field">
        {say.t("whatif.measureType")}
        <select
          value={chosen?.type_id ?? NO_COST}
          onChange={(event) => session.change({ measure: event.currentTarget.value })}
        >
          {known.map((one) => (
            <option key={one.type_id} value={one.type_id}>
              {say.language === "de" ? one.label_de : one.label_en}
            </option>
          ))}
          <option value={NO_COST}>{say.t("whatif.noMeasure")}</option>
        </select>
      </label>
      {chosen && !isDrawn(chosen.unit) && (
        <label class="whatif-field">
          {say.t("whatif.quantity", { unit: say.word("whatif.unit", chosen.unit) })}
          <input
            type="number"
            min="1"
            step="1"
            value={draft.quantity ?? ""}
            onInput={(event) => session.change({ quantity: Number(event.currentTarget.value) || null })}
          />
        </label>
      )}
    </>
  );
}

/** What the measure in hand costs by the catalogue, and who might pay. */
export function CostView({ session, say }: Props) {
  const { draft, costs } = useSession(session);
  const cost = costs?.measures[0];
  if (!draft || !costs || !cost) return null;
  const name = say.language === "de" ? cost.label_de : cost.label_en;
  const { funding } = costs;
  const unsure = costs.verify_locally || funding?.verify_locally;
  return (
    <div class="whatif-costs">
      <dl class="whatif-cost">
        <dt>{say.t("whatif.cost", { name, year: cost.price_year ?? "" })}</dt>
        <dd>{euros(cost.cost_eur, say)}</dd>
        {cost.running_eur_per_year.mid !== null && (
          <>
            <dt>{say.t("whatif.running")}</dt>
            <dd>{euros(cost.running_eur_per_year, say)}</dd>
          </>
        )}
        {funding?.grant_share != null && (
          <>
            <dt>{say.t("whatif.funding", { rules: funding.measures[0]?.rule_set ?? "" })}</dt>
            <dd>
              {say.share(funding.grant_share)} ({euro(funding.grant_eur, say)})
            </dd>
          </>
        )}
      </dl>
      <p class="soft">
        {say.t("whatif.costWhy")} {unsure && <strong>{say.t("why.verify")}</strong>}
      </p>
    </div>
  );
}

/** Two significant digits and a half: an estimate does not know the single euro. */
export function euro(value: number | null, say: Speech): string {
  if (value === null) return say.t("whatif.costUnknown");
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(value, 1))) - 1) / 2;
  return say.t("whatif.euro", { n: say.number(Math.round(value / step) * step) });
}

export function euros({ low, mid, high }: Range, say: Speech): string {
  if (mid === null) return say.t("whatif.costUnknown");
  return low === null || high === null
    ? euro(mid, say)
    : say.t("whatif.euros", { mid: euro(mid, say), low: euro(low, say), high: euro(high, say) });
}
