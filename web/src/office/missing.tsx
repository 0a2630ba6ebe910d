import type { Speech } from "../i18n";

/** What the study lacks for any result. */
export function Missing({ topics, say }: { topics: string[]; say: Speech }) {
  return <p class="notice warning">{say.t("office.missing", { list: named(topics, say) })}</p>;
}

/** What would say more and is not there: told, no hindrance. */
export function OpenTopics({ topics, say }: { topics: string[]; say: Speech }) {
  if (topics.length === 0) return null;
  return <p class="soft">{say.t("office.openTopics", { list: named(topics, say) })}</p>;
}

const named = (topics: string[], say: Speech): string =>
  say.list([...new Set(topics.map((one) => say.word("office.topic", one)))]);
