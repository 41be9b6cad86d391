"""What the reference leaves open, and what we chose: one table, so that it can be corrected (nql.md chapter 17).

The numbers are the reference's "open-N"; code that carries a choice out cites its number. The numbers that are not
here, 84 to 89, are for who calls this package: streams, jobs and HTTP.

| open | choice | where |
|---|---|---|
| 1 | comments are a syntax error | scan |
| 2 | no dot in a bare name | scan |
| 3 | JSON escapes; any other `\\x` is x | scan |
| 4 | single-quoted strings are a syntax error | scan |
| 5 | no minus before an expression; `-3` is a literal | parse_expression |
| 6 | suffixes d, f, l in both cases | scan |
| 7 | `int[]{}` and `byte[]{}` are lists | parse_expression |
| 8 | `+1h@now` is accepted | timespans |
| 9 | ISO times without an offset are UTC, or in the zone that the caller names | timespans |
| 10 | units ms and w are accepted, all others an error | timespans |
| 11 | compute on full values, then round to the first argument's type, halves upwards | functions_math |
| 12 | non-numbers given to date functions: null | functions_time |
| 13 | int widens to 64 bits; beyond those to a double | values |
| 14 | null in `concat` is skipped | functions_text |
| 15 | `=` on text sees case | values |
| 16 | a number against numeric text: numbers; against other text: not equal, not ordered | values |
| 17 | booleans are not ordered | values |
| 18 | `x != "US"` keeps null | comparisons |
| 19 | a list is not equal to a scalar | values |
| 20 | texts that are addresses compare as addresses | values |
| 21 | `and` binds tighter than `or` | parse_expression |
| 22 | the time range holds both its ends | operators |
| 23 | an unknown stream fails the query | plan |
| 24 | times of `src` replace the request's, each end for itself | plan |
| 25 | the caller gives rows ascending by timestamp | sources |
| 26 | `bunchSize` is a maximum of rows | operators |
| 27 | `coll` of a missing collector fails | operators |
| 28 | `dst` passes its rows on | operators |
| 29 | rows beyond the limit of `sort` are dropped before it sorts | operators |
| 30 | null first; boolean, number, text, list, map | values |
| 31 | `project` with `+` and renames: the renamed are kept | operators |
| 32 | `+missing` gives null | operators |
| 33 | the offset of `limit` skips rows | operators |
| 34 | expressions of `set` see the ones before | operators |
| 35 | `top`, `rare`: limit 10 | parse_commands |
| 36 | the rest is labelled "Others" | operators_count |
| 37 | `top`, `rare`: 10 000 distinct values | parse_commands |
| 38 | ties: first seen first | operators_count |
| 39 | null is not counted | operators_count |
| 40 | a branch of `fork` that ends in `dst` gives no rows | plan |
| 41 | the caller caps `sleep` | sources |
| 42 | an empty list is dropped; with `includeEmpty` kept as null | operators |
| 43 | `fields`: a row a field | operators_count |
| 44 | a key without alias is named by its source text | parse_options |
| 45 | aggregating nothing gives no rows | grouping |
| 46 | `aggr`: 1 000 000 groups | parse_aggregating |
| 47 | `rangeAggr` without `on` is an error | parse_aggregating |
| 48 | a row counts in each range that holds it; a range without rows gives none | grouping |
| 49 | `timeAggr` without `interval` is an error | parse_aggregating |
| 50 | one level of `splitAggr` is accepted | parse_aggregating |
| 51 | `_id` of `splitAggr`: outer to inner; keys of a level with `unwind` are fields | grouping |
| 52 | `maxBuckets` of an inner level counts in each outer group | grouping |
| 53 | `$and`, `$or`, `$not` are no functions | functions |
| 54 | null is empty | values |
| 55 | a field to the right of an operator is an error | parse_expression |
| 56 | any expression may stand to the left of an operator | parse_expression |
| 57 | `==` is an error | scan |
| 58 | wildcards see case | patterns |
| 59, 62 | calendar functions work in UTC | functions_time |
| 60 | `now()` is the same in the whole query | context |
| 61 | the day is clipped to the end of the month | functions_time |
| 63 | `tsParse` of what does not fit: null | functions_time |
| 64 | working days: Monday to Friday, UTC | functions_time |
| 65 | `div(0, n)` is 0.0 | functions_math |
| 66 | `mod(n, 0)` is null | functions_math |
| 67 | `switch` without default: null | parse_expression |
| 68 | `left`, `right`: the number is a length | functions_text |
| 69 | `like`: the pattern is the argument with wildcards | functions_text |
| 70 | IpAddress, MACAddress and IpSubnet are their texts | functions_network |
| 71 | invalid addresses: false; private: RFC 1918 and fc00::/7 | functions_network |
| 72 | `toIp` of invalid text: null | functions_network |
| 73 | long IPv6 text: eight groups of four digits | addresses |
| 74 | traffic profiles come from the caller | sources |
| 75 | subnet lookups: longest prefix first | tables |
| 76 | what is no list is an empty list in `in`, `all`, `any`, `none` | functions_collection |
| 77 | `valInColl` on a missing collector: false | functions_lookup |
| 78 | `count` does not count null | aggregates |
| 79 | `sum` of nothing is 0, `avg` null | aggregates |
| 80 | `first`, `last`: of that row, even null | aggregates |
| 81 | an unknown macro is an error | macros |
| 82 | macros in macros: up to 10 passes | macros |
| 83 | a field that a row lacks is null | compile |

Further choices, which the reference does not number:

| what | choice |
|---|---|
| regular expressions | searched in linear time; look-around and back-references are refused, as their time has no bound |
| text functions on null | null; `contains`, `startsWith`, `endsWith`, `regex`, `like`: false; `not_contains`: true |
| results that are infinite or no number | null |
| sorting texts that are addresses | by address, before other texts; `min` and `max` go by code point |
| half-way cases of rounding | upwards |
| a name without sign in `project` | is kept, as with + |
| texts beyond 16 M characters that a function would make | null |
| kwargs | constants only; unknown names, repeated ones and values of the wrong kind are errors |
| a function alone as a filter | an error if it never gives a boolean |

What runs as SQL instead of in the operators (`pushdown`), as the results are the same to the last digit, and what does not:

| what | choice |
|---|---|
| filters right behind `src` on fields alone: `=` to `>=`, `in`, `eq` and its like, null, `and`, `or`, `not` | by SQL |
| text columns against numbers and against texts that are addresses; `~=`, `/regex/`, other functions | by the operators |
| `and` of the two kinds | SQL leaves rows out that cannot fit, the operators decide on the rest |
| `aggr`, `timeAggr`, `top`, `rare` behind such filters, by columns: count, dc, sum and avg of integers, min, max | by SQL |
| sum and avg of doubles: they depend on the order of the rows | by the operators |
| min and max of addresses, which go by code point; first, last, join, prc; dc and keys that are sets | by the operators |
| keys that are computed; `splitAggr`, `rangeAggr`, `fields` | by the operators |
| `sort` behind such filters with a small limit: SQL picks the rows of each period that can be among the first | by SQL |
| `sort` by a string column, whose addresses go before other texts (open-30), or by a set | by the operators |
"""

