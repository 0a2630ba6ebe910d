import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Range, ScenarioCosts } from "./api";
import { euro } from "./cost";
import { isDrawn } from "./draft";
import type { Session } from "./session";
import { useSession } from "./use";
import { editText } from "./words";

interface Props {
  data: Dataset;
  session: Session;
  say: Speech;
}

/** What the measures of the scenario cost together, and who might pay; each can be counted as another type. */
export function Bill({ data, session, say }: Props) {
  const { bill, current } = useSession(session);
  if (!bill || !current || bill.edits.length === 0) return null;
  const open = bill.not_costed;
  return (
    <section class="section whatif-bill" aria-labelledby="whatif-bill">
      <h3 id="whatif-bill">{say.t("whatif.bill")}</h3>
      <table class="counts whatif-table">
        <thead>
          <tr>
            <th scope="col">{say.t("whatif.billEdit")}</th>
            <th scope="col" class="number">
              {say.t("whatif.billCost")}
            </th>
          </tr>
        </thead>
        <tbody>
          {bill.edits.map((row) => (
            <tr key={row.position}>
              <td>
                {row.position + 1}. {editText(data, current.edits[row.position] ?? { kind: row.kind }, say)}
                <Counted session={session} row={row} say={say} />
              </td>
              <td class="number">
                {row.cost_eur ? <Span cost={row.cost_eur} say={say} /> : say.t("whatif.costUnknown")}
                {row.note && <p class="soft">{row.note}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Sum bill={bill} say={say} />
      {open > 0 && (
        <p class="notice">{open === 1 ? say.t("whatif.billOpenOne") : say.t("whatif.billOpen", { n: open })}</p>
      )}
      <p class="soft">
        {say.t("whatif.costWhy")} {bill.verify_locally && <strong>{say.t("why.verify")}</strong>}
      </p>
    </section>
  );
}

/** The middle, and the range below it. */
function Span({ cost, say }: { cost: Range; say: Speech }) {
  return (
    <>
      {euro(cost.mid, say)}
      {cost.low !== null && cost.high !== null && cost.low !== cost.high && (
        <p class="soft">{say.t("whatif.range", { low: euro(cost.low, say), high: euro(cost.high, say) })}</p>
      )}
    </>
  );
}

function Sum({ bill, say }: { bill: ScenarioCosts; say: Speech }) {
  const { total, funding } = bill;
  return (
    <dl class="whatif-cost">
      <dt>{say.t("whatif.billTotal", { year: bill.price_year ?? "–" })}</dt>
      <dd>
        <Span cost={total.cost_eur} say={say} />
      </dd>
      {total.running_eur_per_year.mid !== null && (
        <>
          <dt>{say.t("whatif.running")}</dt>
          <dd>
            <Span cost={total.running_eur_per_year} say={say} />
          </dd>
        </>
      )}
      {funding && funding.grant_eur !== null && (
        <>
          <dt>{say.t("whatif.billGrant")}</dt>
          <dd>
            {euro(funding.grant_eur, say)}
            {funding.grant_share !== null && ` (${say.share(funding.grant_share)})`}
          </dd>
          <dt>{say.t("whatif.billOwn")}</dt>
          <dd>{euro(funding.municipality_eur, say)}</dd>
        </>
      )}
    </dl>
  );
}

/** As what a measure is counted, and how much of it where the drawing does not tell. */
function Counted({ session, row, say }: { session: Session; row: ScenarioCosts["edits"][number]; say: Speech }) {
  const { types } = useSession(session);
  if (row.choices.length === 0) return null;
  const at = String(row.position);
  const name = (id: string): string => {
    const type = types.find((one) => one.type_id === id);
    return type ? (say.language === "de" ? type.label_de : type.label_en) : id;
  };
  return (
    <>
      <select
        aria-label={say.t("whatif.billAs", { n: row.position + 1 })}
        value={row.type_id}
        onChange={(event) => void session.cost({ types: { [at]: event.currentTarget.value } })}
      >
        {row.choices.map((id) => (
          <option key={id} value={id}>
            {name(id)}
          </option>
        ))}
        <option value="">{say.t("whatif.noMeasure")}</option>
      </select>
      {row.type_id && !isDrawn(row.unit) && (
        <input
          type="number"
          min="1"
          step="1"
          aria-label={say.t("whatif.billQuantity", { n: row.position + 1, unit: say.word("whatif.unit", row.unit) })}
          placeholder={say.word("whatif.unit", row.unit)}
          value={row.quantity ?? ""}
          onChange={(event) => {
            const quantity = Number(event.currentTarget.value);
            if (quantity > 0) void session.cost({ quantities: { [at]: quantity } });
          }}
        />
      )}
    </>
  );
}
