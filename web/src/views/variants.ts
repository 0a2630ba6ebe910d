import type { Dataset } from "../data/load";
import type { Row, Scalar } from "../data/schema";
import type { Speech } from "../i18n";
import { limitText } from "../values";

/** A variant as the tables name it, in the chosen language where they give both. */
export function variantText(row: Row, say: Speech): string {
  const named = row[`label_${say.language}`] ?? row["label"] ?? row["name"] ?? row["variant"];
  return String(named ?? "");
}

/** The next sensible threshold of a prerequisite, with the unit of its indicator where there is just one. */
export function thresholdText(data: Dataset, prerequisite: string, value: Scalar, say: Speech): string {
  if (value === null || value === "") return "";
  if (typeof value !== "number") return String(value);
  const indicator = data.study.indicators.find((one) => one.prerequisite === prerequisite && one.threshold);
  return indicator ? limitText(indicator, value, say) : say.plain(value);
}
