"""What we chose where neither the seed nor a client of the product settles it: one table, so that it can be corrected.

Sources: documented (the seed), client-relied (public clients depend on it), recorded (seen in an answer of the product),
ours. The errors and their sources stand in `errors.py`.

| what | choice | source |
|---|---|---|
| name of the session cookie | JSESSIONID | ours |
| it is the first Set-Cookie, then XSRF-TOKEN | yes | client-relied |
| XSRF-TOKEN | derived from the session, so that it needs no store; not asked of Basic authentication, nor of login | ours |
| login that fails | 401, one message whether the user is unknown, locked or the password wrong | ours |
| logout without a session | 401 like any call without one | documented (without a session: 401) |
| what ends a session | logout, or `sycope_session_s` without a request (by the world's clock) | ours |
| 401 | no WWW-Authenticate: a browser would open a window over the product's own login page | ours |
| unknown path | 404 before the session is looked at | ours |
| compressed bodies | gzip is taken, bounded by the same limit after unpacking; any other Content-Encoding is 415 | ours |
| body of login | 64 KiB at most | ours |
| bodies other than inject's | nested at most 100 deep | ours |
| listing: default limit, order | all; oldest first | ours |
| listing: `total` | elements that match the filter, whatever offset and limit | client-relied |
| listing: `sort` | `path`, `-path`, `path desc`, several by comma; null, booleans, numbers, texts, rest | ours |
| filter, sort: a path that no element has | is looked up in `config`, so that `name` means `config.name` | ours |
| filter: operators, wildcards, null, numeric text | as in NQL (nql.md 5.4, 11.2); `like` and `~=` are one | client-relied |
| filter: nesting | at most 100 deep | ours |
| index: `category` | optional; anything but userIndex.index is refused | ours |
| index: active, rotation, storeRaw absent | are stored as true, daily, true | ours |
| index: sortable absent | means false; is not stored | ours |
| index: rotations | daily | documented |
| index: rotations | weekly (ISO weeks), monthly | client-relied |
| index: rotations | hourly, quarterly, yearly; all in UTC | ours |
| index: retention | `config.retentionDays`, null or absent: for ever; may change at any time | ours |
| index: what retention drops | whole periods, once they ended so many days ago by the world's clock | ours |
| index: when | whenever anybody injects or reads; what is too old when it comes goes at once | ours |
| index: names | text of 1 to 255 characters without control characters; compared exactly | ours |
| index: fields | 1 to 1000; `displayName` and `description` are texts or null; unknown keys are kept | ours |
| index: names of built-in streams | refused: 409 | ours |
| PUT: other name of the index | allowed if it is free; rows stay | ours |
| PUT: other rotation | allowed while the index has no rows | ours |
| PUT: active, storeRaw | may change; no rows are taken while it is not active | ours |
| PUT: order of the fields | may change | ours |
| PUT: attributes, tags, annotations, miscData, module | stored where sent, kept where not | client-relied |
| lookup: `category`, `id` | optional; others than its own are refused | ours |
| lookup: `config` | `name` is needed; nothing is added, so that it compares equal | client-relied |
| lookup: `config.type` | optional; that of the other kind of path is refused; never changes | ours |
| lookup: `config.types` | optional; one text a column; cells are not checked against them | ours |
| lookup: `file` | needed with PUT too; 1 to 1000 columns; cells are texts, numbers, booleans, null | ours |
| lookup: first column of a subnet lookup | address/prefix; an address stands for itself alone | client-relied |
| lookup: an element that is loaded without `file` | csvFile unless it says subnet; has no columns and no rows | ours |
| lookup: names | one of each, whatever the kind: 409 | ours |
| lookup: in queries | texts in columns of numeric types and booleans are read as such where they are such | ours |
| permissions: of a new element | none granted: private, its owner's and the administrators' | ours |
| permissions: public, private | `[{"sid": "ROLE_USER", "perms": ["VIEW"]}]`, `[]` | client-relied |
| permissions: sids | names of roles and of users; everybody has ROLE_USER | ours |
| permissions: administrators | whoever has ROLE_ADMIN; they may do everything | ours |
| permissions: perms | VIEW, EDIT (modify, inject), DELETE; each of the others implies VIEW | ours (VIEW: client-relied) |
| permissions: who changes them | the owner and administrators; others get 403 | ours |
| permissions: what one may not see | 404, as if it did not exist; its name is taken all the same | ours |
| permissions: GET, PUT answer | `objectId`, `sidPerms` (client-relied), `objectType`, `owner` (ours) | ours |
| inventory: additional fields | texts, numbers, booleans, null; any user may set them | ours (flat: client-relied) |
| inventory: unknown device | 404 | ours |
| passthrough: paths, config, category | see `passthrough.py`, `backends.py`; passthrough.passthrough | ours |
| passthrough: who makes them, who asks | administrators; whoever a rule lets through, administrators have every role | ours |
| passthrough: rules | the whole path, decoded, fits the pattern; without a rule nothing passes: 403 | ours |
| passthrough: backends | this machine, and `sycope_passthrough_targets` | ours |
| passthrough: secrets | kept beside the element, never shown; a PUT without one keeps it | ours |
| passthrough: backend unreachable, too slow | 502, 504 | ours |
| inject: inactive index | 409 | ours |
| inject: no rows | accepted, nothing happens | ours |
| inject: `sortTimestamp` absent | false: stored in the order sent | ours |
| inject: timestamp | years 1 to 9999 | ours |
| inject: errors told | the first 20 | ours |
| inject: integers in float and double | taken; booleans and texts are not numbers | documented (integers) |
| inject: whole numbers beyond 64 bits | are doubles | ours |
| inject: double | is kept in full in a float column, as long as it is in its range | ours |
| query: startTime, endTime | whole numbers are taken, too; absent or "" is open | ours |
| query: waitTime absent, `limit` absent | as long as `sycope_query_wait_ms`; 1000 rows | ours |
| query: answer | `data.columns` (open-85): `{"name", "type"}`, the type of its first value; `data.data` (open-86) | ours |
| query: state | RUNNING, FINISHED, FAILED (open-87); `total` of a running one counts the rows so far | ours |
| query: cannot be read, fails in the time waited | 400 with line, column, caret; no jobId (open-88) | client-relied |
| query: fails later | its `data` is that 400 | ours |
| query: client goes while it waits | the query is cancelled | ours |
| job: whose | of the user who began it; 404 for all others | ours |
| job: lifetime | `sycope_job_s` (10 min) after last use (open-89), and no longer than the session that began it | ours |
| job: too many | the user's finished one unused longest goes; 429 where all run | ours |
| job: results too large together | `sycope_results_bytes`: those unused longest go when the next query begins | ours |
| job: expiry | looked at with each query, page, cancel and logout; results are bounded meanwhile | ours |
| job: DELETE | cancels it and drops its result | ours |
| job: user, world, index go | a running query fails or ends; a finished result stays until its job goes | ours |
| stream: custom index, inactive | can be asked | ours |
| stream: private index | does not exist for others: 400 | ours |
| stream: built-in ones | hold what seeds brought; assetDevices the inventory, restAudit passthroughs too | ours |
| stream: built-in ones, fields | as seeds brought them; whatever a row lacks is null | recorded (nql.md 15.3, 15.4) |
| stream: assetNetflowAggr, fields | besides the named ones those of all netflow aggregates | ours |
| stream: netflowByAppAggr | another spelling of netflowByAppsAggr | ours |
| stream: restAudit (open-84) | timestamp, user, method, path, status of each passthrough; the last 100 000 | ours |
| collectors | belong to the user; same lifetime as jobs; bounded by `sycope_collectors`, `sycope_collector_rows` | ours |
| macros | the built-in ones, and before those the ones that the user sees among the elements | ours |
| macros: category, config | nql.macro; `name`, `query`; `active` false is none | ours (name, query: documented) |
| traffic profiles (open-74) | config elements, see `profiles.py`; traffic.profile | ours |
| traffic profiles: `includeAny` | false: a rule counts only if it names clients and servers | ours |
| traffic profiles: `name` | false: ids instead of names | ours |
| ip | 4 or 16 bytes; IPv6 is shown in its short form (RFC 5952) | ours |
| mac | pairs with : or -; shown in lower case with : | ours |
| subnet | address/prefix; bits beyond the prefix are kept | ours |
| ifc | address[index] as in the product's netflow rows; address/index is taken too | recorded (nql.md 15.3) |
| set | distinct strings, numbers and booleans in the order sent; no null in it | ours |
"""

