"""How nodes are told in STIX and STIX becomes nodes, where a query says nothing else: forms, types, props, relationships.

Facts asked of a real Cortex; the Storm texts are our own and come to the same. A client gets a copy that it may change.
"""

from __future__ import annotations

from typing import Any

MAXSIZE = 10_000
Forms = dict[str, dict[str, Any]]


def export_config() -> dict[str, Any]:
    """What `$lib.stix.export.config()` gives."""
    forms = {
        form: {"default": next(iter(types)), "stix": {name: _copied(told) for name, told in types.items()}}
        for form, types in FORMS.items()
    }
    return {"maxsize": MAXSIZE, "custom": {"objects": {}}, "forms": forms}


def import_config() -> dict[str, Any]:
    """What `$lib.stix.import.config()` gives."""
    return {
        "addbundle": True,
        "bundle": {"storm": BUNDLE},
        "objects": {name: {"storm": text} for name, text in OBJECTS.items()},
        "relationships": [{"type": list(names), "storm": text} for names, text in RELATIONSHIPS],
    }


def _copied(told: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"props": dict(told["props"])}
    for name in ("rels", "revs"):
        if name in told:
            made[name] = [list(each) for each in told[name]]
    return made


# -- nodes to STIX

NAME = "if (:name) { return(:name) } return($node.repr())"
VALUE = "return($node.repr())"
DESC = "if (:desc) { return(:desc) }"
MADE = "return($lib.stix.export.timestamp(.created))"
TIMES = {"created": MADE, "modified": MADE}


def _seen(side: int) -> str:
    return f"$span = .seen if $span {{ return($lib.stix.export.timestamp($span.{side})) }}"


def _prop(name: str) -> str:
    return f"+:{name} return(:{name})"


def _time(name: str) -> str:
    return f"+:{name} return($lib.stix.export.timestamp(:{name}))"


def _collected(*walks: str, valu: str = "$bundle.add($node)") -> str:
    """What several walks from a node lead to, as a list; nothing where they lead nowhere."""
    parts = " ".join(f"{{ {walk} $found.append({valu}) }}" for walk in walks)
    return f"init {{ $found = () }} {parts} fini {{ if $found {{ return($found) }} }}"


def _referred(end: str) -> str:
    walk = "-(refs)> * $stixid = $bundle.add($node) if $stixid { $found.append($stixid) }"
    return f"init {{ $found = () }} {walk} fini {{ {end} }}"


HASHES = (
    "init { $found = ({}) } { +:md5 $found.MD5 = :md5 } "
    + " ".join(
        f'{{ +:{name} $found."{label}" = :{name} }}'
        for name, label in (("sha1", "SHA-1"), ("sha256", "SHA-256"), ("sha512", "SHA-512"))
    )
    + " fini { if $found { return($found) } }"
)
CVE = '+:cve $cve = :cve return(([{"source_name": "cve", "external_id": $cve.upper()}]))'
INDUSTRIES = _collected("-> ou:industry +:name", valu=":name")
GOALS = _collected("-> ou:campaign:org -> ou:goal | uniq | +:name", valu=":name")
ATTACKED = "-> risk:attack :target:org -> ou:org"
VULNERABLE = "-> risk:attack :used:vuln -> risk:vuln"
SYSTEM = [("belongs-to", "autonomous-system", "-> inet:asn")]


def _rule(kind: str) -> dict[str, Any]:
    props = {"name": _prop("name"), "description": f'return("a {kind} rule")', "pattern": _prop("text")}
    return {"indicator": {"props": {**props, "pattern_type": f"return({kind})", **TIMES, "valid_from": MADE}}}


