import type { ComponentChildren } from "preact";
import type { Speech } from "../i18n";
import type { Problem } from "../whatif/api";

// the beginnings of what the server says of a question that no plan can answer
const KNOWN: [RegExp, string][] = [
  [/no budget/, "budget"],
  [/has not been run|not been run yet/, "notRun"],
  [/sites? (are|is) named that|sites that are not there/, "sites"],
  [/quarters? are named/, "quarters"],
  [/limits of the plan are not known/, "limits"],
  [/contradict|cannot be (met|kept)|no plan keeps|below every cost/, "contradiction"],
  [/below the cost of every measure/, "small"],
  [/another run of this study/, "run"],
  [/ended by itself|error of the program/, "ended"],
  [/memory/, "memory"],
  [/too long|time/, "time"],
  [/objectives/, "objectives"],
  [/no name of a plan/, "name"],
  [/no index of social status/, "status"],
  [/waiting|queue|too many (jobs|plans)/, "queue"],
];

/** A failure in four parts: what and how to mend it in words of the reader, the server's own words behind it; in front
 *  where nothing better is known and the reader's language is theirs. */
export function Refusal({ problem, say, children }: { problem: Problem; say: Speech; children?: ComponentChildren }) {
  const byError = problem.error === "NameTakenError" ? "taken" : undefined;
  const byStatus = { 0: "offline", 401: "token", 404: "gone", 409: "changed", 429: "often" }[problem.status];
  const key = byError ?? byStatus ?? KNOWN.find(([pattern]) => pattern.test(problem.what))?.[1] ?? "other";
  const german = say.language === "de" ? problem.german : null;
  const { what, where, expected, fix } = german ?? problem;
  const language = german ? "de" : "en";
  const readable = german ?? (say.language === "en" ? problem : null);
  const headline = (key === "other" && readable?.what) || say.word("planner.refused", key);
  const parts = [what, expected, fix].filter((one) => one && one !== headline);
  return (
    <div class="whatif-wrong" role="alert">
      <p>
        <strong>{headline}</strong>
      </p>
      {where.length > 0 && (
        <ul lang={language}>
          {where.slice(0, 8).map((one) => (
            <li key={one}>{one}</li>
          ))}
        </ul>
      )}
      {parts.length > 0 && (
        <details>
          <summary>{say.t(german ? "planner.detail" : "whatif.detail")}</summary>
          {parts.map((one) => (
            <p key={one} lang={language}>
              {one}
            </p>
          ))}
        </details>
      )}
      {children}
    </div>
  );
}