# The category of a custom index's element.
USER_INDEX = "userIndex.index"
# The category of a lookup's element, and the kinds of lookups that have a path of their own.
LOOKUP = "lookup.lookup"
CSV_FILE, SUBNET = LOOKUP_KINDS = ("csvFile", "subnet")
LOOKUP_COLUMNS = 1000
# Rows of lookups that a world keeps in memory for its queries, about 250 bytes each and as much for their indexes.
LOOKUP_ROWS_HELD = 2_000_000
# The category of a passthrough's element, and what may be asked through one.
PASSTHROUGH = "passthrough.passthrough"
PASSTHROUGH_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PASSTHROUGH_BODY_BYTES = 1024 * 1024
PASSTHROUGH_CONNECT_S, PASSTHROUGH_READ_S = 5.0, 60.0
# The categories of macros and of traffic profiles, which the API cannot make.
MACRO = "nql.macro"
PROFILE = "traffic.profile"
# The roles that are always there: who has the first is an administrator, and everybody counts as having the second.
ADMIN, USER = "ROLE_ADMIN", "ROLE_USER"
# What stands before the category in paths of permissions.
PERMISSIONS_OF = "CONFIGURATION."

SESSION_COOKIE = "JSESSIONID"
XSRF_COOKIE = "XSRF-TOKEN"
XSRF_HEADER = "X-XSRF-TOKEN"