# The first type of a form is the one that it has by itself.
FORMS: Forms = {
    "ou:campaign": {
        "campaign": {
            "props": {
                "name": NAME,
                "description": _prop("desc"),
                "objective": "+:goal :goal -> ou:goal +:name return(:name)",
                **TIMES,
            },
            "rels": [
                ("attributed-to", "threat-actor", ":org -> ou:org"),
                ("originates-from", "location", ":org -> ou:org :hq -> geo:place"),
                ("targets", "identity", ATTACKED),
                ("targets", "identity", "-> risk:attack :target:person -> ps:person"),
                ("targets", "vulnerability", VULNERABLE),
            ],
        }
    },
    "ou:org": {
        "identity": {"props": {"name": NAME, "identity_class": "return(organization)", **TIMES, "sectors": INDUSTRIES}},
        "threat-actor": {
            "props": {"name": NAME, **TIMES, "first_seen": _seen(0), "last_seen": _seen(1), "goals": GOALS},
            "rels": [
                ("attributed-to", "identity", ""),
                ("located-at", "location", ":hq -> geo:place"),
                ("targets", "identity", f"-> ou:campaign {ATTACKED}"),
                ("targets", "vulnerability", f"-> ou:campaign {VULNERABLE}"),
            ],
        },
    },
    "ps:person": {"identity": {"props": {"name": NAME, **TIMES, "identity_class": "return(individual)"}}},
    "ps:contact": {"identity": {"props": {"name": NAME, **TIMES, "identity_class": "return(individual)"}}},
    "geo:place": {
        "location": {
            "props": {
                "name": NAME,
                **TIMES,
                "country": '+:loc $parts = :loc return($parts.split(".").0)',
                "latitude": "+:latlong $place = :latlong return($place.0)",
                "longitude": "+:latlong $place = :latlong return($place.1)",
            }
        }
    },
    "inet:ipv4": {"ipv4-addr": {"props": {"value": VALUE}, "rels": SYSTEM}},
    "inet:ipv6": {"ipv6-addr": {"props": {"value": VALUE}, "rels": SYSTEM}},
    "inet:fqdn": {
        "domain-name": {
            "props": {
                "value": VALUE,
                "resolves_to_refs": _collected(
                    "-> inet:dns:a -> inet:ipv4",
                    "-> inet:dns:aaaa -> inet:ipv6",
                    "-> inet:dns:cname:fqdn :cname -> inet:fqdn",
                ),
            }
        }
    },
    "inet:asn": {"autonomous-system": {"props": {"name": _prop("name"), "number": "return($node.value())"}}},
    "inet:email": {
        "email-addr": {
            "props": {
                "value": VALUE,
                "display_name": "-> ps:contact +:name return(:name)",
                "belongs_to_ref": "-> inet:web:acct return($bundle.add($node))",
            }
        }
    },
    "inet:web:acct": {
        "user-account": {
            "props": {
                "user_id": "return(:user)",
                "account_login": "return(:user)",
                # On a real Cortex every account is one of these, whatever its site.
                "account_type": "return(twitter)",
                "credential": _prop("passwd"),
                "display_name": _prop("realname"),
                "account_created": _time("signup"),
                "account_last_login": _seen(0),
                "account_first_login": _seen(1),
            }
        }
    },
    "file:bytes": {
        "file": {
            "props": {
                "name": NAME,
                "size": _prop("size"),
                "hashes": HASHES,
                "mime_type": _prop("mime"),
                "contains_refs": _referred("if $found { return($found) }"),
            }
        }
    },
    "inet:email:message": {
        "email-message": {
            "props": {
                "date": _time("date"),
                "subject": _prop("subject"),
                "message_id": "-> inet:email:header +:name=message_id return(:value)",
                "is_multipart": "return((false))",
                "from_ref": ":from -> inet:email return($bundle.add($node))",
                "to_refs": _collected(":to -> inet:email"),
            }
        }
    },
    "inet:url": {"url": {"props": {"value": VALUE}}},
    "syn:tag": {
        "malware": {
            "props": {
                "name": "if (:title) { return(:title) } return($node.repr())",
                "is_family": "return((true))",
                "first_seen": _seen(0),
                "last_seen": _seen(1),
                **TIMES,
                "sample_refs": _collected("-> file:bytes"),
            },
            "rels": [],
        }
    },
    "it:prod:soft": {"tool": {"props": {"name": NAME, **TIMES}}},
    "it:prod:softver": {
        "tool": {"props": {"name": f"-> it:prod:soft {NAME}", **TIMES, "tool_version": _prop("vers")}, "rels": []}
    },
    "risk:vuln": {
        "vulnerability": {
            "props": {"name": NAME, "description": DESC, **TIMES, "external_references": CVE},
            "rels": [],
        }
    },
    "ou:technique": {
        "attack-pattern": {
            "props": {"name": NAME, "description": _prop("desc")},
            "revs": [("mitigates", "course-of-action", "<(addresses)- risk:mitigation")],
        }
    },
    "risk:mitigation": {"course-of-action": {"props": {"name": NAME, "description": _prop("desc")}}},
    "media:news": {
        "report": {
            "props": {
                "name": "return(:title)",
                **TIMES,
                "published": "return($lib.stix.export.timestamp(:published))",
                "object_refs": _referred("return($found)"),
            }
        }
    },
    "it:app:yara:rule": _rule("yara"),
    "it:app:snort:rule": _rule("snort"),
}


# -- STIX to nodes

BUNDLE = "it:sec:stix:bundle:id=$bundle.id return($node) [ it:sec:stix:bundle=* :id=$bundle.id ] return($node)"
KEPT = "$node.data.set(stix:object, $object) return($node)"
ALIASES = "{ for $alias in $object.aliases { [ :names?+=$alias ] } } return($node)"
NAMED = "($ok, $name) = $lib.trycast({type}, $object.name) if (not $ok) {{ return() }} "
SOFTWARE = (
    NAMED.format(type="it:prod:softname")
    + "it:prod:softname=$name -> it:prod:soft return($node) [ it:prod:soft=* :name=$name ] return($node)"
)


