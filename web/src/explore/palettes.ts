import type { Palette, Study } from "../data/schema";

/** Scales to choose from. The first is that of report and GeoPackage; all differ in lightness, so that none needs hue. */
export type PaletteName = "standard" | "contrast" | "viridis";
export const PALETTES: PaletteName[] = ["standard", "contrast", "viridis"];

const OTHERS: Record<Exclude<PaletteName, "standard">, Partial<Palette>> = {
  // orange against purple (PuOr), which people with any colour vision tell apart
  contrast: {
    classes: { lacking: "#b35806", not_lacking: "#b2abd2", undetermined: "#d9d9d9" },
    sequential: ["#fef0d9", "#fdc17f", "#ee8a35", "#b35806", "#5c2300"],
    enough: [["#998ec3"], ["#d8daeb", "#8073ac"], ["#d8daeb", "#b2abd2", "#6a51a3"]],
    neutral: ["#f0f0f5", "#cbc9e2", "#9e9ac8", "#756bb1", "#3f2a80"],
  },
  // van der Walt and Smith (2015): even steps of lightness
  viridis: {
    classes: { lacking: "#440154", not_lacking: "#d5e067", undetermined: "#d9d9d9" },
    sequential: ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"],
    enough: [["#d6dde6"], ["#e8ecf1", "#b9c4d1"], ["#e8ecf1", "#cbd4df", "#a9b6c6"]],
    neutral: ["#f7f7f7", "#d0d0d0", "#a0a0a0", "#6f6f6f", "#3a3a3a"],
  },
};

/** By night the strongest class is the brightest: on a dark ground that is what stands out. */
const BY_NIGHT: Record<PaletteName, Partial<Palette>> = {
  standard: {
    classes: { lacking: "#ff9a55", not_lacking: "#3d6f92", undetermined: "#454e5a" },
    sequential: ["#4c3d2e", "#80542c", "#b86b30", "#eb9a58", "#ffe0ae"],
    enough: [["#5c9cc6"], ["#315a76", "#7fbce4"], ["#2c4f68", "#4d8ab1", "#9bd0f2"]],
    neutral: ["#23423e", "#2f6159", "#4b8f85", "#85c1b5", "#d3f0e8"],
  },
  contrast: {
    classes: { lacking: "#ffb066", not_lacking: "#6d62a3", undetermined: "#454e5a" },
    sequential: ["#4b3a28", "#83521f", "#c07526", "#f0a551", "#ffe4bb"],
    enough: [["#8d80c0"], ["#4d4577", "#a99ce0"], ["#463f6d", "#7a6db5", "#c2b7f2"]],
    neutral: ["#2e2d4a", "#48457a", "#6f6aae", "#a09bd8", "#dedbf8"],
  },
  viridis: {
    classes: { lacking: "#fde725", not_lacking: "#46518f", undetermined: "#454e5a" },
    sequential: ["#4a3a86", "#38669a", "#279186", "#55c667", "#fde725"],
    enough: [["#667485"], ["#3f4a57", "#8492a3"], ["#3a4450", "#5f6d7d", "#9aa7b6"]],
    neutral: ["#2f353d", "#4d555f", "#727b86", "#9da5ae", "#d6dbe0"],
  },
};
const UNKNOWN_BY_NIGHT = "#454e5a";

/** The study in the colours that the reader has chosen. */
export function painted(study: Study, name: PaletteName, dark: boolean): Study {
  const chosen = name === "standard" ? {} : OTHERS[name];
  const dusk = dark ? { unknown: UNKNOWN_BY_NIGHT, ...BY_NIGHT[name] } : {};
  return { ...study, palette: { ...study.palette, ...chosen, ...dusk } };
}

/** A colour as it looks on the map, through which the ground shines (map/style.ts). */
export const onMap = (color: string): string => `color-mix(in srgb, ${color} 78%, var(--paper))`;
