"""Special-purpose types: the table from base type name to class that `types/__init__.py` merges into BASES."""

from typing import Any

from .files import FileBase, FileBytes, FilePath
from .geo import Area, Dist, LatLong
from .inet_addr import Addr
from .inet_blocks import Cidr4, Cidr6, Ipv4Range, Ipv6Range
from .inet_fqdn import DnsName, Fqdn
from .inet_ip import Ipv4, Ipv6
from .inet_mail import Email, Rfc2822Addr
from .inet_url import Url
from .inet_web import HttpCookie
from .it_cpe import Cpe, Cpe22
from .it_cvss import CvssV2, CvssV3
from .it_semver import Semver
from .tel import Imei, Imsi, Phone
from .velocity import Velocity

SPECIAL: dict[str, Any] = {
    "cvss:v2": CvssV2,
    "cvss:v3": CvssV3,
    "file:base": FileBase,
    "file:bytes": FileBytes,
    "file:path": FilePath,
    "geo:area": Area,
    "geo:dist": Dist,
    "geo:latlong": LatLong,
    "inet:addr": Addr,
    "inet:cidr4": Cidr4,
    "inet:cidr6": Cidr6,
    "inet:dns:name": DnsName,
    "inet:email": Email,
    "inet:fqdn": Fqdn,
    "inet:http:cookie": HttpCookie,
    "inet:ipv4": Ipv4,
    "inet:ipv4range": Ipv4Range,
    "inet:ipv6": Ipv6,
    "inet:ipv6range": Ipv6Range,
    "inet:rfc2822:addr": Rfc2822Addr,
    "inet:url": Url,
    "it:sec:cpe": Cpe,
    "it:sec:cpe:v2_2": Cpe22,
    "it:semver": Semver,
    "tel:mob:imei": Imei,
    "tel:mob:imsi": Imsi,
    "tel:phone": Phone,
    "velocity": Velocity,
}
