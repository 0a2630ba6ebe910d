import type { ComponentChildren } from "preact";
import type { Dataset } from "../data/load";
import type { Speech } from "../i18n";
import type { Position, Thing } from "./api";
import { areaOf, asksWhat, editOf, isArea, isLine, lengthOf, middleOf, type Draft } from "./draft";
import { CostChoice } from "./cost";
import { Place } from "./place";
import type { Session } from "./session";
import { useSession } from "./use";
import { categoryName, problemText, thingText } from "./words";

interface Props {
  data: Dataset;
  session: Session;
  say: Speech;
  /** where the middle of the map is */
  middle: () => Position | null;
}

/** The measure in hand: what it is, where, and what it lacks to be kept. */
export function DraftForm({ data, session, say, middle }: Props) {
  const { draft, wrong, notes, busy } = useSession(session);
  if (!draft) return null;
  const ready = editOf(draft) !== null && !wrong && !busy;
  const put = (event: Event): void => {
    event.preventDefault();
    if (ready) void session.keep();
  };
  return (
    <form class="whatif-draft" onSubmit={put} aria-labelledby="whatif-draft">
      <h3 id="whatif-draft">
        {draft.kept === null
          ? say.t(`whatif.tool.${draft.tool}`)
          : say.t("whatif.changing", { n: draft.kept + 1, tool: say.t(`whatif.tool.${draft.tool}`) })}
      </h3>
      <p>{draft.kept === null ? say.t(`whatif.how.${draft.tool}`) : say.t("whatif.how.again")}</p>
      <Particulars data={data} session={session} draft={draft} say={say} />
      <CostChoice session={session} say={say} />
      <Place session={session} draft={draft} say={say} middle={middle} data={data} />
      {wrong && <Wrong problem={wrong} say={say} />}
      {[...new Set(notes.map((note) => noteText(note, say)))].map((note) => (
        <p key={note} class="notice">
          {note}
        </p>
      ))}
      <div class="whatif-actions">
        <button type="submit" class="primary" disabled={!ready}>
          {say.t("whatif.keep")}
        </button>
        <button type="button" onClick={() => void session.take(null)}>
          {say.t("whatif.discard")}
        </button>
      </div>
    </form>
  );
}

export function Wrong({ problem, say, children }: { problem: Parameters<typeof problemText>[0]; say: Speech; children?: ComponentChildren }) {
  const { what, fix, detail } = problemText(problem, say);
  return (
    <div class="whatif-wrong" role="alert">
      <p>
        <strong>{what}</strong> {fix}
      </p>
      {detail && (
        <details>
          <summary>{say.t("whatif.detail")}</summary>
          <p lang="en">{detail}</p>
        </details>
      )}
      {children}
    </div>
  );
}

/** What the server remarks about a measure (scenario/change.py). */
function noteText(note: string, say: Speech): string {
  const limit = / finds no way within (.*)$/.exec(note)?.[1];
  return limit ? say.t("whatif.noteNoWay", { limit }) : note;
}

function Particulars({ data, session, draft, say }: Omit<Props, "middle"> & { draft: Draft }) {
  if (draft.tool === "capacity")
    return (
      <>
        <Targets data={data} session={session} draft={draft} say={say} />
        <Capacity session={session} draft={draft} say={say} />
      </>
    );
  if (draft.tool === "barrier")
    return (
      <>
        <BarrierKind session={session} draft={draft} say={say} />
        <Path session={session} draft={draft} say={say} />
      </>
    );
  if (asksWhat(draft.tool).length > 0) return <Targets data={data} session={session} draft={draft} say={say} />;
  if (draft.tool === "open") return <Category data={data} session={session} draft={draft} say={say} />;
  if (isArea(draft.tool)) return <Park session={session} draft={draft} say={say} />;
  if (isLine(draft.tool)) return <Path session={session} draft={draft} say={say} />;
  if (draft.tool === "fibre") return <Fibre data={data} session={session} draft={draft} say={say} />;
  return (
    <label class="whatif-field">
      {say.t("whatif.residentsAdded")}
      <input
        type="number"
        min="1"
        max="100000"
        step="1"
        value={draft.residents || ""}
        onInput={(event) => session.change({ residents: Number(event.currentTarget.value) || 0 })}
      />
    </label>
  );
}

interface Own {
  session: Session;
  draft: Draft;
  say: Speech;
}

