"""Situations for other systems: CPSV-AP 3.2.0 with schema.org steps, HowTo, Open Referral (HSDS).

Order is not in CPSV-AP: it stands in `schema:HowToStep` with a position and our own `oa:condition`.
`cv:processingTime` is a duration, so only hours, minutes and calendar spans stand there; a term in
working days is our own property. Costs are tenge of the day, the multiple stays in the words.
Own context with full prefixes: nobody needs the network to read it.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from agencies.directory import Agency
from reception.guide import law
from reception.guide.law import LegalAct
from reception.guide.plan import plan
from reception.guide.procedure import LANGUAGES, Condition, Fee, Procedure, Step, Text
from reception.guide.situations import SituationVersion

CONTEXT = {
    "cpsv": "http://purl.org/vocab/cpsv#", "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/", "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/", "skos": "http://www.w3.org/2004/02/skos/core#",
    "eli": "http://data.europa.eu/eli/ontology#", "schema": "http://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip
TENGE = "http://publications.europa.eu/resource/authority/currency/KZT"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
NAMES = {"kk": "Өмірлік жағдайлар", "ru": "Жизненные ситуации", "en": "Life situations"}
CITY = {"kk": "Алматы қаласы", "ru": "Город Алматы", "en": "City of Almaty"}
DURATION = {"minute": "PT{}M", "hour": "PT{}H", "calendar_day": "P{}D", "month": "P{}M"}
Node = dict[str, Any]


class Graph:
    """Nodes of one document by their address; each is written once."""

    def __init__(self, base: str) -> None:
        self.base = f"{base}/id/"
        self.nodes: dict[str, Node] = {}

    def add(self, place: str, kind: str | list[str], **more: Any) -> Node:
        """A reference to the node; what has no value is left out."""
        address = f"{self.base}{place}"
        node: Node = {"@id": address, "@type": kind}
        node |= {name: value for name, value in more.items() if value not in (None, [], {}, "")}
        self.nodes.setdefault(address, node)
        return {"@id": address}

    def document(self, base: str) -> Node:
        context = CONTEXT | {"oa": f"{base}/ns#"}
        return {"@context": context, "@graph": list(self.nodes.values())}


def said(text: Text) -> list[Node]:
    return [
        {"@value": getattr(text, language), "@language": language}
        for language in LANGUAGES
        if getattr(text, language)
    ]


def in_words(names: dict[str, str]) -> list[Node]:
    return [{"@value": text, "@language": language} for language, text in names.items()]


def cpsv(session: Session, versions: list[SituationVersion], *, day: date, base: str) -> Node:
    """The catalogue with every event, service and what belongs to them."""
    graph = Graph(base)
    mci = law.rate_on(session, law.MCI, day)
    held = {version.id: version.procedure for version in versions}
    acts = law.acts(session, set().union(*(law.acts_of(one) for one in held.values())))
    agencies = {a.code: a for a in session.query(Agency).all()} if versions else {}
    place = graph.add("place/almaty", "dct:Location", **{"dct:title": in_words(CITY)})
    graph.nodes[TENGE] = {"@id": TENGE, "@type": "skos:Concept"}
    parts = [
        _situation(graph, version, held[version.id], _Known(place, acts, agencies, mci))
        for version in versions
    ]
    publisher = graph.add(
        "org/reception", "foaf:Agent",
        **{"dct:identifier": "reception", "dct:title": in_words(CITY)},
    )  # fmt: skip
    graph.add(
        "catalogue/situations", "dcat:Dataset",
        **{
            "dct:title": in_words(NAMES), "dct:description": in_words(NAMES),
            "dct:publisher": publisher, "dct:license": {"@id": LICENCE},
            "dct:hasPart": [part for situation in parts for part in situation],
        },
    )  # fmt: skip
    return graph.document(base)


class _Known:
    """What every service of the document shares."""

    def __init__(
        self, place: Node, acts: dict[str, LegalAct], agencies: dict[str, Agency],
        mci: Decimal | None,
    ) -> None:  # fmt: skip
        self.place, self.acts, self.agencies, self.mci = place, acts, agencies, mci


def _situation(
    graph: Graph, version: SituationVersion, held: Procedure, known: _Known
) -> list[Node]:
    """The event and a service for each step that an agency takes; references to the services."""
    situation = version.situation
    event = f"event/{situation.slug}"
    ref = {"@id": f"{graph.base}{event}"}
    services = [_service(graph, situation.slug, held, step, ref, known) for step in held.steps]
    kind = "cv:BusinessEvent" if situation.audience == "business" else "cv:LifeEvent"
    graph.add(
        event, [kind, "cv:Event"],
        **{
            "dct:identifier": situation.code, "dct:title": said(held.title),
            "dct:description": said(held.lead), "cv:hasRelatedService": services,
            "oa:confirmed": version.confirmed, "oa:version": version.no,
            "oa:step": [_how_to_step(n, one) for n, one in enumerate(held.steps, start=1)],
        },
    )  # fmt: skip
    return services


def _service(
    graph: Graph, slug: str, held: Procedure, step: Step, event: Node, known: _Known
) -> Node:
    own = f"{slug}/{step.key}"
    needed = [{"@id": f"{graph.base}service/{slug}/{need.step}"} for need in step.needs]
    refs = [known.acts[ref.act] for ref in step.legal if ref.act in known.acts]
    return graph.add(
        f"service/{own}", "cpsv:PublicService",
        **{
            "dct:identifier": own, "dct:title": said(step.title),
            "dct:description": said(step.text) or said(held.title),
            "cv:hasCompetentAuthority": _authority(graph, step, known),
            "cv:isGroupedBy": event, "dct:spatial": known.place, "dct:requires": needed,
            "cpsv:hasInput": [
                graph.add(f"evidence/{own}/{n}", "cv:Evidence",
                          **{"dct:identifier": f"{own}/{n}", "dct:title": said(paper.title)})
                for n, paper in enumerate(step.documents, start=1)
            ],
            "cpsv:produces": [
                graph.add(f"output/{own}/{n}", "cv:Output",
                          **{"dct:identifier": f"{own}/{n}", "dct:title": said(outcome.text)})
                for n, outcome in enumerate(step.outcomes, start=1)
            ],
            "cv:hasCost": [_cost(graph, f"{own}/{n}", fee, known.mci)
                           for n, fee in enumerate(step.fees, start=1)],
            "cv:hasChannel": [
                graph.add(f"channel/{own}/{channel.way}", "cv:Channel",
                          **{"dct:identifier": f"{own}/{channel.way}"})
                for channel in step.channels
            ],
            "cv:holdsRequirement": _requirement(graph, own, step),
            "cpsv:follows": [_rule(graph, act) for act in refs],
            "cv:hasLegalResource": [_resource(graph, act) for act in refs],
            **_time(step),
        },
    )  # fmt: skip


def _time(step: Step) -> Node:
    term = step.term
    if term is None or term.value is None or term.unit is None:
        return {}
    if term.unit == "working_day":
        return {"oa:workingDays": term.value}
    duration = DURATION[term.unit].format(term.value)
    return {"cv:processingTime": {"@value": duration, "@type": "xsd:duration"}}


def _authority(graph: Graph, step: Step, known: _Known) -> Node:
    agency = known.agencies.get(step.agency)
    names = (
        in_words({code: getattr(agency, f"name_{code}") for code in LANGUAGES})
        if agency
        else said(step.agency_text) or in_words(CITY)
    )
    code = agency.code if agency else law.code_of(step.agency_text.en)
    return graph.add(
        f"org/{code}", "cv:PublicOrganisation",
        **{"dct:identifier": code, "skos:prefLabel": names, "dct:spatial": known.place},
    )  # fmt: skip


def _cost(graph: Graph, own: str, fee: Fee, mci: Decimal | None) -> Node:
    tenge = law.tenge(fee, mci)
    words = said(fee.note) + (
        [{"@value": f"{fee.value} × MCI", "@language": "en"}] if fee.kind == "mci" else []
    )
    value = None if tenge is None else {"@value": f"{tenge}.0", "@type": "xsd:double"}
    return graph.add(
        f"cost/{own}", "cv:Cost",
        **{"dct:identifier": own, "cv:hasValue": value, "cv:currency": {"@id": TENGE},
           "dct:description": words},
    )  # fmt: skip


def _requirement(graph: Graph, own: str, step: Step) -> Node | None:
    if step.when is None:
        return None
    words = [{"@value": expression(step.when), "@language": "en"}]
    return graph.add(
        f"requirement/{own}", "cv:Requirement", **{"dct:identifier": own, "dct:title": words}
    )


def _rule(graph: Graph, act: LegalAct) -> Node:
    title = [{"@value": act.title, "@language": "en"}]
    return graph.add(
        f"rule/{act.code}", "cpsv:Rule",
        **{"dct:identifier": act.code, "dct:title": title, "dct:description": title,
           "cpsv:implements": _resource(graph, act)},
    )  # fmt: skip


def _resource(graph: Graph, act: LegalAct) -> Node:
    return graph.add(f"act/{act.code}", "eli:LegalResource", **{"oa:state": str(act.state)})


def _how_to_step(position: int, step: Step) -> Node:
    shown: Node = {
        "@type": "schema:HowToStep", "schema:position": position, "schema:name": said(step.title),
        "oa:style": step.style,
    }  # fmt: skip
    return shown | ({"oa:condition": expression(step.when)} if step.when else {})


def expression(condition: Condition) -> str:
    """A condition as one line: `how == stolen and not (again == yes)`."""
    parts = [expression(one) for one in condition.all]
    if condition.any:
        parts.append("(" + " or ".join(expression(one) for one in condition.any) + ")")
    parts += [f"not ({expression(one)})" for one in condition.none]
    if condition.fact:
        sign = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
        value = condition.value
        plain = ("yes" if value else "no") if isinstance(value, bool) else value
        parts.append(f"{condition.fact} {sign[condition.op]} {plain}")
    return " and ".join(parts)


def how_to(version: SituationVersion, language: str, *, address: str) -> Node:
    """schema.org HowTo for search engines, in one language."""
    held = version.procedure
    return {
        "@context": "https://schema.org", "@type": "HowTo", "url": address, "inLanguage": language,
        "name": held.title.said(language), "description": held.lead.said(language),
        "step": [
            {"@type": "HowToStep", "position": n, "name": step.title.said(language),
             "url": f"{address}#{step.key}"}
            for n, step in enumerate(held.steps, start=1)
        ],
        "supply": [
            {"@type": "HowToSupply", "name": paper.title.said(language)}
            for step in held.steps
            for paper in step.documents
        ],
    }  # fmt: skip


def hsds(session: Session, version: SituationVersion, *, day: date, address: str) -> Node:
    """A service of the Human Services Data Specification 3.0 (Open Referral), in English."""
    found = plan(session, version, {}, day=day)
    held = found.procedure
    first = next((one for one in found.steps if one.agency is not None), None)
    sums = [one for planned in found.steps for one in planned.sums if one.tenge is not None]
    return {
        "id": version.situation.code, "name": held.title.said("en"), "url": address,
        "description": held.lead.said("en"), "status": "active",
        "organization": {"id": first.agency.code, "name": first.agency.name_en}
        if first is not None and first.agency is not None
        else None,
        "required_documents": [{"document": paper.said("en")} for paper in found.papers],
        "cost_options": [{"amount": one.tenge, "currency": "KZT"} for one in sums],
        "languages": [{"code": language} for language in LANGUAGES if held.title.has(language)],
    }  # fmt: skip
