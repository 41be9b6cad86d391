"""Commands that find or make the node that a name stands for: `gen.*`."""

from __future__ import annotations

from functools import partial

from .command import Command, Option
from .written import written

# In a readonly query it is the brackets in them that are refused.
_gen = partial(written, readonly=True)
NAME = Option("name", "The name.")
REPORTER = Option("reporter", "Name of the organization that says so.")
TRY = Option("--try", "Give nothing where a value is no such, instead of an error.", flag=True)

ORG = """
function neworg(text) {
    $name = $lib.cast(ou:name, $text)
    ou:name=$name -> ou:org return($node)
    [ ou:org=(gen, name, $name) :name=$name ]
    return($node)
}
"""
COUNTRY = """
function newcountry(text, quiet) {
    if $quiet {
        ($ok, $code) = $lib.trycast(pol:iso2, $text)
        if (not $ok) { return() }
    } else {
        $code = $lib.cast(pol:iso2, $text)
    }
    pol:country:iso2=$code return($node)
    [ pol:country=(gen, iso2, $code) :iso2=$code ]
    return($node)
}
"""


def _named(command: str, desc: str, form: str, names: str) -> Command:
    """A command for nodes of a form that are told by their name alone. names: the type of the name."""
    lifted = f"{names}=$name -> {form}" if names != form else f"{form}:name=$name"
    text = f"""
function found(text) {{
    $name = $lib.cast({form}:name, $text)
    {lifted} return($node)
    [ {form}=(gen, name, $name) :name=$name ]
    return($node)
}}
yield $found($cmdopts.name)
"""
    return _gen(command, desc, text, NAME)