function Category({ data, session, draft, say }: Own & { data: Dataset }) {
  const known = session.state.about?.categories ?? [];
  return (
    <label class="whatif-field">
      {say.t("whatif.category")}
      <select value={draft.category} onChange={(event) => session.change({ category: event.currentTarget.value })}>
        {known.map((one) => (
          <option key={one} value={one}>
            {categoryName(data, one, say)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What lies where one pointed, to choose from. */
function Targets({ data, session, draft, say }: Own & { data: Dataset }) {
  if (draft.choices.length === 0) return null;
  const choose = (one: Thing): void => session.choose(draft, draft.choices, one, draft.points[0]);
  return (
    <fieldset class="whatif-choices">
      <legend>{say.t(`whatif.which.${draft.tool as "move"}`)}</legend>
      {draft.choices.slice(0, 8).map((one) => (
        <label key={`${one.what}:${one.id}`}>
          <input
            type="radio"
            name="whatif-target"
            checked={draft.target?.id === one.id && draft.target.what === one.what}
            onChange={() => choose(one)}
          />
          <span>{thingText(data, one, say)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Park({ session, draft, say }: Own) {
  const { points, closed } = draft;
  if (points.length < 3) return null;
  const area = areaOf(points);
  const resize = (wanted: number): void => {
    if (!(wanted >= 1)) return;
    const [middle, by] = [middleOf(points), Math.sqrt(wanted / Math.max(area, 1))];
    const scaled = points.map(([x, y]): Position => [
      middle[0] + (x - middle[0]) * by,
      middle[1] + (y - middle[1]) * by,
    ]);
    session.change({ points: scaled });
  };
  const toggle = (corner: number): void =>
    session.change({
      closed: closed.includes(corner) ? closed.filter((one) => one !== corner) : [...closed, corner],
    });
  return (
    <>
      <label class="whatif-field">
        {say.t("whatif.area")}
        <input
          type="number"
          min="1"
          step="any"
          value={Math.round(area)}
          onChange={(event) => resize(Number(event.currentTarget.value))}
        />
      </label>
      <fieldset class="whatif-corners">
        <legend>{say.t("whatif.entrances")}</legend>
        {points.map((_, corner) => (
          <label key={corner}>
            <input
              type="checkbox"
              checked={!closed.includes(corner)}
              disabled={!closed.includes(corner) && points.length - closed.length === 1}
              onChange={() => toggle(corner)}
            />
            {say.t("whatif.corner", { n: corner + 1 })}
          </label>
        ))}
      </fieldset>
    </>
  );
}

/** How large a green counts afterwards. */
function Capacity({ session, draft, say }: Own) {
  const now = draft.target?.area_m2;
  if (!draft.target) return null;
  return (
    <label class="whatif-field">
      {say.t("whatif.usable")}
      <input
        type="number"
        min="1"
        step="any"
        value={draft.area ?? ""}
        onInput={(event) => session.change({ area: Number(event.currentTarget.value) || null })}
      />
      {now != null && <span class="soft">{say.t("whatif.usableNow", { n: say.number(Math.round(now)) })}</span>}
    </label>
  );
}

function BarrierKind({ session, draft, say }: Own) {
  return (
    <label class="whatif-field">
      {say.t("whatif.barrierKind")}
      <select value={draft.barrier} onChange={(event) => session.change({ barrier: event.currentTarget.value })}>
        {(session.state.about?.barriers ?? [draft.barrier]).map((one) => (
          <option key={one} value={one}>
            {say.word("whatif.barrier", one)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Path({ session, draft, say }: Own) {
  if (draft.points.length === 0) return null;
  return (
    <div class="whatif-row">
      <p>{say.t("whatif.length", { n: draft.points.length, length: say.metres(lengthOf(draft.points)) })}</p>
      <button type="button" onClick={() => session.change({ points: draft.points.slice(0, -1) })}>
        {say.t("whatif.lastPoint")}
      </button>
    </div>
  );
}

/** Cells one by one on the map, or those of a whole quarter. */
function Fibre({ data, session, draft, say }: Own & { data: Dataset }) {
  const { table } = data.cells;
  const whole = (quarter: string): void => {
    if (!quarter) return;
    const own = table.rows().filter((row) => table.text("quarter_id", row) === quarter);
    const ids = own.map((row) => table.ids[row] ?? "");
    session.change({ cells: [...new Set([...draft.cells, ...ids])] });
  };
  return (
    <>
      <label class="whatif-field">
        {say.t("whatif.addQuarter")}
        <select value="" onChange={(event) => whole(event.currentTarget.value)}>
          <option value="">{say.t("controls.choose")}</option>
          {(session.state.about?.quarters ?? []).map((one) => (
            <option key={one.quarter_id} value={one.quarter_id}>
              {one.name || one.quarter_id}
            </option>
          ))}
        </select>
      </label>
      <div class="whatif-row">
        <p>{say.t("whatif.cells", { n: draft.cells.length })}</p>
        <button type="button" disabled={draft.cells.length === 0} onClick={() => session.change({ cells: [] })}>
          {say.t("whatif.noCells")}
        </button>
      </div>
    </>
  );
}
