import { useState } from "preact/hooks";
import type { Speech } from "../i18n";

/** Puts the address of this very view into the clipboard. */
export function CopyLink({ say }: { say: Speech }) {
  const [told, setTold] = useState<"" | "link.copied" | "link.byHand">("");
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(location.href);
      setTold("link.copied");
    } catch {
      setTold("link.byHand");
    }
    setTimeout(() => setTold(""), 6000);
  };
  return (
    <span class="copy-link">
      <button type="button" class="plain" onClick={() => void copy()}>
        {say.t("link.copy")}
      </button>{" "}
      <span role="status">{told && say.t(told)}</span>
    </span>
  );
}
