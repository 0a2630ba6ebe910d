import type { Activity, ReadyScenario, Rule } from "./api";

/** What each component asks of a scenario: what people do, and which rules hold. */
const RESTS_ON: Record<string, { what: string[]; rules: string[] }> = {
  quiet_room: { what: ["home_office", "lessons_at_home"], rules: [] },
  isolation: { what: [], rules: ["isolate"] },
  line: {
    what: ["home_office", "video_meeting", "video_lesson", "cloud_work", "stream_hd", "stream_4k", "background"],
    rules: [],
  },
  green: { what: ["green_visit"], rules: ["closed", "radius_m", "distance_m", "heat"] },
  supply: { what: ["food_shopping"], rules: ["retail", "radius_m"] },
  care: { what: ["care_at_home", "home_office"], rules: [] },
  heat: { what: [], rules: ["heat"] },
};

/** The assumptions of a scenario that a component rests on; all for what is counted over all components. */
export function basis(scenario: ReadyScenario, component: string): { activities: Activity[]; rules: Rule[] } {
  const known = RESTS_ON[component];
  if (!known) return { activities: scenario.activities, rules: scenario.rules };
  return {
    activities: scenario.activities.filter((one) => known.what.includes(one.what)),
    rules: scenario.rules.filter((one) => known.rules.includes(one.name)),
  };
}
