export interface Served {
  role: "planner" | "public";
  /** whether edits are answered */
  whatIf: boolean;
  /** whether plans can be made */
  plan: boolean;
  /** whether stress tests are made */
  stress: boolean;
  /** whether the housing lab can be asked */
  lab: boolean;
  /** whether pages of others may show it in a frame */
  embed: boolean;
}

/** What the server says of itself in the page (web/pages.py); null on the static site, which asks nobody. */
export function served(): Served | null {
  const told = document.querySelector('meta[name="nahraum-server"]')?.getAttribute("content")?.split(" ") ?? [];
  if (!told[0]) return null;
  return {
    role: told[0] === "planner" ? "planner" : "public",
    whatIf: told.includes("what-if"),
    plan: told.includes("plan"),
    stress: told.includes("stress"),
    lab: told.includes("housing"),
    embed: told.includes("embed"),
  };
}
