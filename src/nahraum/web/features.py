"""OGC API Features – Part 1 core, GeoJSON, and Part 2 (CRS) – over the published layers.

The description is OpenAPI 3.1, so that the class `oas30` is not claimed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from nahraum.errors import InputError
from nahraum.web.problems import PROBLEMS, NotThereError, UnfitQueryError, places_of, status_of

if TYPE_CHECKING:
    from nahraum.publish.features import Layer

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON = "application/geo+json"
_CLASSES = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    *(f"http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/{name}" for name in ("core", "geojson")),
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
)
_FEATURES: dict[str, Any] = {"content": {GEOJSON: {"schema": {"type": "object"}}}, "description": "GeoJSON"}
_TIME = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]{5,15}(Z|[+-][0-9]{2}:[0-9]{2})?)?"
_NUMBER = r"-?\d{1,9}(\.\d{1,12})?"
Name = Annotated[str, Path(max_length=60, description="id of a collection", examples=["quarters"])]
Crs = Annotated[str, Query(max_length=80, description="URI of the CRS of the answer")]


class _Strict(APIRoute):
    """A route of the standard: parameters that it does not know, and values that cannot be used, are refused with 400.

    References: OGC 17-069r4, Features core, requirements 7 and 8.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler behind the look at the parameters."""
        answered, known = super().get_route_handler(), [one.alias for one in self.dependant.query_params]

        async def strict(request: Request) -> Response:
            unknown = sorted(set(request.query_params) - set(known))
            if unknown:
                raise UnfitQueryError(
                    "the address has parameters that are not known here", where=[one[:80] for one in unknown[:10]],
                    expected=", ".join(known) or "no parameters",
                )  # fmt: skip
            try:
                return await answered(request)
            except RequestValidationError as wrong:
                raise UnfitQueryError(
                    "the request cannot be used", where=places_of(wrong), expected="what /api/openapi.json describes"
                ) from wrong  # fmt: skip
            except InputError as wrong:
                if status_of(wrong) != 422:
                    raise
                raise UnfitQueryError(
                    wrong.what, where=wrong.where, expected=wrong.expected, fix=wrong.fix
                ) from wrong  # fmt: skip

        return strict


def features_router(layers: Callable[[], dict[str, Layer]], *, title: str, most: int) -> APIRouter:
    """The routes below `/api/ogc`.

    Parameters
        layers : the published layers by name.
        title : name of the study; most : features of one page at most.
    """
    router = APIRouter(prefix="/api/ogc", tags=["OGC API Features"], responses=PROBLEMS, route_class=_Strict)

    def layer(name: str) -> Layer:
        found = layers().get(name)
        if found is None:
            raise NotThereError("there is no such collection", where=name[:60], expected=", ".join(layers()))
        return found

    @router.get("/", include_in_schema=False)
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
        datetime: Annotated[str | None, Query(
            pattern=f"^({_TIME}|({_TIME}|[.]{{2}})?/({_TIME}|[.]{{2}})?)$",
            description="an instant or an interval; the features have no time, so that all of them fit",
        )] = None,
        crs: Crs = CRS84,
    ) -> Response:  # fmt: skip
        one, limit = layer(name), min(limit, most)
        box = tuple(float(number) for number in bbox.split(",")) if bbox else ()
        page = one.page(limit=limit, offset=offset, bbox=box, bbox_crs=bbox_crs, crs=crs)
        asked = {"limit": str(limit)} | ({"bbox": bbox, "bbox-crs": bbox_crs} if bbox else {}) | {"crs": crs}
        path = f"/collections/{one.name}/items"
        asked |= {"datetime": datetime} if datetime else {}
        links = [
            _link(request, path, "self", GEOJSON, **asked, offset=str(offset)),
            _link(request, f"/collections/{one.name}", "collection"),
        ]
        if offset + len(page.features) < page.matched and page.features:
            links.append(_link(request, path, "next", GEOJSON, **asked, offset=str(offset + len(page.features))))
        head = {"type": "FeatureCollection", "numberMatched": page.matched, "numberReturned": len(page.features)}
        text = json.dumps(head | {"links": links}, ensure_ascii=False)[:-1]
        return _geojson(f'{text}, "features": [{",".join(page.features)}]}}', crs)

    @router.get(
        "/collections/{name}/items/{feature_id}", summary="One feature / Ein Objekt",
        response_class=Response, responses={200: _FEATURES},
    )  # fmt: skip
    def item(
        request: Request, name: Name, feature_id: Annotated[str, Path(max_length=200)], crs: Crs = CRS84
    ) -> Response:  # fmt: skip
        one = layer(name)
        if crs not in one.crs_uris:
            raise InputError("the layer is not offered in this CRS", where=crs[:80], expected=", ".join(one.crs_uris))
        found = one.feature(feature_id, crs=crs)
        if found is None:
            raise NotThereError("there is no such feature", where=feature_id[:80], expected=f"an id of {one.name}")
        path = f"/collections/{one.name}"
        links = [
            _link(request, f"{path}/items/{quote(feature_id, safe='')}", "self", GEOJSON, crs=crs),
            _link(request, path, "collection"),
        ]
        return _geojson(f'{found[:-1]}, "links": {json.dumps(links, ensure_ascii=False)}}}', crs)

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
