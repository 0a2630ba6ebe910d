import { useEffect, useRef } from "preact/hooks";
import type { Dataset } from "../data/load";
import type { Source } from "../data/schema";
import type { Speech } from "../i18n";

/** Who must be named, always in sight; what stands above it on the map makes room for its lines. */
export function Attribution({ data, say }: { data: Dataset; say: Speech }) {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    const { current } = line;
    if (!current) return;
    const room = (): void =>
      current.closest<HTMLElement>(".view")?.style.setProperty("--attribution", `${current.offsetHeight}px`);
    const watch = new ResizeObserver(room);
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  const named = [
    ...new Map(data.study.sources.filter((one) => one.attribution).map((one) => [one.attribution, one])).values(),
  ];
  return (
    <p class="map-attribution" ref={line}>
      {say.t("map.attribution")}:{" "}
      {named.map((source, at) => (
        <span key={source.attribution}>
          {at > 0 && " · "}
          {source.attribution}
          <LicenceIn source={source} />
        </span>
      ))}
    </p>
  );
}

/** The licence in brackets, unless the attribution names it already. */
function LicenceIn({ source }: { source: Source }) {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, "");
  const named = plain(source.attribution).includes(plain(source.licence.replace(/-?\d.*$/, "")));
  if (!source.licence || named) return null;
  return (
    <>
      {" ("}
      <Licence name={source.licence} address={source.licence_url} />)
    </>
  );
}

export function Licence({ name, address }: { name: string; address: string }) {
  if (!address.startsWith("https://")) return <>{name}</>;
  return (
    <a href={address} rel="noopener noreferrer">
      {name}
    </a>
  );
}
