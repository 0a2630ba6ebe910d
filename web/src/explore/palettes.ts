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

/** The study in the colours that the reader has chosen. */
export function painted(study: Study, name: PaletteName): Study {
  return name === "standard" ? study : { ...study, palette: { ...study.palette, ...OTHERS[name] } };
}
