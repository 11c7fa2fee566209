"""What codebook.xsd of DDI-Codebook 2.5 (2012-01-17) says of the elements we write: order, counts, attributes."""

from collections import Counter
from dataclasses import dataclass, field

from lxml import etree

DDI = "{ddi:codebook:2_5}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ANY = 10**6
GLOBALS = {"ID": (), LANG: (), "source": ("archive", "producer")}
"""Attributes every element may have (attributeGroup GLOBALS), with the values they may take where listed."""


@dataclass(frozen=True)
class Element:
    """`parts` in their order: name -> (least, most); a text holds words and no parts; `any_order` is a choice."""

    parts: dict[str, tuple[int, int]] = field(default_factory=dict)
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    any_order: bool = False


TEXT = Element()
SCHEMA = {
    "codeBook": Element(
        {"docDscr": (0, ANY), "stdyDscr": (1, ANY), "fileDscr": (0, ANY), "dataDscr": (0, ANY), "otherMat": (0, ANY)},
        {"version": ("2.5",), "codeBookAgency": ()},
    ),
    "stdyDscr": Element(
        {"citation": (1, ANY), "studyAuthorization": (0, ANY), "stdyInfo": (0, ANY), "studyDevelopment": (0, ANY),
         "method": (0, ANY), "dataAccs": (0, ANY), "othrStdyMat": (0, ANY), "notes": (0, ANY)},
        {"access": ()},
    ),
    "citation": Element(
        {"titlStmt": (1, 1), "rspStmt": (0, 1), "prodStmt": (0, 1), "distStmt": (0, 1), "serStmt": (0, ANY),
         "verStmt": (0, ANY), "biblCit": (0, ANY), "holdings": (0, ANY), "notes": (0, ANY)},
        {"MARCURI": ()},
    ),
    "titlStmt": Element(
        {"titl": (1, 1), "subTitl": (0, ANY), "altTitl": (0, ANY), "parTitl": (0, ANY), "IDNo": (0, ANY)}
    ),
    "rspStmt": Element({"AuthEnty": (0, ANY), "othId": (0, ANY)}),
    "verStmt": Element({"version": (0, 1), "verResp": (0, 1), "notes": (0, ANY)}),
    "method": Element(
        {"dataColl": (0, ANY), "notes": (0, ANY), "anlyInfo": (0, 1), "stdyClas": (0, ANY), "dataProcessing": (0, ANY),
         "codingInstructions": (0, ANY)}
    ),
    "dataColl": Element({"resInstru": (0, ANY)}),
    "resInstru": Element(attributes={"type": ()}),
    "dataDscr": Element(
        {"varGrp": (0, ANY), "nCubeGrp": (0, ANY), "var": (0, ANY), "nCube": (0, ANY), "notes": (0, ANY)}
    ),
    "var": Element(
        {"location": (0, ANY), "labl": (0, ANY), "qstn": (0, ANY), "valrng": (0, ANY), "invalrng": (0, ANY),
         "universe": (0, ANY), "txt": (0, ANY), "catgryGrp": (0, ANY), "catgry": (0, ANY), "concept": (0, ANY),
         "varFormat": (0, 1), "notes": (0, ANY)},
        {"name": (), "intrvl": ("contin", "discrete"), "nature": ("nominal", "ordinal", "interval", "ratio")},
        ("name",),
    ),
    "qstn": Element(
        {"preQTxt": (0, ANY), "qstnLit": (0, ANY), "postQTxt": (0, ANY), "ivuInstr": (0, ANY)}, any_order=True
    ),
    "valrng": Element({"item": (0, ANY), "range": (0, ANY), "key": (0, ANY), "notes": (0, ANY)}, any_order=True),
    "range": Element(
        attributes={"UNITS": ("INT", "REAL"), "min": (), "minExclusive": (), "max": (), "maxExclusive": ()}
    ),
    "catgry": Element(
        {"catValu": (0, 1), "labl": (0, ANY), "txt": (0, ANY), "catStat": (0, ANY), "mrow": (0, 1)},
        {"missing": ("Y", "N"), "missType": (), "excls": ("true", "false")},
    ),
    "varFormat": Element(
        attributes={"type": ("character", "numeric"), "formatname": (),
                    "category": ("date", "time", "currency", "other")}
    ),
    **dict.fromkeys(
        ("titl", "parTitl", "IDNo", "AuthEnty", "version", "labl", "qstnLit", "ivuInstr", "universe", "catValu"), TEXT
    ),
}  # fmt: skip


def departures(root: etree._Element) -> list[str]:
    """Every way in which a document is not what the schema says."""
    ids = Counter(one.get("ID") for one in root.iter() if one.get("ID") is not None)
    found = [f"the ID {name} is used {n} times" for name, n in ids.items() if n > 1]
    for one in root.iter():
        found += _departures(one)
    return found


def _departures(one: etree._Element) -> list[str]:
    name = one.tag.removeprefix(DDI)
    if name not in SCHEMA:
        return [f"{name} is not known"]
    told, found, reached = SCHEMA[name], [], 0
    order = list(told.parts)
    parts = [part.tag.removeprefix(DDI) for part in one]
    for part in parts:
        if part not in told.parts:
            found.append(f"{name}: {part} does not belong here")
        elif not told.any_order and order.index(part) < reached:
            found.append(f"{name}: {part} stands too late")
        else:
            reached = order.index(part)
    counts = Counter(parts)
    found += [f"{name}: {counts[part]} {part}" for part, (low, high) in told.parts.items()
              if not low <= counts[part] <= high]  # fmt: skip
    known = GLOBALS | told.attributes
    for key, value in one.attrib.items():
        if key not in known:
            found.append(f"{name}: attribute {key} is not known")
        elif known[key] and value not in known[key]:
            found.append(f"{name}: {key} is {value}")
    return found + [f"{name}: attribute {key} is missing" for key in told.needed if key not in one.attrib]
