import { useRef, useState } from "preact/hooks";
import type { Speech } from "../i18n";
import { useFirstFocus } from "../views/focus";
import type { Effect, FullScenario } from "./api";
import { saved, sheetOf } from "./files";
import { served } from "./served";
import type { Session } from "./session";
import { useSession } from "./use";

interface Props {
  session: Session;
  say: Speech;
  compare: () => void;
}

type Asked = "new" | "rename" | "duplicate" | "remove" | null;

/** Which scenario one works on, and what can be done with it as a whole. */
export function Scenarios({ session, say, compare }: Props) {
  const { scenarios, current, busy, whole } = useSession(session);
  const [asked, setAsked] = useState<Asked>(null);
  const [told, setTold] = useState("");
  const link = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setTold(say.t("whatif.linkCopied"));
    } catch {
      setTold(say.t("whatif.linkAbove"));
    }
  };
  return (
    <section class="whatif-scenarios" aria-label={say.t("whatif.scenarios")}>
      <div class="whatif-row">
        <label for="whatif-scenario">{say.t("whatif.scenario")}</label>
        <select
          id="whatif-scenario"
          value={current?.id ?? ""}
          disabled={busy || scenarios.length === 0}
          onChange={(event) => void session.open(event.currentTarget.value)}
        >
          {scenarios.length === 0 && <option value="">{say.t("whatif.noScenario")}</option>}
          {scenarios.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name} ({one.n_edits === 1 ? say.t("whatif.oneEdit") : say.t("whatif.edits", { n: one.n_edits })})
            </option>
          ))}
        </select>
        <button type="button" onClick={() => setAsked("new")}>
          {say.t("whatif.new")}
        </button>
      </div>
      {asked === "remove" && current && (
        <Removing session={session} name={current.name} say={say} done={() => setAsked(null)} />
      )}
      {asked && asked !== "remove" && (
        <Naming key={asked} session={session} asked={asked} say={say} done={() => setAsked(null)} />
      )}
      {current && (
        <details class="whatif-more">
          <summary>{say.t("whatif.more")}</summary>
          <div class="whatif-actions">
            <button type="button" onClick={() => setAsked("rename")}>
              {say.t("whatif.rename")}
            </button>
            <button type="button" onClick={() => setAsked("duplicate")}>
              {say.t("whatif.duplicate")}
            </button>
            <button type="button" onClick={() => setAsked("remove")}>
              {say.t("whatif.remove")}
            </button>
            <button type="button" disabled={scenarios.length < 2} onClick={compare}>
              {say.t("whatif.compare")}
            </button>
            {served()?.role === "planner" && (
              <button type="button" onClick={() => void link()}>
                {say.t("whatif.link")}
              </button>
            )}
            <Exports session={session} current={current} whole={whole} say={say} />
            <Import session={session} say={say} />
          </div>
          <p class="soft" role="status">
            {told}
          </p>
        </details>
      )}
      {!current && (
        <div class="whatif-actions">
          <Import session={session} say={say} />
        </div>
      )}
    </section>
  );
}

/** One line for a name: of a new scenario, a copy, or instead of the old one. */
function Naming({ session, asked, say, done }: { session: Session; asked: "new" | "rename" | "duplicate"; say: Speech; done: () => void }) {
  const { current, scenarios } = session.state;
  const proposed = {
    new: say.t("whatif.nameOf", { n: scenarios.length + 1 }),
    rename: current?.name ?? "",
    duplicate: say.t("whatif.copyOf", { name: current?.name ?? "" }),
  }[asked];
  const [name, setName] = useState(proposed);
  const first = useFirstFocus<HTMLInputElement>();
  const act = async (event: Event): Promise<void> => {
    event.preventDefault();
    const work = { new: session.create, rename: session.rename, duplicate: session.duplicate }[asked];
    if (await work.call(session, name)) done();
  };
  return (
    <form class="whatif-naming" onSubmit={(event) => void act(event)}>
      <label for="whatif-name">{say.t(`whatif.name.${asked}`)}</label>
      <input
        id="whatif-name"
        value={name}
        maxLength={120}
        required
        ref={first}
        onInput={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          done();
        }}
      />
      <button type="submit" class="primary">
        {say.t(`whatif.do.${asked}`)}
      </button>
      <button type="button" onClick={done}>
        {say.t("whatif.cancel")}
      </button>
    </form>
  );
}

function Removing({ session, name, say, done }: { session: Session; name: string; say: Speech; done: () => void }) {
  const first = useFirstFocus<HTMLButtonElement>();
  const act = async (): Promise<void> => {
    if (await session.remove()) done();
  };
  return (
    <div class="whatif-naming" role="group" aria-label={say.t("whatif.remove")}>
      <p>{say.t("whatif.removeSure", { name })}</p>
      <button type="button" class="primary" onClick={() => void act()}>
        {say.t("whatif.removeYes")}
      </button>
      <button type="button" ref={first} onClick={done}>
        {say.t("whatif.cancel")}
      </button>
    </div>
  );
}

function Exports({ session, current, whole, say }: { session: Session; current: FullScenario; whole: Effect | null; say: Speech }) {
  const write = async (): Promise<void> => {
    const log = await session.log().catch(() => null);
    if (log) saved(`${JSON.stringify(log, null, 1)}\n`, `${file}.json`, "application/json");
  };
  const file = current.name.replace(/[^\p{L}\p{N}-]+/gu, "-");
  return (
    <>
      <button type="button" onClick={() => void write()}>
        {say.t("whatif.export")}
      </button>
      {whole && (
        <button type="button" onClick={() => saved(sheetOf(whole, say), `${file}.csv`)}>
          {say.t("whatif.exportSheet")}
        </button>
      )}
    </>
  );
}

function Import({ session, say }: { session: Session; say: Speech }) {
  const input = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    const refused = { status: 422, what: "this is no log of edits", where: [file.name], expected: "", fix: "" };
    try {
      const log = JSON.parse(await file.text()) as unknown;
      if (typeof log !== "object" || log === null || Array.isArray(log)) return session.fail(refused);
      await session.create(file.name.replace(/\.json$/i, "").slice(0, 120), log);
    } catch {
      session.fail(refused);
    }
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <label class="button" for="whatif-import">
        {say.t("whatif.import")}
      </label>
      <input
        id="whatif-import"
        class="visually-hidden"
        type="file"
        accept=".json,application/json"
        ref={input}
        onChange={(event) => void read(event.currentTarget.files?.[0])}
      />
    </>
  );
}