LOGIN_BODY_BYTES = 64 * 1024
PERMISSIONS_BODY_BYTES = 1024 * 1024
INVENTORY_BODY_BYTES = 1024 * 1024
PIPELINE_BODY_BYTES = 8 * 1024 * 1024
# Rows of a page where the request does not say; bytes of a page that are sent as one piece.
PIPELINE_ROWS = 1000
PAGE_BYTES = 1024 * 1024
FILTER_DEPTH = 100
BODY_DEPTH = 100
NAME_CHARACTERS = 255
ERRORS_TOLD = 20

DEFAULT_ROTATION = "daily"
LONGEST_RETENTION_DAYS = 1_000_000

# The stream of the inventory's devices.
DEVICES = "assetDevices"
# The stream of what was audited, and how many rows of it are kept.
AUDIT = "restAudit"
AUDIT_ROWS = 100_000
# One stream that the sources spell in two ways: a newer script, and the manual.
STREAM_SPELLINGS = {"netflowByAppAggr": "netflowByAppsAggr"}
# The product's own streams (nql.md 15.2): only fixtures fill them, and no index may take their names.
BUILT_IN = frozenset(
    (
        "alerts",
        "assetDevices",
        "assetNetflowAggr",
        "auditMessages",
        "metrics",
        "nboxDnsQueryTypeAggr",
        "nboxDnsReturnCodeAggr",
        "nboxHttpMethodAggr",
        "nboxHttpReturnCodeAggr",
        "nboxHttpUserAgentAggr",
        "netflow",
        "netflowByAppAggr",
        "netflowByAppsAggr",
        "netflowByAsnAggr",
        "netflowByCountryAggr",
        "netflowByExporterAggr",
        "netflowByGroupAggr",
        "netflowByIfcAggr",
        "netflowByIpAggr",
        "netflowByMplsAggr",
        "netflowByProtocolAggr",
        "netflowByTosAggr",
        "netflowTotalAggr",
        "notifications",
        "restAudit",
        "testdata",
    )
)
