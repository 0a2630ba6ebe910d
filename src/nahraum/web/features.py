"""OGC API Features – Part 1 core, GeoJSON, and Part 2 (CRS) – over the published layers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from nahraum.errors import InputError
from nahraum.web.problems import PROBLEMS, NotThereError

if TYPE_CHECKING:
    from nahraum.publish.features import Layer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
_CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "oas30", "geojson")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_FEATURES: dict[str, Any] = {"content": {GEOJSON: {"schema": {"type": "object"}}}, "description": "GeoJSON"}
_NUMBER = r"-?\d{1,9}(\.\d{1,12})?"
Name = Annotated[str, Path(max_length=60, description="id of a collection", examples=["quarters"])]
Crs = Annotated[str, Query(max_length=80, description="URI of the CRS of the answer")]


def features_router(layers: Callable[[], dict[str, Layer]], *, title: str, most: int) -> APIRouter:
    """The routes below `/api/ogc`.

    Parameters
        layers : the published layers by name.
        title : name of the study; most : features of one page at most.
    """
    router = APIRouter(prefix="/api/ogc", tags=["OGC API Features"], responses=PROBLEMS)

    def layer(name: str) -> Layer:
        found = layers().get(name)
        if found is None:
            raise NotThereError("there is no such collection", where=name[:60], expected=", ".join(layers()))
        return found

    @router.get("", summary="Landing page / Einstieg")
    def landing(request: Request) -> dict[str, Any]:
        links = [
            _link(request, "", "self"), _link(request, "/conformance", "conformance"),
            _link(request, "/collections", "data"),
            {"href": f"{_base(request)}/api/openapi.json", "rel": "service-desc",
             "type": "application/vnd.oai.openapi+json;version=3.1"},
        ]  # fmt: skip
        return {"title": title, "description": "Published results of nahraum", "links": links}

    @router.get("/conformance", summary="What of the standard is kept / Konformität")
    def conformance() -> dict[str, Any]:
        return {"conformsTo": list(_CLASSES)}

    @router.get("/collections", summary="The published layers / Veröffentlichte Ebenen")
    def collections(request: Request) -> dict[str, Any]:
        told = [_collection(request, one) for one in layers().values()]
        crs = sorted({uri for one in told for uri in one["crs"]})
        return {"collections": told, "links": [_link(request, "/collections", "self")], "crs": crs}

    @router.get("/collections/{name}", summary="One layer / Eine Ebene")
    def collection(request: Request, name: Name) -> dict[str, Any]:
        return _collection(request, layer(name))

    @router.get(
        "/collections/{name}/items", summary="Features of a layer / Objekte einer Ebene",
        response_class=Response, responses={200: _FEATURES},
    )  # fmt: skip
    def items(
        request: Request,
        name: Name,
        limit: Annotated[int, Query(ge=1, description="features of one page; more are cut")] = 1000,
        offset: Annotated[int, Query(ge=0, le=1_000_000_000, description="features left out")] = 0,
        bbox: Annotated[str | None, Query(
            pattern=f"^{_NUMBER}(,{_NUMBER}){{3}}((,{_NUMBER}){{2}})?$", description="west,south,east,north"
        )] = None,
        bbox_crs: Annotated[str, Query(alias="bbox-crs", max_length=80, description="CRS of bbox")] = CRS84,
        crs: Crs = CRS84,
    ) -> Response:  # fmt: skip
        one, limit = layer(name), min(limit, most)
        box = tuple(float(number) for number in bbox.split(",")) if bbox else ()
        page = one.page(limit=limit, offset=offset, bbox=box, bbox_crs=bbox_crs, crs=crs)
        asked = {"limit": str(limit)} | ({"bbox": bbox, "bbox-crs": bbox_crs} if bbox else {}) | {"crs": crs}
        path = f"/collections/{one.name}/items"
        links = [_link(request, path, "self", GEOJSON, **asked, offset=str(offset))]
        if offset + len(page.features) < page.matched and page.features:
            links.append(_link(request, path, "next", GEOJSON, **asked, offset=str(offset + len(page.features))))
        head = {"type": "FeatureCollection", "numberMatched": page.matched, "numberReturned": len(page.features)}
        text = json.dumps(head | {"links": links}, ensure_ascii=False)[:-1]
        return _geojson(f'{text}, "features": [{",".join(page.features)}]}}', crs)

    @router.get(
        "/collections/{name}/items/{feature_id}", summary="One feature / Ein Objekt",
        response_class=Response, responses={200: _FEATURES},
    )  # fmt: skip
    def item(name: Name, feature_id: Annotated[str, Path(max_length=200)], crs: Crs = CRS84) -> Response:
        one = layer(name)
        if crs not in one.crs_uris:
            raise InputError("the layer is not offered in this CRS", where=crs[:80], expected=", ".join(one.crs_uris))
        found = one.feature(feature_id, crs=crs)
        if found is None:
            raise NotThereError("there is no such feature", where=feature_id[:80], expected=f"an id of {one.name}")
        return _geojson(found, crs)

    return router


def _geojson(text: str, crs: str) -> Response:
    return Response(text, media_type=GEOJSON, headers={"Content-Crs": f"<{crs}>"})


def _collection(request: Request, layer: Layer) -> dict[str, Any]:
    path, bounds = f"/collections/{layer.name}", layer.bounds()
    extent = {"extent": {"spatial": {"bbox": [bounds], "crs": CRS84}}} if bounds else {}
    english, german = layer.title
    return {
        "id": layer.name, "title": f"{english} / {german}", "itemType": "feature", **extent, "crs": layer.crs_uris,
        "storageCrs": layer.crs_uris[-1],
        "links": [_link(request, path, "self"), _link(request, f"{path}/items", "items", GEOJSON)],
    }  # fmt: skip


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers['host']}"


def _link(request: Request, path: str, rel: str, kind: str = "application/json", **asked: str | None) -> dict[str, str]:
    given = {name: value for name, value in asked.items() if value}
    url = request.url.replace(path=f"/api/ogc{path}", query="").include_query_params(**given)
    return {"href": str(url), "rel": rel, "type": kind}
