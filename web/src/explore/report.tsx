import { useRef, useState } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { View } from "../state";
import { csvText, saveText } from "./save";

interface Props {
  data: Dataset;
  view: View;
  say: Speech;
  /** where the map looks */
  middle: () => [number, number] | null;
}

/** What can be wrong: action and object of a line of the corrections file (docs/howto/corrections.md). */
const FAULTS = {
  missing: ["add", "facility"],
  closed: ["remove", "facility"],
  renamed: ["retag", "facility"],
  gateOpen: ["open", "gate"],
  gateShut: ["close", "gate"],
  greenPublic: ["retag", "green"],
  greenPrivate: ["retag", "green"],
} as const;
type Fault = keyof typeof FAULTS;

const HEADINGS = ["action", "object", "osm_id", "name", "category", "lon", "lat", "new_name", "new_category", "reason", "author", "date"];

interface Form {
  fault: Fault;
  name: string;
  category: string;
  renamed: string;
  lon: string;
  lat: string;
  reason: string;
  author: string;
}

/** A button that opens a form; the form writes a file, and nothing is sent. */
export function ReportError({ data, view, say, middle }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [form, setForm] = useState<Form>(blankForm(data));
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState(false);
  const put = (change: Partial<Form>): void => setForm((old) => ({ ...old, ...change }));
  const here = (): void => {
    const at = pointOf(data, view) ?? middle();
    if (at) put({ lon: say.number(at[0], 6), lat: say.number(at[1], 6) });
  };
  const open = (): void => {
    setDone(false);
    setTried(false);
    here();
    dialog.current?.showModal();
  };
  const wrong = faultsOf(form, say);
  const save = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (wrong.length > 0) return;
    saveText("korrekturen.csv", csvText([HEADINGS, lineOf(form)]), "text/csv");
    setDone(true);
  };
  const field = (name: keyof Form, label: string, hint = "") => (
    <label>
      {label}
      <input
        name={name}
        value={form[name]}
        aria-describedby={hint ? `report-${name}` : undefined}
        onInput={(event) => put({ [name]: event.currentTarget.value } as Partial<Form>)}
      />
      {hint && <small id={`report-${name}`}>{hint}</small>}
    </label>
  );
  const place = FAULTS[form.fault][1] === "facility";
  return (
    <>
      <button type="button" class="plain" onClick={open}>
        {say.t("report.open")}
      </button>
      <dialog ref={dialog} class="dialog" aria-labelledby="report-title">
        <form onSubmit={save} noValidate>
          <h2 id="report-title">{say.t("report.title")}</h2>
          <p>{say.t("report.intro")}</p>
          <label>
            {say.t("report.what")}
            <select name="fault" value={form.fault} onChange={(event) => put({ fault: event.currentTarget.value as Fault })}>
              {(Object.keys(FAULTS) as Fault[]).map((name) => (
                <option key={name} value={name}>
                  {say.t(`report.${name}`)}
                </option>
              ))}
            </select>
          </label>
          {field("name", say.t("report.name"), place && form.fault !== "missing" ? say.t("report.nameHint") : "")}
          {place && (
            <label>
              {say.t("report.category")}
              <select name="category" value={form.category} onChange={(event) => put({ category: event.currentTarget.value })}>
                {data.study.services.map((one) => (
                  <option key={one.id} value={one.id}>
                    {say.name(one.label)}
                  </option>
                ))}
              </select>
            </label>
          )}
          {form.fault === "renamed" && field("renamed", say.t("report.renamedTo"))}
          <div class="two">
            {field("lon", say.t("report.lon"))}
            {field("lat", say.t("report.lat"))}
          </div>
          <button type="button" class="plain" onClick={here}>
            {say.t("report.here")}
          </button>
          {field("reason", say.t("report.reason"), say.t("report.reasonHint"))}
          {field("author", say.t("report.author"), say.t("report.authorHint"))}
          <div role="alert">
            {tried && wrong.length > 0 && (
              <ul class="notice warning">
                {wrong.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            )}
          </div>
          <p role="status">{done && say.t("report.done", { contact: data.study.contact || say.t("report.office") })}</p>
          <div class="dialog-buttons">
            <button type="submit" class="primary">
              {say.t("report.save")}
            </button>
            <button type="button" class="secondary" onClick={() => dialog.current?.close()}>
              {say.t("dialog.close")}
            </button>
          </div>
        </form>
      </dialog>
    </>
  );
}

const blankForm = (data: Dataset): Form => ({
  fault: "missing",
  name: "",
  category: data.study.services[0]?.id ?? "",
  renamed: "",
  lon: "",
  lat: "",
  reason: "",
  author: "",
});

/** A point in what is chosen. */
function pointOf(data: Dataset, { selection }: View): [number, number] | null {
  if (!selection) return null;
  const row = data[selection.level].table.row(selection.id);
  return row === undefined ? null : (data[selection.level].points[row] ?? null);
}

const number = (text: string): number => (text.trim() === "" ? NaN : Number(text.replace(",", ".")));

/** All that keeps the line from being read, in the words of the form. */
function faultsOf(form: Form, say: Speech): string[] {
  const found: string[] = [];
  if (form.fault === "missing" && !form.name.trim()) found.push(say.t("report.needName"));
  if (form.fault === "renamed" && !form.renamed.trim()) found.push(say.t("report.needRenamed"));
  const [lon, lat] = [number(form.lon), number(form.lat)];
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) found.push(say.t("report.needPoint"));
  if (!form.reason.trim()) found.push(say.t("report.needReason"));
  if (!form.author.trim()) found.push(say.t("report.needAuthor"));
  return found;
}

function lineOf(form: Form): string[] {
  const [action, object] = FAULTS[form.fault];
  const category = object === "facility" ? form.category : "";
  const becomes = { greenPublic: "public", greenPrivate: "not_public" }[form.fault as string] ?? "";
  const [lon, lat] = [form.lon, form.lat].map((text) => String(number(text)));
  const renamed = form.fault === "renamed" ? form.renamed.trim() : "";
  const today = new Date().toISOString().slice(0, 10);
  return [action, object, "", form.name.trim(), category, lon ?? "", lat ?? "", renamed, becomes, form.reason.trim(), form.author.trim(), today];
}
