import type { Speech } from "../i18n";
import { refocus, useFirstFocus } from "../views/focus";
import type { Bench, FileEntry } from "./bench";
import { useBench } from "./use";

interface Props<About, Result> {
  bench: Bench<About, Result>;
  say: Speech;
  /** heading of the choice: which test, which lab */
  label: string;
  /** what is asked before something is published */
  publishSure: string;
}

/** Which finished result is open, and what can be done with it. */
export function Shelf<About, Result>({ bench, say, label, publishSure }: Props<About, Result>) {
  const { entries, name, busy, sure } = useBench(bench);
  const entry = entries.find((one) => one.name === name);
  const { publish, remove } = bench.source;
  const published = entry?.published ?? false;
  const done = (): void => {
    bench.ask("");
    refocus();
  };
  return (
    <>
      {(entries.length > 1 || remove) && (
        <label class="planner-field">
          <span>{label}</span>
          <select
            id="office-which"
            value={name}
            disabled={busy}
            onChange={(event) => event.currentTarget.value && void bench.open(event.currentTarget.value)}
          >
            {!entry && <option value="">{say.t("planner.choose")}</option>}
            {entries.map((one) => (
              <option key={one.name} value={one.name}>
                {one.title || one.name} · {say.date(one.made)}
              </option>
            ))}
          </select>
        </label>
      )}
      {entry && (publish || remove) && (
        <div class="planner-actions">
          {publish && (
            <button type="button" aria-pressed={published} onClick={() => bench.ask("publish")}>
              {say.t(published ? "planner.published" : "planner.publish")}
            </button>
          )}
          {remove && (
            <button type="button" onClick={() => bench.ask("remove")}>
              {say.t("planner.remove")}
            </button>
          )}
        </div>
      )}
      {entry && sure === "remove" && (
        <Sure
          key="remove"
          question={say.t("planner.removeSure", { name })}
          answer={say.t("whatif.removeYes")}
          label={say.t("planner.remove")}
          isGrave
          say={say}
          act={() => bench.remove(name)}
          done={done}
        />
      )}
      {entry && sure === "publish" && (
        <Sure
          key="publish"
          question={published ? say.t("planner.unpublishSure", { name }) : publishSure}
          answer={say.t(published ? "planner.unpublishYes" : "planner.publishYes")}
          label={say.t("planner.publish")}
          say={say}
          act={() => bench.publish(name, !published)}
          done={done}
        />
      )}
    </>
  );
}

interface SureProps {
  question: string;
  answer: string;
  label: string;
  /** the focus begins at the way back */
  isGrave?: boolean;
  say: Speech;
  act: () => Promise<unknown>;
  done: () => void;
}

/** Asks once more before something leaves the office, is replaced or gone. */
export function Sure({ question, answer, label, isGrave, say, act, done }: SureProps) {
  const first = useFirstFocus<HTMLButtonElement>();
  return (
    <div class="whatif-naming" role="group" aria-label={label}>
      <p>{question}</p>
      <button type="button" class="primary" ref={isGrave ? undefined : first} onClick={() => void act().then(done)}>
        {answer}
      </button>
      <button type="button" ref={isGrave ? first : undefined} onClick={done}>
        {say.t("whatif.cancel")}
      </button>
    </div>
  );
}

interface FilesProps {
  files: FileEntry[];
  address: (file: string) => string;
  /** where the names of files stand: stress.file, lab.file, planner.file */
  words: string;
  /** names of files in their order; else those that are named first, then by name */
  order?: string[];
  /** what is said of all of them */
  why: string;
  say: Speech;
}

/** The papers and tables of a result, to take along. */
export function Files({ files, address, words, order = [], why, say }: FilesProps) {
  if (files.length === 0) return null;
  const named = (file: string): string => {
    const key = file.replace(".", "_");
    const found = say.word(words, key);
    return found === key ? file : found;
  };
  const rank = (file: string): number =>
    order.includes(file) ? order.indexOf(file) : order.length + (named(file) === file ? 1 : 0);
  const sorted = [...files].sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
  return (
    <>
      <ul class="planner-files">
        {sorted.map((one) => (
          <li key={one.name}>
            <a href={address(one.name)} download={one.name.split("/").at(-1)}>
              {named(one.name)}
            </a>{" "}
            <small>
              {one.name.split(".").at(-1)?.toUpperCase()},{" "}
              {say.t("planner.kilobytes", { n: say.number(Math.max(1, one.bytes / 1000)) })}
            </small>
          </li>
        ))}
      </ul>
      <p class="soft">{why}</p>
    </>
  );
}
