import type { Speech } from "../i18n";
import { KIND, TOOLS, type Tool } from "./draft";
import type { Session } from "./session";
import { useSession } from "./use";

/** The measures one can draw; the one in hand is pressed. */
export function Tools({ session, say, offered }: { session: Session; say: Speech; offered: readonly Tool[] }) {
  const { draft, about } = useSession(session);
  const known = TOOLS.filter((tool) => offered.includes(tool) && (about?.kinds ?? []).includes(KIND[tool]));
  return (
    <section class="section" aria-labelledby="whatif-tools">
      <h3 id="whatif-tools">{say.t("whatif.tools")}</h3>
      <div class="whatif-tools" role="group" aria-labelledby="whatif-tools">
        {known.map((tool) => (
          <button
            key={tool}
            id={`tool-${tool}`}
            type="button"
            aria-pressed={draft?.tool === tool}
            onClick={() => void session.take(draft?.tool === tool ? null : tool)}
          >
            <Sign tool={tool} />
            {say.t(`whatif.tool.${tool}`)}
          </button>
        ))}
      </div>
    </section>
  );
}

const SIGNS: Record<Tool, string> = {
  open: "M3 7h14l-1 4H4zM5 11v6h10v-6M8 17v-4h4v4M4 7l2-4h8l2 4",
  move: "M10 2v16M2 10h16M10 2l-2.5 2.5M10 2l2.5 2.5M10 18l-2.5-2.5M10 18l2.5-2.5M2 10l2.5-2.5M2 10l2.5 2.5M18 10l-2.5-2.5M18 10l-2.5 2.5",
  remove: "M4 4l12 12M16 4L4 16",
  park: "M10 18v-6M10 12c-4 0-5.500-2.500-5.500-4.500S7 2 10 2s5.500 3.500 5.500 5.500S14 12 10 12zM4 18h12",
  entrance: "M3 17h14M5 17V4h7v13M12 5l4 1.500V17M9.500 10.500v.5",
  path: "M5 17c0-5 10-4 10-8S9 6 8 3",
  barrier: "M3 6v10M8 6v10M13 6v10M18 6v10M1.500 9h17M1.500 13h17",
  capacity: "M6 14v-4M6 10c-2 0-3-1.300-3-2.600S4.300 5 6 5s3 1.100 3 2.400S8 10 6 10zM2 16h8M15 4v12M15 4l-2 2.500M15 4l2 2.500M15 16l-2-2.500M15 16l2-2.500",
  dwellings: "M3 17V8l5-4 5 4v9zM13 17V9h4v8zM6 11h1M9.500 11h1M6 14h1M9.500 14h1",
  fibre: "M3 13a10 10 0 0 1 14 0M5.500 15.500a6 6 0 0 1 9 0M10 17.500v.1M1.500 10a13 13 0 0 1 17 0",
};

function Sign({ tool }: { tool: Tool }) {
  return (
    <svg class="whatif-sign" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={SIGNS[tool]} />
    </svg>
  );
}