ORG_COMMAND = _gen("gen.ou.org", "The organization of a name.", ORG + "yield $neworg($cmdopts.name)", NAME)
HQ = _gen(
    "gen.ou.org.hq",
    "The headquarters of the organization of a name.",
    ORG
    + """
function hq(text) {
    $org = $neworg($text)
    yield $org :hq -> ps:contact return($node)
    $name = $lib.cast(ou:name, $text)
    [ ps:contact=(gen, hq, name, $name) :orgname=$name ]
    $contact = $node
    $placed($org, $contact)
    [ :org=$org ]
    return($node)
}
function placed(org, contact) {
    yield $org [ :hq=$contact ]
    return()
}
yield $hq($cmdopts.name)
""",
    NAME,
)
CAMPAIGN = _gen(
    "gen.ou.campaign",
    "The campaign of a name, as an organization tells it.",
    ORG
    + """
function campaign(text, reporter) {
    $name = $lib.cast(ou:campname, $text)
    $repname = $lib.cast(ou:name, $reporter)
    ou:campname=$name -> ou:campaign +:reporter:name=$repname return($node)
    [ ou:campaign=(gen, campaign, $name, $repname) :name=$name :reporter:name=$repname ]
    $org = $neworg($repname)
    [ :reporter=$org ]
    return($node)
}
yield $campaign($cmdopts.name, $cmdopts.reporter)
""",
    NAME,
    REPORTER,
)
THREAT = _gen(
    "gen.risk.threat",
    "The threat of a name, as an organization tells it.",
    ORG
    + """
function threat(text, reporter) {
    $name = $lib.cast(ou:name, $text)
    $repname = $lib.cast(ou:name, $reporter)
    ou:name=$name -> risk:threat:org:name +:reporter:name=$repname return($node)
    $org = $neworg($repname)
    [ risk:threat=(gen, threat, $name, $repname) :org:name=$name :reporter=$org :reporter:name=$repname ]
    return($node)
}
yield $threat($cmdopts.name, $cmdopts.reporter)
""",
    NAME,
    REPORTER,
)
TOOL = _gen(
    "gen.risk.tool.software",
    "The tool of a name, as an organization tells it.",
    ORG
    + """
function tool(text, reporter) {
    $name = $lib.cast(it:prod:softname, $text)
    $repname = $lib.cast(ou:name, $reporter)
    it:prod:softname=$name -> risk:tool:software +:reporter:name=$repname return($node)
    $org = $neworg($repname)
    [ risk:tool:software=(gen, $name, $repname) :soft:name=$name :reporter:name=$repname :reporter=$org ]
    return($node)
}
yield $tool($cmdopts.name, $cmdopts.reporter)
""",
    NAME,
    REPORTER,
)
VULN = _gen(
    "gen.risk.vuln",
    "The vulnerability of a CVE number.",
    ORG
    + """
function vuln(text, reporter, quiet) {
    if $quiet {
        ($ok, $cve) = $lib.trycast(it:sec:cve, $text)
        if (not $ok) { return() }
    } else {
        $cve = $lib.cast(it:sec:cve, $text)
    }
    if ($reporter = $lib.null) {
        risk:vuln:cve=$cve return($node)
        [ risk:vuln=(gen, cve, $cve) :cve=$cve ]
        return($node)
    }
    $repname = $lib.cast(ou:name, $reporter)
    risk:vuln:cve=$cve +:reporter:name=$repname return($node)
    [ risk:vuln=(gen, cve, $cve, $repname) :cve=$cve :reporter:name=$repname ]
    $org = $neworg($repname)
    [ :reporter=$org ]
    return($node)
}
yield $vuln($cmdopts.cve, $cmdopts.reporter, $cmdopts.try)
""",
    Option("cve", "The number."),
    Option("reporter", "Name of the organization that says so.", one_or_none=True),
    TRY,
)
COUNTRY_COMMAND = _gen(
    "gen.pol.country",
    "The country of a code of two letters.",
    COUNTRY + "yield $newcountry($cmdopts.iso2, $cmdopts.try)",
    Option("iso2", "The code."),
    TRY,
)
GOVERNMENT = _gen(
    "gen.pol.country.government",
    "The government of the country of a code of two letters.",
    ORG
    + COUNTRY
    + """
function government(text, quiet) {
    $country = $newcountry($text, $quiet)
    if (not $country) { return() }
    yield $country :government -> ou:org return($node)
    $org = $neworg(`{$codeof($country)} government`)
    $govern($country, $org)
    return($org)
}
function codeof(country) {
    yield $country return(:iso2)
}
function govern(country, org) {
    yield $country [ :government=$org ]
    return()
}
yield $government($cmdopts.iso2, $cmdopts.try)
""",
    Option("iso2", "The code."),
    TRY,
)
CONTACT = _gen(
    "gen.ps.contact.email",
    "The contact of an e-mail address and a type.",
    """
function contact(type, text, quiet) {
    if $quiet {
        ($ok, $email) = $lib.trycast(inet:email, $text)
        if (not $ok) { return() }
    } else {
        $email = $lib.cast(inet:email, $text)
    }
    $kind = $lib.cast(ps:contact:type, $type)
    ps:contact:email=$email +:type=$kind return($node)
    [ ps:contact=(gen, contact, $kind, $email) :email=$email :type=$kind ]
    return($node)
}
yield $contact($cmdopts.type, $cmdopts.email, $cmdopts.try)
""",
    Option("type", "What kind of contact it is."),
    Option("email", "The address."),
    TRY,
)
SCAN = _gen(
    "gen.it.av.scan.result",
    "What a scan for malware found, by target and signature.",
    """
yield $lib.gen.itAvScanResultByTarget($cmdopts.form, $cmdopts.value, $cmdopts.signame,
    scanner=$cmdopts.scanner_name, time=$cmdopts.time, try=$cmdopts.try)
""",
    Option("form", "The form of what was scanned."),
    Option("value", "The value of what was scanned."),
    Option("signame", "Name of the signature."),
    Option("--scanner-name", "Name of the software that scanned."),
    Option("--time", "When it was."),
    TRY,
)
ID_TYPE = _named("gen.ou.id.type", "The kind of identifier of a name.", "ou:id:type", "ou:id:type")
ID_NUMBER = _gen(
    "gen.ou.id.number",
    "An identifier of a kind.",
    """
function number(type, value) {
    $name = $lib.cast(ou:id:type:name, $type)
    $kind = $newkind($name)
    [ ou:id:number=($kind, $value) ]
    return($node)
}
function newkind(name) {
    ou:id:type:name=$name return($node)
    [ ou:id:type=(gen, name, $name) :name=$name ]
    return($node)
}
yield $number($cmdopts.type, $cmdopts.value)
""",
    Option("type", "Name of the kind."),
    Option("value", "The identifier."),
)
COMMANDS = (
    ORG_COMMAND,
    HQ,
    CAMPAIGN,
    THREAT,
    TOOL,
    VULN,
    COUNTRY_COMMAND,
    GOVERNMENT,
    CONTACT,
    SCAN,
    ID_TYPE,
    ID_NUMBER,
    _named("gen.ou.industry", "The industry of a name.", "ou:industry", "ou:industryname"),
    _named("gen.it.prod.soft", "The software of a name.", "it:prod:soft", "it:prod:softname"),
    _named("gen.lang.language", "The language of a name.", "lang:language", "lang:name"),
    _named("gen.geo.place", "The place of a name.", "geo:place", "geo:name"),
)