# Bounds. A query beyond them is refused with an NqlError.
QUERY_CHARACTERS = 1_000_000
NESTING = 50
# All stages of a query together, with those in parentheses: rows come through a generator a stage.
STAGES = 200
MACRO_PASSES = 10
REGEX_STATES = 500
PATTERN_CHARACTERS = 10_000

# Bounds of a run, also with NqlError.
HELD_ROWS = 5_000_000  # by one command that has to see all rows: dst, fork, tail, sort with a limit beyond
MADE_ROWS = 20_000_000  # by fork and unwind together
TEXT_CHARACTERS = 16_000_000  # of one text that a function makes
PARTS = 100_000  # of one list or map that an expression makes, with what is in it
DEPTH = 60  # of one list or map that an expression makes

# Defaults of the language.
SORT_LIMIT = 100_000
SORT_OUT_LIMIT = 1_000_000
TOP_LIMIT = 10  # open-35
TOP_VALUES = 10_000  # open-37
AGGR_GROUPS = 1_000_000  # open-46
TIME_GROUPS = 10_000
FIELDS_FIELDS, FIELDS_ROWS, FIELDS_TOP, FIELDS_DISTINCT = 1000, 1_000_000, 10, 10_000  # open-43
LOOKUP_ALL_ROWS = 1000
PERCENTILE = 95.0

# What is handed down to the store, and what is more than it should have to take (pushdown).
PUSHED_PARTS = 200  # of a filter: each comparison, `and`, `or`, `not`
PUSHED_VALUES = 10_000  # that a filter compares with
PUSHED_TOTALS = 100  # keys and aggregations
PUSHED_ROWS = 10_000  # that a sort gives, behind `limit`