def _contact(prop: str) -> str:
    return f"{{ [ ps:contact=(stix, identity, $object.id) :{prop}?=$object.name ] }}"


def _rule_of(kind: str) -> str:
    return f"{kind}: {{ [ it:app:{kind}:rule=$guid :name?=$object.name :text?=$object.pattern ] }}"


OBJECTS: dict[str, str] = {
    "intrusion-set": (
        NAMED.format(type="ou:name") + f"ou:name=$name -> ou:org {ALIASES} [ ou:org=* :name=$name ] {ALIASES}"
    ),
    "identity": (
        f"switch $object.identity_class {{ group: {_contact('orgname')} organization: {_contact('orgname')} "
        f"individual: {_contact('name')} system: {{ [ it:host=(stix, identity, $object.id) :name?=$object.name ] }} }}"
    ),
    "tool": SOFTWARE,
    "threat-actor": (
        "[ ps:contact=(stix, threat-actor, $object.id) :name?=$object.name :desc?=$object.description "
        f":names?=$object.aliases ] {KEPT}"
    ),
    "course-of-action": (
        "[ risk:mitigation=(stix, course-of-action, $object.id) :name?=$object.name :desc?=$object.description ] "
        f"{KEPT}"
    ),
    "campaign": (
        "[ ou:campaign=(stix, campaign, $object.id) :name?=$object.name :desc?=$object.description "
        f".seen?=$object.last_seen .seen?=$object.first_seen ] {KEPT}"
    ),
    "malware": SOFTWARE,
    "indicator": (
        "$guid = $lib.guid(stix, indicator, $object.id) switch $object.pattern_type { "
        f"{_rule_of('yara')} {_rule_of('snort')} *: {{ [ it:sec:stix:indicator=$guid :name?=$object.name "
        ":pattern?=$object.pattern :created?=$object.created :updated?=$object.modified ] | scrape --refs :pattern } "
        f"}} {KEPT}"
    ),
    "report": (
        "[ media:news=(stix, report, $object.id) :title?=$object.name :summary?=$object.description "
        f":published?=$object.published ] {KEPT}"
    ),
    "ipv4-addr": "[ inet:ipv4?=$object.value ] return($node)",
    "ipv6-addr": "[ inet:ipv6?=$object.value ] return($node)",
    "location": (
        "$place = ({'id': $object.id, '$try': true, '$props': {'desc': $object.desc}}) "
        "if ($object.longitude != null and $object.latitude != null) { "
        "$place.latlong = ([$object.latitude, $object.longitude]) "
        "if $object.precision { $place.radius = `{$object.precision} m` } } "
        "if $object.name { $place.name = $object.name } "
        "if $object.street_address { $place.address = $object.street_address } "
        "if $object.country { ($ok, $loc) = $lib.trycast(pol:iso2, $object.country) if $ok { $place.loc = $loc } } "
        "[ geo:place?=$place ] return($node)"
    ),
    "file": (
        "$hashes = $object.hashes if (not $hashes) { return() } "
        'if $hashes."SHA-256" { [ file:bytes?=$hashes."SHA-256" ] } else { '
        'if $hashes."SHA-512" { ($ok, $hash) = $lib.trycast(hash:sha512, $hashes."SHA-512") } '
        'elif $hashes."SHA-1" { ($ok, $hash) = $lib.trycast(hash:sha1, $hashes."SHA-1") } '
        "elif $hashes.MD5 { ($ok, $hash) = $lib.trycast(hash:md5, $hashes.MD5) } else { return() } "
        "$guid = $lib.guid($hash) [ file:bytes=`guid:{$guid}` ] } "
        '[ :md5?=$hashes.MD5 :sha1?=$hashes."SHA-1" :sha256?=$hashes."SHA-256" :sha512?=$hashes."SHA-512" '
        ":name?=$object.name :size?=$object.size ] return($node)"
    ),
    "url": "[ inet:url?=$object.value ] return($node)",
    "domain-name": "[ inet:fqdn?=$object.value ] return($node)",
}
RELATIONSHIPS: tuple[tuple[tuple[str | None, str, str | None], str], ...] = (
    (("campaign", "attributed-to", "intrusion-set"), "$n1node.props.org = $n2node"),
    (("intrusion-set", "attributed-to", "threat-actor"), "$n2node.props.org = $n1node"),
    ((None, "uses", None), "yield $n1node [ +(uses)> { yield $n2node } ]"),
    ((None, "indicates", None), "yield $n1node [ +(indicates)> { yield $n2node } ]"),
    (("threat-actor", "attributed-to", "identity"), ""),
)
